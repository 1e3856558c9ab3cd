"""README keeps its word: its examples run, its files exist, its tables agree with the project."""

from __future__ import annotations

import doctest
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from gdsim.app import cli

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> list[str]:
    return [re.match(r"[\w-]+", requirement)[0] for requirement in requirements]


def test_examples():
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert result.attempted >= 8
    assert result.failed == 0


@pytest.mark.parametrize("ending", [r"\.venv/bin/gdsim", r"\.venv/bin/python -m pytest"])
def test_one_line_sets_everything_up(ending):
    install = r"python3 -m venv --clear \.venv && \.venv/bin/python -m pip install -e .+"
    assert len(re.findall(rf"^{install} && {ending}$", TEXT, re.MULTILINE)) == 1


COMMANDS = re.findall(r"^gdsim( --.+?)(?:  .*)?$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS, ids=str.strip)
def test_the_command_line_takes_what_is_shown(command):
    options = cli.parse_options(shlex.split(command))
    assert cli.check_names(options) == ""


def test_there_are_commands_shown():
    assert len(COMMANDS) >= 4


def test_every_link_leads_somewhere():
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", TEXT)
    assert "resources/pictures/descend.png" in targets
    assert not [target for target in targets if not (ROOT / target).is_file()]


def test_every_file_it_names_exists():
    named = re.findall(r"`((?:gdsim|core|resources|tests|benchmarks)/[\w/.]+)`", TEXT)
    assert len(named) > 4
    assert not [name for name in named if not (ROOT / name).exists() and not (ROOT / "gdsim" / name).exists()]


def test_the_table_of_dependencies_is_complete():
    table = TEXT[TEXT.index("## What it depends on") :]
    rows = re.findall(r"^\| ([\w-]+) \|", table, re.MULTILINE)
    assert rows[2:] == names(PROJECT["dependencies"])
    for name in names(PROJECT["optional-dependencies"]["test"]):
        assert name in table


def test_the_python_versions_agree():
    assert PROJECT["requires-python"] == ">=3.11,<3.15"
    assert "Python 3.11 to 3.14" in TEXT
    listed = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if line.startswith("Programming Language")]
    assert listed == ["3.11", "3.12", "3.13", "3.14"]
