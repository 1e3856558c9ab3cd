"""Plants mistakes into the core one by one, and says which of them no test notices: survivors.

python -m tests.mutation                          the whole core: hours
python -m tests.mutation gdsim/core/optimizers    a folder or a file of it
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.mutation import fresh
from tests.mutation.forks import Forks
from tests.mutation.line_map import ROOT, LineMap
from tests.mutation.mutants import Mutant
from tests.mutation.session import Hunt, MapMaker, Outcome, collected

_EQUIVALENT = Path(__file__).with_name("equivalent.txt")


def _files(names: list[str]) -> Iterator[str]:
    for name in names:
        path = ROOT / name
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        yield from (str(file.relative_to(ROOT)) for file in found)


def _folder(file: str) -> str:
    return Path(file).relative_to("gdsim/core").parts[0]


def _names(path: Path) -> set[str]:
    lines = path.read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("modules", nargs="*", default=["gdsim/core"], help="files and folders, from the root")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--budget", type=float, default=20.0, help="seconds of tests that a mutant is tried on")
    parser.add_argument("--every", type=int, default=1, help="only each so-many-th mutant")
    parser.add_argument("--arithmetic", action="store_true", help="only signs, terms, factors and calls")
    parser.add_argument("--only", type=Path, help="a file of names of mutants: no others")
    parser.add_argument("--survivors", type=Path, help="write the names of survivors there, as --only reads them")
    parser.add_argument("--map", type=Path, default=ROOT / ".mutation" / "map.json", help="which test runs which line")
    parser.add_argument("--again", action="store_true", help="measure anew which test runs which line")
    parser.add_argument(
        "--fresh", action="store_true", help="what is computed at import (and any of --only), a second or two each"
    )
    options = parser.parse_args()

    began = time.monotonic()
    if options.again or not options.map.exists():
        options.map.parent.mkdir(exist_ok=True)
        forks = Forks(1)
        forks.run(lambda: collected(MapMaker(options.map, options.jobs)), lambda code: None)
        forks.join()
        print(f"measured which test runs which line in {time.monotonic() - began:.0f} s", flush=True)
    lines = LineMap.load(options.map)
    only = _names(options.only) if options.only else None
    equivalent = _names(_EQUIVALENT)
    seen = 0
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    outcomes: list[Outcome] = []

    def wanted(file: str, mutant: Mutant) -> bool:
        nonlocal seen
        seen += 1
        name = f"{file}: {mutant.name}"
        counts[_folder(file)]["possible"] += 1
        if name in equivalent:
            counts[_folder(file)]["equivalent"] += 1
            return False
        if only is not None and name not in only:
            return False
        return seen % options.every == 0 and (mutant.arithmetic or not options.arithmetic)

    def report(outcome: Outcome) -> None:
        outcomes.append(outcome)
        counts[_folder(outcome.file)].update(("tried", outcome.result))
        place = f"{outcome.file}:{outcome.mutant.line}"
        if len(outcomes) % 200 == 0:
            print(f"{len(outcomes)} tried, up to {place}", flush=True)
        if outcome.result in ("survived", "unplanted"):
            print(f"{outcome.result} {len(outcome.tests)} tests, {place}: {outcome.mutant.name}", flush=True)

    began = time.monotonic()
    files = list(_files(options.modules))
    if options.fresh:
        fresh.hunt(files, lines, options.jobs, options.budget, wanted, report, inside=only is not None)
    else:
        collected(Hunt(files, lines, options.jobs, options.budget, wanted, report))
    print(f"{len(outcomes)} mutants in {time.monotonic() - began:.0f} s")
    for folder, count in counts.items():
        print(f"{folder:>14}: " + ", ".join(f"{number} {what}" for what, number in count.items()))
    survivors = [outcome for outcome in outcomes if outcome.result in ("survived", "unplanted")]
    if options.survivors:
        options.survivors.write_text("".join(f"{outcome.name}\n" for outcome in survivors))
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main())
