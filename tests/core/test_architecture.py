"""Promises of the house: what the core imports, what registry entries say, one version, no local paths."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import gdsim
from gdsim.core.autodiff import PRIMITIVES
from gdsim.core.optimizers import OPTIMIZERS
from gdsim.core.params import params_of
from gdsim.core.registry import Registry
from gdsim.core.schedules import SCHEDULES
from gdsim.core.surfaces import SURFACES

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "gdsim" / "core").rglob("*.py")
)

# What compiled parts of numpy itself (numpy.random) leave behind in sys.modules.
CYTHON = re.compile(r"_cython_[0-9_]+|cython_runtime")

IMPORT_AND_REPORT = """
import importlib, json, sys
before = set(sys.modules)
for module in sys.argv[1:]:
    importlib.import_module(module)
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)))
"""


def imported_by(*modules: str) -> set[str]:
    """The packages outside the standard library that a fresh process has loaded after importing `modules`."""
    command = [sys.executable, "-c", IMPORT_AND_REPORT, *modules]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return {name for name in json.loads(done.stdout) if not CYTHON.fullmatch(name)}


def test_the_core_has_modules_to_look_at():
    assert {"gdsim.core.registry", "gdsim.core.autodiff", "gdsim.core.expression", "gdsim.core.run"} <= set(MODULES)


def test_the_whole_core_loads_numpy_and_nothing_else():
    assert imported_by(*MODULES) == {"gdsim", "numpy"}


def test_the_look_at_imports_would_see_qt():
    assert "PySide6" in imported_by("PySide6.QtCore")


@pytest.mark.parametrize("module", [module for module in MODULES if module.count(".") <= 2])
def test_each_part_of_the_core_can_be_imported_first(module):
    assert imported_by(module) <= {"gdsim", "numpy"}


@pytest.mark.parametrize("registry", [OPTIMIZERS, SCHEDULES, SURFACES, PRIMITIVES], ids=lambda registry: registry.kind)
def test_a_registry_is_filled_and_its_keys_are_plain_words(registry):
    assert isinstance(registry, Registry)
    assert len(registry) > 3
    for key, entry in registry.items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", key)
        assert entry.key == key


def entries(*registries: Registry) -> list:
    return [
        pytest.param(entry, id=f"{registry.kind}-{key}") for registry in registries for key, entry in registry.items()
    ]


def assert_reads_well(text: str) -> None:
    """A text that a user sees: there, trimmed, and not left over from a draft."""
    assert text
    assert text == text.strip()
    assert not re.search(r"TODO|FIXME|XXX|lorem|placeholder", text, re.IGNORECASE)


@pytest.mark.parametrize("entry", entries(OPTIMIZERS, SCHEDULES, SURFACES))
def test_every_choice_has_a_title_and_a_sentence(entry):
    assert_reads_well(entry.title)
    assert entry.title[0].isupper()
    assert_reads_well(entry.about)
    assert entry.about.endswith(".")


@pytest.mark.parametrize("entry", entries(OPTIMIZERS, SURFACES))
def test_every_optimizer_and_surface_names_its_source(entry):
    assert_reads_well(entry.source)


@pytest.mark.parametrize("entry", entries(OPTIMIZERS))
def test_every_optimizer_shows_its_rule(entry):
    assert_reads_well(entry.latex)


DIFFERENTIATED = [primitive for primitive in PRIMITIVES.values() if any(primitive.vjps)]
CALLABLE_IN_FORMULAS = [primitive for primitive in PRIMITIVES.values() if primitive.names]


@pytest.mark.parametrize("primitive", DIFFERENTIATED, ids=lambda primitive: primitive.key)
def test_every_derivative_rule_has_a_symbol_and_a_name(primitive):
    assert_reads_well(primitive.symbol)
    assert_reads_well(primitive.rule)


@pytest.mark.parametrize("primitive", CALLABLE_IN_FORMULAS, ids=lambda primitive: primitive.key)
def test_what_formulas_can_call_can_be_typeset(primitive):
    assert_reads_well(primitive.symbol)
    for position in range(primitive.arity):
        assert f"{{{position}}}" in primitive.latex


@pytest.mark.parametrize("entry", entries(OPTIMIZERS, SCHEDULES))
def test_every_parameter_explains_itself(entry):
    for spec in params_of(entry):
        assert_reads_well(spec.title)
        assert_reads_well(spec.help)
        spec.check(spec.default)


def test_one_version_everywhere():
    assert importlib.metadata.version("gdsim") == gdsim.__version__
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == gdsim.__version__


def text_files() -> list[Path]:
    """The repository's own text, without what environments, builds and tools leave in a checkout."""
    return [
        path
        for path in ROOT.rglob("*")
        if path.suffix in {".py", ".md", ".toml", ".html", ".svg", ".json", ".txt", ".csv", ""}
        and path.is_file()
        and path.name != ".coverage"
        and not any(part.startswith(".") and part != ".ci" for part in path.relative_to(ROOT).parts[:-1])
        and not {"__pycache__", "build", "dist"} & set(path.parts)
    ]


def test_nothing_names_a_path_of_one_machine():
    local = re.compile(r"(?<![\w.])/(root|work|tmp|opt)/\w+")
    files = text_files()
    assert ROOT / "pyproject.toml" in files
    assert ROOT / ".ci" / "run" in files
    found = {
        str(path.relative_to(ROOT)): match[0]
        for path in files
        if path != Path(__file__) and (match := local.search(path.read_text(encoding="utf-8")))
    }
    assert not found
