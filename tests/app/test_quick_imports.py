"""A private function of PySide6 is replaced only where it is the one that is known; pyqtgraph has all names of Qt."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from types import ModuleType

import pytest

from gdsim.app.quick_imports import answer_in_place, spare_names


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


NAMES = """
import json, sys
if sys.argv[1] == "spared":
    from gdsim.app.quick_imports import spare_names
    spare_names()
import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, pyqtgraph.Qt
found = {}
for name in ("QtCore", "QtGui", "QtWidgets"):
    source, mirror = getattr(PySide6, name), getattr(pyqtgraph.Qt, name)
    at_first = [each for each in vars(mirror) if not each.startswith("_")]
    assert sys.modules["pyqtgraph.Qt." + name] is mirror and pyqtgraph.__dict__.get(name) in (mirror, None)
    assert not hasattr(mirror, "QNothing")
    names = [each for each in dir(source) if not each.startswith("__")]
    found[name] = [len(at_first), names, [each for each in names if getattr(mirror, each) is getattr(source, each)]]
print(json.dumps(found))
"""


def test_pyqtgraph_has_all_names_of_qt_without_copying_them():
    def found(how):
        command = [sys.executable, "-c", NAMES, how]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    copied, spared = found("copied"), found("spared")
    for module, (count, names, same) in copied.items():
        assert spared[module][1:] == [names, same]
        assert len(names) - len(same) <= 1
        assert 0 < spared[module][0] < count / 3


def test_a_pyqtgraph_that_is_there_already_stays_as_it_is():
    import pyqtgraph.Qt

    before = pyqtgraph.Qt.QtWidgets
    spare_names()
    assert pyqtgraph.Qt.QtWidgets is before is sys.modules["pyqtgraph.Qt.QtWidgets"]
