"""What every test needs before anything else is imported: no screen, one thread, no network, repeatable examples."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

# Before Qt and numpy are imported: both read these once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import HealthCheck, settings

from gdsim.app.overrides import guard_overrides

guard_overrides()  # as at every start, before pyqtgraph and the widgets of gdsim are made


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    """An audit hook: gdsim opens no connection, and so no test may."""
    if event == "socket.connect" and args[0].family in (socket.AF_INET, socket.AF_INET6):
        raise RuntimeError(f"a test tried to reach {args[1]}; tests never use the network")


sys.addaudithook(_refuse_network)

# `check` is what everyone runs: the same examples each time, and no deadline, for a busy machine isn't an error.
# `explore` draws new and many more: `pytest --hypothesis-profile=explore`.
settings.register_profile(
    "check", max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile("check")
