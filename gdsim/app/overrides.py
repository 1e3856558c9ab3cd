"""What goes wrong in a method that Qt calls is told, and the process goes on.

PySide6 ends it in two cases. While Qt paints, asks for sizes or hands round events, it goes on with other Python
methods before the exception is looked at; so such a method tells of it by itself and gives back something empty (a
filter sees also what happens while a widget is made, closed or let go). And on Python 3.11 an
exception that C code raises - a division by zero, a missing key - is made an object only when somebody looks, where
PySide6 looks too early; one that passed an `except` is whole, so each other override gets one around it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, update_wrapper
from types import FunctionType, MethodDescriptorType
from typing import Any

from PySide6.QtCore import QRectF, QSize, QSizeF
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsLayoutItem

MENDED_IN = (3, 12)
"""From this Python on an exception is an object from the beginning."""
_INSTEAD: dict[str, Callable[[], Any]] = {
    "paint": lambda: None, "paintEvent": lambda: None, "drawBackground": lambda: None, "drawForeground": lambda: None,
    "boundingRect": QRectF, "shape": QPainterPath, "opaqueArea": QPainterPath, "sizeHint": QSize,
    "minimumSizeHint": QSize, "minimumSize": QSize, "heightForWidth": int, "hasHeightForWidth": bool,
    "eventFilter": bool, "event": bool,
}  # fmt: skip
"""What is called in the middle of painting, of laying out and of all else, and what makes its empty answer."""
_VARIADIC = ((0x04, "*"), (0x08, "**"))  # flags of a code object


def guard_overrides() -> None:
    """See to it for all classes that are made from now on; so before those of gdsim and pyqtgraph are."""
    from shiboken6 import Shiboken

    Shiboken.Object.__init_subclass__ = classmethod(_guard_class)


def _guard_class(cls: type, **options: Any) -> None:
    from shiboken6 import Shiboken

    super(Shiboken.Object, cls).__init_subclass__(**options)
    for name, method in list(vars(cls).items()):
        # No method of Qt that can be overridden has a "_" in its name; to look for all would be felt at the start.
        if "_" not in name and isinstance(method, FunctionType) and overrides(cls, name):
            instead = _instead(cls, name)
            if instead is not None or sys.version_info < MENDED_IN:
                setattr(cls, name, guarded(method, instead))


def _instead(cls: type, name: str) -> Callable[[], Any] | None:
    if name == "sizeHint" and issubclass(cls, QGraphicsLayoutItem):
        return QSizeF
    return _INSTEAD.get(name)


def overrides(cls: type, name: str) -> bool:
    """Whether a class of Qt has a method of this name."""
    return any(isinstance(vars(base).get(name), MethodDescriptorType) for base in cls.__mro__[1:])


def guarded(method: FunctionType, instead: Callable[[], Any] | None = None) -> Callable[..., Any]:
    """The same, with the same parameters (PySide6 counts them), but what it raises is whole.

    With `instead` it raises nothing: the error is told, and what `instead` makes is given back.
    """
    code = method.__code__
    if code.co_kwonlyargcount or code.co_posonlyargcount:
        return method
    names = list(code.co_varnames[: code.co_argcount])
    rest = iter(code.co_varnames[code.co_argcount :])
    names += [stars + next(rest) for flag, stars in _VARIADIC if code.co_flags & flag]
    make = _maker(", ".join(names), _RAISED if instead is None else _TOLD)
    guard = make(method, _tell, instead)
    guard.__defaults__ = method.__defaults__
    return update_wrapper(guard, method)


_RAISED = "except BaseException: raise"
_TOLD = "except Exception as error: tell(error); return instead()"


def _tell(error: Exception) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


@cache
def _maker(parameters: str, caught: str) -> Callable[..., Any]:
    """Makes guards for methods with these parameters."""
    source = f"""
def make(method, tell, instead):
    def guard({parameters}):
        try:
            return method({parameters})
        {caught}
    return guard
"""
    made: dict[str, Any] = {}
    exec(source, made)  # noqa: S102 - the names are those of parameters in the program itself
    return made["make"]
