"""The installed command, in a process of its own: what a user, a script and a measurement call."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

import gdsim

COMMAND = Path(sysconfig.get_path("scripts")) / ("gdsim.exe" if os.name == "nt" else "gdsim")
SCREEN = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def run_gdsim(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command from `folder`, with a home of its own and no screen, or a hint of one."""
    assert COMMAND.exists(), 'gdsim is not installed in this environment: python -m pip install -e ".[test]"'
    environment = {name: value for name, value in os.environ.items() if name not in SCREEN}
    environment |= {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config")}
    return subprocess.run(
        [str(COMMAND), *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def test_version(tmp_path):
    done = run_gdsim(tmp_path, "--version")
    assert done.returncode == 0
    assert gdsim.__version__ in done.stdout
    assert done.stderr == ""


def test_help_names_every_option(tmp_path):
    done = run_gdsim(tmp_path, "--help")
    assert done.returncode == 0
    for option in ("--version", "--self-test", "--tab", "--steps", "--size", "--theme", "--screenshot"):
        assert option in done.stdout


def test_self_test_finds_nothing_missing(tmp_path):
    done = run_gdsim(tmp_path, "--self-test")
    assert done.returncode == 0, done.stdout + done.stderr
    for word in (gdsim.__version__, "Python", "PySide6", "numpy", "pyqtgraph", "platform plugin", "Nothing is missing"):
        assert word in done.stdout


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screenshot_has_the_size_and_the_theme_asked_for(tmp_path, theme):
    picture = tmp_path / "descend.png"
    shot = ("--tab", "descend", "--steps", "5", "--size", "1100x700", "--theme", theme, "--screenshot", str(picture))
    done = run_gdsim(tmp_path, *shot)
    assert done.returncode == 0, done.stdout + done.stderr
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1100, 700)
    lightness = [image.pixelColor(x, 690).lightness() for x in range(0, 1100, 50)]
    assert (sum(lightness) / len(lightness) > 128) == (theme == "light")
    colours = {image.pixel(x, y) for x in range(0, 1100, 3) for y in range(0, 700, 3)}
    assert len(colours) > 40, "the picture is all but empty"


def test_the_steps_are_seen_in_the_picture(tmp_path):
    for steps in ("0", "8"):
        done = run_gdsim(tmp_path, "--steps", steps, "--screenshot", str(tmp_path / f"{steps}.png"))
        assert done.returncode == 0, done.stdout + done.stderr
    assert QImage(str(tmp_path / "0.png")) != QImage(str(tmp_path / "8.png"))


@pytest.mark.parametrize(
    "wrong",
    [("--tab", "ascend"), ("--size", "huge"), ("--theme", "pink"), ("--steps", "-3"), ("--no-such-option",)],
    ids=" ".join,
)
def test_a_wrong_option_gets_a_sentence_and_no_traceback(tmp_path, wrong):
    done = run_gdsim(tmp_path, *wrong, "--screenshot", str(tmp_path / "never.png"))
    assert done.returncode == 2
    assert "gdsim" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "never.png").exists()


def test_a_screenshot_that_cannot_be_written_is_said(tmp_path):
    done = run_gdsim(tmp_path, "--screenshot", str(tmp_path / "no such folder" / "picture.png"))
    assert done.returncode != 0
    assert "picture.png" in done.stderr
    assert "Traceback" not in done.stderr
