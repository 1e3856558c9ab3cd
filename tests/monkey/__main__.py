"""`python -m tests.monkey --seed N --seconds S`: a monkey at the real window, in a process of its own.

Exit code 0 when nothing went wrong; else it prints what did, and a shortened script that `--replay` plays again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.monkey.shorten import shortened

SCALES = (1, 1.5, 1, 2)  # of the screen, by seed
_START = 120.0  # seconds more than it was given, after which a process is ended


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.monkey", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same events for the same seed (default 1)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to play (default 60)")
    parser.add_argument("--replay", type=Path, help="play the events of this file instead")
    parser.add_argument("--shorten", type=float, default=180.0, help="seconds to spend on a shorter script")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="monkey") as name:
        return _run(options, Path(name))


def _run(options: argparse.Namespace, folder: Path) -> int:
    job = {"seed": options.seed, "scale": SCALES[options.seed % len(SCALES)], "seconds": options.seconds}
    if options.replay:
        lines = options.replay.read_text().splitlines()
        job |= json.loads(lines[0])
        (folder / "replay.jsonl").write_text("\n".join(lines[1:]))
    problem, outcome = _play(job, folder, folder / "replay.jsonl" if options.replay else None)
    if problem is None:
        print(f"seed {job['seed']}: {outcome['events']} events, {outcome['checks']} looks, nothing wrong")
        for seconds, event in outcome["slowest"][:3]:
            print(f"    {seconds:.2f} s of work: {json.dumps(event)[:160]}")
        return 0
    events = (folder / "script.jsonl").read_text().splitlines()
    print(f"seed {job['seed']}, event {len(events)}: {problem['kind']}: {problem['signature']}\n{problem['text']}")
    deadline = time.monotonic() + options.shorten

    def fails(lines: list[str]) -> bool:
        (folder / "try.jsonl").write_text("\n".join(lines))
        found, _ = _play(job, folder, folder / "try.jsonl")
        return found is not None and found["signature"] == problem["signature"]

    events = shortened(events, fails, lambda: time.monotonic() < deadline)
    target = Path(tempfile.gettempdir()) / f"monkey-{job['seed']}-{int(time.time())}.jsonl"
    target.write_text("\n".join([json.dumps({"seed": job["seed"], "scale": job["scale"]}), *events]) + "\n")
    print(f"{len(events)} events are enough; python -m tests.monkey --replay {target}")
    print("\n".join(events[-60:]))
    return 1


def _play(job: dict[str, Any], folder: Path, replay: Path | None) -> tuple[dict[str, str] | None, dict[str, Any]]:
    """One process; what went wrong in it, if anything, and its outcome."""
    (folder / "outcome.json").unlink(missing_ok=True)
    told = json.dumps({**job, "folder": str(folder), "replay": str(replay or "")})
    command = [sys.executable, "-m", "tests.monkey.child", told]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=job["seconds"] + _START, check=False)
    except subprocess.TimeoutExpired:
        return {"kind": "hang", "signature": "hang", "text": "the process did not come to its end"}, {}
    written = folder / "outcome.json"
    outcome = json.loads(written.read_text()) if written.exists() else {}
    if outcome.get("problem"):
        return outcome["problem"], outcome
    if done.returncode:
        return {"kind": "crash", "signature": _crash(done), "text": done.stderr[-6000:]}, outcome
    return None, outcome


def _crash(done: subprocess.CompletedProcess[str]) -> str:
    """How the process ended, and where gdsim was then."""
    own = [line.strip() for line in done.stderr.splitlines() if "File" in line and "/gdsim/app" in line]
    return f"exit code {done.returncode} {own[0].rpartition(' in ')[2] if own else ''}"


if __name__ == "__main__":
    sys.exit(main())
