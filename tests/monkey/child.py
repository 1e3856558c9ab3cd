"""The process in which a monkey plays, so that a crash or a hang ends no more than this.

The clock is replaced before gdsim is imported, since its parts keep the one they find.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.monkey.watch import Problem


def main(job: dict[str, object]) -> int:
    """Play what `job` says: a `seed` for `seconds`, or the events of `replay`; leave script and outcome in `folder`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(job["scale"])
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    faulthandler.enable()
    folder, seed = Path(str(job["folder"])), int(str(job["seed"]))
    from tests.monkey.clock import VirtualClock

    clock = VirtualClock(seed)
    time.perf_counter = time.process_time = clock  # type: ignore[assignment]
    real = time.monotonic
    from PySide6.QtCore import QStandardPaths

    QStandardPaths.setTestModeEnabled(True)
    from gdsim.app.overrides import guard_overrides

    guard_overrides()
    from gdsim.app.application import start_qt
    from tests.monkey.play import play
    from tests.monkey.rough import monkey
    from tests.monkey.watch import Watch
    from tests.monkey.world import World

    application = start_qt()
    home = Path(tempfile.mkdtemp(prefix="files", dir=folder))
    deadline = real() + float(str(job["seconds"]))
    with Watch() as watch, (folder / "script.jsonl").open("w") as script:
        world = World(home, clock)
        with world.without_blocking():
            if job.get("replay"):
                events = iter([json.loads(line) for line in Path(str(job["replay"])).read_text().splitlines()])
                outcome = play(lambda: next(events, None), world, watch, script)
            else:
                player = monkey(seed, world)
                last = chain([["check", True], ["restart"]], [None])
                told = _tell if job.get("go_on") else None
                outcome = play(lambda: player.next() if real() < deadline else next(last), world, watch, script, told)
            if outcome.problem is None:
                world.close()
    told = asdict(outcome) | {"signatures": sorted(outcome.signatures)}
    (folder / "outcome.json").write_text(json.dumps(told))
    application.quit()
    return 1 if outcome.problem else 0


def _tell(number: int, problem: Problem) -> None:
    print(f"== event {number}: {problem.kind}: {problem.signature}\n{problem.text[-3000:]}", flush=True)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
