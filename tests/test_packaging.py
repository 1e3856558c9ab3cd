"""The wheel works on its own: built from the source archive, installed elsewhere, run from another folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).parents[1]


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the source archive and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory) -> Path:
    """The wheel, installed in a folder that is no checkout; its dependencies come from this environment."""
    folder = tmp_path_factory.mktemp("installed")
    (wheel,) = built.glob("*.whl")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps")
    run(*pip, "--target", str(folder), str(wheel), cwd=folder, PIP_DISABLE_PIP_VERSION_CHECK="1")
    return folder


def resources() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "resources").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_the_wheel_holds_the_package_and_the_resources_and_nothing_else(built):
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "gdsim").rglob("*.py")}
    expected = modules | {f"gdsim/{name}" for name in resources()}
    assert {name for name in names if ".dist-info/" not in name} == expected


def test_the_source_archive_holds_what_the_tests_need(built):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    assert {"README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "tests/conftest.py"} <= names
    assert resources() <= names


def test_the_installed_program_finds_everything_from_another_folder(installed, tmp_path):
    environment = {"PYTHONPATH": str(installed), "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    where = run(sys.executable, "-c", "import gdsim; print(gdsim.__file__)", cwd=tmp_path, **environment)
    assert Path(where.strip()).is_relative_to(installed)

    (command,) = (path for path in (installed / "bin").iterdir() if path.stem == "gdsim")
    run(sys.executable, str(command), "--self-test", cwd=tmp_path, **environment)
    picture = tmp_path / "picture.png"
    shot = ("--steps", "3", "--size", "1280x800", "--screenshot", str(picture))
    run(sys.executable, str(command), *shot, cwd=tmp_path, **environment)
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1280, 800)

    checkout = tmp_path / "checkout.png"
    run(sys.executable, "-m", "gdsim", *shot[:-1], str(checkout), cwd=ROOT, **(environment | {"PYTHONPATH": str(ROOT)}))
    assert QImage(str(checkout)) == image, "the installed program and the checkout draw different pictures"
