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
def there():
    return {name for name in sys.modules if name.startswith("gdsim.")}
def described(name):
    module = sys.modules[name]
    return {key: getattr(value, "__module__", None) or type(value).__name__ for key, value in vars(module).items()}
if sys.argv[1] == "in turn":
    import pyqtgraph
    from gdsim.app.ahead import imports_in_turn
    told, at_once, before = [], {}, there()
    for name in imports_in_turn():
        told.append(name)
        at_once[name], before = sorted(there() - before), there()
    gdsim = {name: described(name) for name in sorted(there())}
    print(json.dumps([told, gdsim, at_once]))
else:
    import importlib
    for name in json.loads(sys.stdin.read()):
        importlib.import_module(name)
    print(json.dumps({name: described(name) for name in sorted(there())}))
"""


def run(how, said=""):
    command = [sys.executable, "-c", ORDER, how]
    done = subprocess.run(command, input=said, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_module_of_the_tabs_is_imported_alone_and_after_what_it_imports():
    told, there, at_once = run("in turn")
    assert len(told) == len(set(told))
    root = Path(gdsim.__file__).parent
    files = {
        ".".join(("gdsim", *file.relative_to(root).with_suffix("").parts)) for file in root.rglob("app/tabs/**/*.py")
    }
    assert {name.removesuffix(".__init__") for name in files} <= set(there)
    assert told.index("gdsim.core.expression") < told.index("gdsim.app.tabs.slope.session")
    assert told.index("gdsim.core.registry") < told.index("gdsim.core.surfaces")
    assert told.index("gdsim.core.network.mlp") < told.index("gdsim.core.network")
    assert sum(len(came) - 1 for came in at_once.values() if came) < 0.06 * len(told)  # those that import one another
    assert {"numpy.ma", "numpy.random"} <= set(told)
    assert there == {name: module for name, module in run("as ever", json.dumps(list(there))).items() if name in there}


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
