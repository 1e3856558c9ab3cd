"""Work in forked processes, some at a time."""

from __future__ import annotations

import math
import os
import resource
from collections.abc import Callable

SURVIVED, KILLED, UNPLANTED = 0, 1, 3
_MEMORY = 6 << 30
"""Bytes a mutant may take: one that allocates without end is stopped, not the machine."""


class Forks:
    """Runs functions in forked processes; `done` is called with the exit code, negative after a signal."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._running: dict[int, Callable[[int], None]] = {}

    def run(self, work: Callable[[], int], done: Callable[[int], None]) -> None:
        self.make_room()
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                code = work()
            finally:
                os._exit(code)
        self._running[pid] = done

    def make_room(self) -> None:
        """Waits until one more may run."""
        while len(self._running) >= self._jobs:
            self._collect()

    def join(self) -> None:
        while self._running:
            self._collect()

    def _collect(self) -> None:
        pid, status = os.wait()
        self._running.pop(pid)(os.waitstatus_to_exitcode(status))


def limit(seconds: float) -> None:
    """Ends this process when it has computed for so long (waiting is free), or takes too much memory."""
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def silence() -> None:
    """Nothing is said by this process from now on."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
