"""What other tabs need is imported while nothing moves, those modules first that others import."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import gdsim
from gdsim.app.ahead import Ahead

ORDER = """
import json, sys
from gdsim.app.ahead import imports_in_turn
told = list(imports_in_turn())
print(json.dumps([told, sorted(name for name in sys.modules if name.startswith("gdsim."))]))
"""


def test_every_module_of_the_tabs_is_imported_after_what_it_imports():
    done = subprocess.run([sys.executable, "-c", ORDER], capture_output=True, text=True, timeout=60)
    told, there = json.loads(done.stdout)
    assert len(told) == len(set(told))
    root = Path(gdsim.__file__).parent
    files = {
        ".".join(("gdsim", *file.relative_to(root).with_suffix("").parts)) for file in root.rglob("app/tabs/**/*.py")
    }
    assert {name.removesuffix(".__init__") for name in files} <= set(there)
    assert set(told) <= set(there)
    assert told.index("gdsim.core.expression") < told.index("gdsim.app.tabs.slope.session")
    assert told.index("gdsim.core.registry") < told.index("gdsim.core.surfaces")


class Imports:
    def __init__(self, count):
        self.left = count

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return "one"


def test_whoever_moves_has_every_frame(ticker, monkeypatch, qapp):
    imports, done, heard = Imports(3), [], []
    monkeypatch.setattr("gdsim.app.ahead.imports_in_turn", lambda: imports)
    ahead = Ahead(ticker, lambda: done.append(True))
    ticker.frame.connect(heard.append)
    ticker.tick()
    assert (imports.left, done) == (3, [])
    ticker.frame.disconnect(heard.append)
    ticker.pull(iter(range(3)))
    ticker.tick()
    assert (imports.left, done) == (3, [])
    while not done:
        ticker.tick()
    assert imports.left == 0
    assert not ticker.active
    ahead.deleteLater()
