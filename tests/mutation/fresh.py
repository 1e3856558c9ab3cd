"""Mutants of what a module computes when it is imported: tried in a process that imports it anew.

The process is forked from one that has loaded everything heavy, but nothing of gdsim: a try takes a second or two.
"""

from __future__ import annotations

import functools
import gc
import importlib
import sys
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import CodeType, ModuleType

import pytest

from tests.mutation.forks import KILLED, SURVIVED, Forks, limit, silence
from tests.mutation.line_map import ROOT, LineMap, own_tests
from tests.mutation.live import LiveModule, module_name
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.session import RESULTS, Outcome

_HEAVY = ("numpy", "numpy.ma", "hypothesis", "hypothesis.extra.numpy", "sympy", "ziamath", "_pytest.assertion.rewrite")
_OPTIONS = (
    "-n0", "-x", "-qq", "-s", "--tb=no", "-p", "no:cacheprovider", "-o", "timeout=0",
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip


class _Planted(MetaPathFinder, Loader):
    """Finds one module with other code in it than its file has."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name = name
        self._code = code

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        spec = PathFinder.find_spec(name, path)  # type: ignore[arg-type]
        if spec is not None:
            spec.loader = self
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)


def load_heavy() -> None:
    for name in _HEAVY:
        importlib.import_module(name)
    loaded = [name for name in sys.modules if name.startswith("gdsim")]
    if loaded:
        raise RuntimeError(f"gdsim is loaded already: {loaded}")


def hunt(
    files: list[str], lines: LineMap, jobs: int, budget: float, wanted: Callable[[str, Mutant], bool],
    report: Callable[[Outcome], None], inside: bool,
) -> None:  # fmt: skip
    """Tries what the modules compute when they are imported, on the own tests of each.

    With `inside` also what is in functions, which some modules call while they are imported.
    """
    load_heavy()
    gc.freeze()
    forks = Forks(jobs)
    for file in files:
        live = LiveModule(ROOT / file, [])
        own = own_tests(file)
        covering = {test for tests in lines.lines.get(file, {}).values() for test in tests}
        names = lines.choose({name for name in covering if name.startswith(own)} or covering, own, (), budget)
        names += lines.newer_files(own)
        for mutant in mutants_of(live.tree):
            if (mutant.inside and not inside) or not wanted(file, mutant):
                continue

            def done(code: int, file: str = file, mutant: Mutant = mutant, names: list[str] = names) -> None:
                report(Outcome(file, mutant, RESULTS.get(code, "crashed"), tuple(names), ""))

            forks.run(functools.partial(_attempt, live, mutant, names, 20.0 + 4.0 * budget), done)
    forks.join()


def _attempt(live: LiveModule, mutant: Mutant, tests: list[str], seconds: float) -> int:
    """Runs the tests, until one fails, on gdsim with this mutant in it."""
    silence()
    limit(seconds)
    try:
        code = live.compiled(mutant)
    except (SyntaxError, ValueError, TypeError):
        return KILLED
    sys.meta_path.insert(0, _Planted(module_name(live.path), code))
    return SURVIVED if pytest.main([*_OPTIONS, *tests]) == 0 else KILLED
