"""A session of pytest that collects the tests once, and then tries each mutant on them in a process of its own.

The process is forked, so that nothing has to be imported again.  Tests that run the mutated line come in the order of
how likely and how fast they tell: those that caught the last mutants first, then from the fastest on.
"""

from __future__ import annotations

import functools
import gc
import importlib
import mmap
import signal
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

import coverage
import pytest

from tests.mutation.forks import KILLED, SURVIVED, UNPLANTED, Forks, limit, silence
from tests.mutation.line_map import ROOT, LineMap, own_tests
from tests.mutation.live import LiveModule, module_name
from tests.mutation.mutants import Mutant, mutants_of

RESULTS = {SURVIVED: "survived", KILLED: "killed", UNPLANTED: "unplanted", -signal.SIGXCPU: "time"}


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: killed, survived, time (it hangs), crashed, unplanted (to be tried afresh)."""

    file: str
    mutant: Mutant
    result: str
    tests: tuple[str, ...]
    killer: str

    @property
    def name(self) -> str:
        return f"{self.file}: {self.mutant.name}"


class Collected:
    """A plugin of pytest that does something else with the collected tests than run them once."""

    def __init__(self, jobs: int) -> None:
        self.forks = Forks(jobs)
        self.jobs = jobs
        self.failed = False

    def pytest_configure(self, config: pytest.Config) -> None:
        import hypothesis  # pytest wants to see it first

        # Examples as ever, but a failing one isn't made small: that it fails is all that is asked.
        hypothesis.settings.register_profile(
            "mutation", hypothesis.settings.get_profile("check"), database=None,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        )  # fmt: skip
        hypothesis.settings.load_profile("mutation")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed

    def run_items(self, items: list[pytest.Item], started: Callable[[str], None], ended: Callable[[str], None]) -> bool:
        """Whether all pass; ends at the first that doesn't."""
        for item, following in zip(items, [*items[1:], None], strict=True):
            started(item.nodeid)
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            ended(item.nodeid)
            if self.failed:
                return False
        return True


class MapMaker(Collected):
    """Runs each test once under coverage; `map` says afterwards which lines it ran."""

    def __init__(self, path: Path, jobs: int) -> None:
        super().__init__(jobs)
        self._path = path

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        caches = _caches()
        parts = [self._path.with_suffix(f".{number}.json") for number in range(self.jobs)]
        failures: list[int] = []
        for number, part in enumerate(parts):
            work = functools.partial(self._measure, session.items[number :: self.jobs], part, caches)
            self.forks.run(work, lambda code: failures.append(1) if code else None)
        self.forks.join()
        if failures:
            raise pytest.UsageError("the tests fail by themselves, so they would tell nothing of mutants")
        whole = LineMap()
        for part in parts:
            whole.add(LineMap.load(part))
            part.unlink()
        whole.save(self._path)
        return True

    def _measure(self, items: list[pytest.Item], part: Path, caches: list[Any]) -> int:
        silence()
        measured = LineMap()
        cover = coverage.Coverage(data_file=None, config_file=False, source=[str(ROOT / "gdsim" / "core")])
        cover.start()

        def started(name: str) -> None:
            for cache in caches:  # what one test leaves there, the next would not run
                cache.cache_clear()
            cover.switch_context(name)
            measured.seconds[name] = time.process_time()

        def ended(name: str) -> None:
            measured.seconds[name] = time.process_time() - measured.seconds[name]

        passed = self.run_items(items, started, ended)
        cover.stop()
        data = cover.get_data()
        for file in data.measured_files():
            by_line = data.contexts_by_lineno(file)
            name = str(Path(file).relative_to(ROOT))
            measured.texts[name] = Path(file).read_text()
            measured.lines[name] = {line: [test for test in tests if test] for line, tests in by_line.items()}
        measured.save(part)
        return 0 if passed else 1


class Hunt(Collected):
    """Tries the wanted mutants of some modules, and reports each."""

    def __init__(
        self, files: list[str], lines: LineMap, jobs: int, budget: float, wanted: Callable[[str, Mutant], bool],
        report: Callable[[Outcome], None],
    ) -> None:  # fmt: skip
        super().__init__(jobs)
        self._files = files
        self._lines = lines
        self._budget = budget
        self._wanted = wanted
        self._report = report
        self._killers: set[str] = set()
        self._progress = mmap.mmap(-1, 4096)
        self._slots = list(range(jobs))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        for file in self._files:  # else one that is imported when it is needed had no functions yet
            importlib.import_module(module_name(str(ROOT / file)))
        self._caches = _caches()
        functions = [thing for thing in gc.get_objects() if isinstance(thing, FunctionType)]
        modules = {file: LiveModule(ROOT / file, functions) for file in self._files}
        gc.collect()
        gc.freeze()
        for file, live in modules.items():
            self._killers.clear()
            for mutant in mutants_of(live.tree):
                if self._wanted(file, mutant):
                    self._try(file, live, mutant)
        self.forks.join()
        return True

    def _try(self, file: str, live: LiveModule, mutant: Mutant) -> None:
        self.forks.make_room()
        names = self._tests_for(file, live, mutant)
        slot = self._slots.pop()
        struct.pack_into("i", self._progress, 4 * slot, -1)

        def done(code: int) -> None:
            (number,) = struct.unpack_from("i", self._progress, 4 * slot)
            self._slots.append(slot)
            result = RESULTS.get(code, "crashed")
            killer = names[number] if number >= 0 and result not in ("survived", "unplanted") else ""
            if killer:
                self._killers.add(killer)
            self._report(Outcome(file, mutant, result, tuple(names), killer))

        self.forks.run(functools.partial(self._attempt, live, mutant, names, slot), done)

    def _tests_for(self, file: str, live: LiveModule, mutant: Mutant) -> list[str]:
        own = own_tests(file)
        # What is computed at import has an effect on all that the module does.
        covering = self._lines.tests_of(file, *(live.lines_of(mutant) if mutant.inside else (0, len(live.text))))
        covering &= self._items.keys()
        unknown = {name for name in self._items if name.startswith(own) and self._lines.is_newer(name)}
        return self._lines.choose(covering | unknown, own, self._killers, self._budget)

    def _attempt(self, live: LiveModule, mutant: Mutant, names: list[str], slot: int) -> int:
        silence()
        gc.disable()
        limit(5.0 + 4.0 * sum(self._lines.seconds.get(name, 0.1) for name in names))
        try:
            if not live.plant(mutant):
                return UNPLANTED
        except (SyntaxError, ValueError, TypeError):
            return UNPLANTED
        for cache in self._caches:
            cache.cache_clear()
        number = {name: index for index, name in enumerate(names)}

        def started(name: str) -> None:
            struct.pack_into("i", self._progress, 4 * slot, number[name])

        passed = self.run_items([self._items[name] for name in names], started, lambda name: None)
        return SURVIVED if passed else KILLED


def _caches() -> list[Any]:
    kind = functools._lru_cache_wrapper
    return [
        thing for thing in gc.get_objects()
        if isinstance(thing, kind) and getattr(thing, "__module__", "").startswith("gdsim")
    ]  # fmt: skip


def collected(plugin: Collected, tests: str = "tests/core") -> int:
    """Runs pytest in this process with the plugin in place of its own loop."""
    options = ["-n0", "-qq", "-s", "--tb=no", "-p", "no:cacheprovider", "-o", "timeout=0"]
    return int(pytest.main([*options, str(ROOT / tests)], plugins=[plugin]))
