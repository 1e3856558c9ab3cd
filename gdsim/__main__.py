"""gdsim from the command line: reads the options, checks what Qt needs, and starts the application."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gdsim.app.options import Options


def main(argv: Sequence[str] | None = None) -> int:
    """Run gdsim and return the exit code: 0, 1 when something is missing, 2 for a bad command line."""
    # Read when numpy is imported: on small matrices one thread is faster, and the interface keeps a core of its own.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if os.name == "posix" and not os.environ.get("HOME"):
        # Qt would take "/" for the home folder; the system's list of users knows better.
        os.environ.update({"HOME": os.path.expanduser("~")})
    gc.disable()  # until the first picture is on the screen
    try:
        return start(argv)
    finally:
        gc.enable()


def start(argv: Sequence[str] | None, run: Callable[[Options], int] | None = None) -> int:
    """Read the command line, look at what is there, and do what is asked for.

    `run` is called in place of `application.run_application`, by what measures the start.
    """
    from gdsim.app import cli, preflight

    options = cli.parse_options(argv)
    if options.self_test:
        return report()
    problem = preflight.version_problem(sys.version_info[:2], preflight.qt_version())
    problem = problem or preflight.choose_platform(os.environ, needs_screen=options.screenshot is None)
    if problem:
        return complain(problem)
    try:
        from gdsim.app import quick_imports

        quick_imports.spare_sources()
        from gdsim.app import overrides

        overrides.guard_overrides()
        quick_imports.spare_names()
        from gdsim.app import application
    except ImportError as error:
        if not str(error).startswith("lib"):
            raise
        return complain(preflight.import_problem(error))
    wrong = cli.check_names(options)
    if wrong:
        cli.build_parser().error(wrong)
    return (run or application.run_application)(options)


def report() -> int:
    """Print the self-test."""
    from gdsim.app.self_test import self_test

    lines, problems = self_test()
    print("\n".join(lines))
    print("\n".join(problems) if problems else "Nothing is missing.")
    return 1 if problems else 0


def complain(sentence: str) -> int:
    print(f"gdsim: {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
