"""What goes wrong in a method that Qt calls is told, also on Python 3.11.

There an exception that C code raises - a division by zero, a missing key - is made an object only when somebody looks.
PySide6 looks too early: where Qt calls a Python method that overrides its own, such an exception ends the process.
One that passed an `except` is whole, so each override gets one around it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, update_wrapper
from types import FunctionType, MethodDescriptorType
from typing import Any

MENDED_IN = (3, 12)
"""From this Python on an exception is an object from the beginning."""
_VARIADIC = ((0x04, "*"), (0x08, "**"))  # flags of a code object


def guard_overrides() -> None:
    """See to it for all classes that are made from now on; so before those of gdsim and pyqtgraph are."""
    if sys.version_info < MENDED_IN:
        from shiboken6 import Shiboken

        Shiboken.Object.__init_subclass__ = classmethod(_guard_class)


def _guard_class(cls: type, **options: Any) -> None:
    from shiboken6 import Shiboken

    super(Shiboken.Object, cls).__init_subclass__(**options)
    for name, method in list(vars(cls).items()):
        # No method of Qt that can be overridden has a "_" in its name; to look for all would be felt at the start.
        if "_" not in name and isinstance(method, FunctionType) and overrides(cls, name):
            setattr(cls, name, guarded(method))


def overrides(cls: type, name: str) -> bool:
    """Whether a class of Qt has a method of this name."""
    return any(isinstance(vars(base).get(name), MethodDescriptorType) for base in cls.__mro__[1:])


def guarded(method: FunctionType) -> Callable[..., Any]:
    """The same, with the same parameters (PySide6 counts them), but what it raises is whole."""
    code = method.__code__
    if code.co_kwonlyargcount or code.co_posonlyargcount:
        return method
    names = list(code.co_varnames[: code.co_argcount])
    rest = iter(code.co_varnames[code.co_argcount :])
    names += [stars + next(rest) for flag, stars in _VARIADIC if code.co_flags & flag]
    guard = _maker(", ".join(names))(method)
    guard.__defaults__ = method.__defaults__
    return update_wrapper(guard, method)


@cache
def _maker(parameters: str) -> Callable[[Callable[..., Any]], Any]:
    """Makes guards for methods with these parameters."""
    source = f"""
def make(method):
    def guard({parameters}):
        try:
            return method({parameters})
        except BaseException:
            raise
    return guard
"""
    made: dict[str, Any] = {}
    exec(source, made)  # noqa: S102 - the names are those of parameters in the program itself
    return made["make"]
