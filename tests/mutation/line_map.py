"""Which tests run a line of the core, and how long each of them takes."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class LineMap:
    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """The files as they were measured: lines are followed through later changes."""
    measured: float = 0.0

    @classmethod
    def load(cls, path: Path) -> LineMap:
        data = json.loads(path.read_text())
        names = data["tests"]
        lines = {
            file: {int(line): [names[index] for index in tests] for line, tests in by_line.items()}
            for file, by_line in data["lines"].items()
        }
        for file, text in data["texts"].items():
            now = (ROOT / file).read_text() if (ROOT / file).exists() else text
            if now != text:
                lines[file] = _followed(lines.get(file, {}), text.splitlines(), now.splitlines())
        return cls(data["seconds"], lines, data["texts"], path.stat().st_mtime)

    def is_newer(self, name: str) -> bool:
        """Whether this test was added or perhaps changed since, so that what it runs is not known."""
        known = name in self.seconds or "::" not in name
        return not known or (ROOT / name.split("::")[0]).stat().st_mtime > self.measured

    def save(self, path: Path) -> None:
        names = sorted(self.seconds)
        index = {name: number for number, name in enumerate(names)}
        lines = {
            file: {line: [index[test] for test in tests] for line, tests in by_line.items()}
            for file, by_line in self.lines.items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"tests": names, "seconds": self.seconds, "lines": lines, "texts": self.texts}))

    def add(self, other: LineMap) -> None:
        self.seconds.update(other.seconds)
        self.texts.update(other.texts)
        for file, by_line in other.lines.items():
            known = self.lines.setdefault(file, {})
            for line, tests in by_line.items():
                known.setdefault(line, []).extend(tests)

    def newer_files(self, own: tuple[str, ...]) -> list[str]:
        """The files of a module's own tests that were added or changed since."""
        found = (str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("tests/core/**/test_*.py")))
        return [name for name in found if name.startswith(own) and self.is_newer(name)]

    def tests_of(self, file: str, first: int, last: int) -> set[str]:
        by_line = self.lines.get(file, {})
        return {test for line in range(first, last + 1) for test in by_line.get(line, ())}

    def choose(
        self, names: Collection[str], own: tuple[str, ...], killers: Collection[str], budget: float
    ) -> list[str]:
        """Tests of at most so many seconds: those that caught others first, new ones, the module's own, fast ones."""

        def order(name: str) -> tuple[bool, float]:
            # A test that is newer than the map may have been written for this very mutant.
            return name not in killers, self.seconds.get(name, 0.0) - 0.5 * name.startswith(own)

        chosen: list[str] = []
        total = 0.0
        for name in sorted(names, key=order):
            total += self.seconds.get(name, 0.05)
            if total > budget and chosen:
                break
            chosen.append(name)
        return chosen


def _followed(tests: dict[int, list[str]], before: list[str], after: list[str]) -> dict[int, list[str]]:
    """Tests by the lines of a changed file: a new line has those of the lines that it replaces, or comes after."""
    found: dict[int, list[str]] = {}
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.update({start + k + 1: tests.get(first + k + 1, []) for k in range(last - first)})
            continue
        around = range(first, last + 1)
        every = sorted({test for line in around for test in tests.get(line, ())})
        found.update(dict.fromkeys(range(start + 1, end + 1), every))
    return found


def own_tests(file: str) -> tuple[str, ...]:
    """Where the tests of a module are: the folder or the files of its name."""
    first = Path(file).relative_to("gdsim/core").parts[0]
    return (f"tests/core/{first}/", f"tests/core/test_{Path(first).stem.removesuffix('s')}")
