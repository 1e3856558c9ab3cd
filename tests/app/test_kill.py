from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_process_that_is_killed_while_it_writes_leaves_whole_files_and_the_next_start_says_so():
    """A second of it; `python -m tests.kill --seconds 600` goes on for longer."""
    command = [sys.executable, "-m", "tests.kill", "--seconds", "1", "--seed", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    kills = re.match(r"(\d+) kills, every file whole", done.stdout)
    assert kills is not None
    assert int(kills[1]) >= 2
