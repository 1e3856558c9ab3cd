"""A private function of PySide6 is replaced only where it is the one that is known."""

from __future__ import annotations

import re
import subprocess
import sys
from types import ModuleType

import pytest

from gdsim.app.quick_imports import answer_in_place


def feature(**names: object) -> ModuleType:
    made = ModuleType("feature")
    vars(made).update(names)
    return made


def test_no_module_is_said_to_use_the_switches():
    known = feature(_mod_uses_pyside=lambda module: "PySide6" in module.__doc__)
    answer_in_place(known)
    assert known._mod_uses_pyside(ModuleType("one", "uses PySide6")) is False


@pytest.mark.parametrize(
    "other",
    [
        lambda: True, lambda module, source: True, lambda module, **more: True, lambda *module: True,
        lambda *, module: True, lambda source: True, len, None, re.compile("PySide6"),
    ],
)  # fmt: skip
def test_a_function_of_another_version_is_left_alone(other):
    unknown = feature(_mod_uses_pyside=other)
    answer_in_place(unknown)
    assert unknown._mod_uses_pyside is other


def test_where_there_is_no_such_function_none_is_made():
    without = feature(get_select_id=len)
    answer_in_place(without)
    assert not hasattr(without, "_mod_uses_pyside")


@pytest.mark.parametrize("hidden", ["'shibokensupport.feature'", "'shibokensupport'"])
def test_without_the_module_gdsim_starts_as_before(hidden):
    code = f"""
import shiboken6, sys
sys.modules[{hidden}] = None
from gdsim.app.quick_imports import spare_sources
spare_sources()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
