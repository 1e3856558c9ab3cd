"""Where the values of a generated program live: buffers by liveness, and the names of arrays and their views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Shape = tuple[int, ...]
Real = np.dtype[np.float64] | np.dtype[np.float32]
DOUBLE: Real = np.dtype(np.float64)
SINGLE: Real = np.dtype(np.float32)
FOREVER = 1 << 60


@dataclass(eq=False)
class Storage:
    """Memory that the program may write.  `row` is the constant kept below a dense layer's inputs, if any.

    `truth` memory holds true and false.  `static` memory is the same in every call.  `busy_until` is the position of
    the last statement that needs what it holds now.
    """

    name: str
    shape: Shape
    row: float | None = None
    truth: bool = False
    static: bool = True
    busy_until: int = -1


@dataclass(eq=False)
class Place:
    """Where one value is: a name in the generated text, and the memory behind it if the program owns it.

    `static` places never move, so their views and bound methods are made once.
    """

    name: str
    shape: Shape
    static: bool
    contiguous: bool = True
    storage: Storage | None = None


@dataclass
class Namespace:
    """Objects that the generated code names, and the lines that make views of arrays.

    `once` lines run when the program is bound, `each_call` lines at the top of every call.  `real` is the type of
    the numbers in its arrays.
    """

    real: Real = DOUBLE
    objects: dict[str, Any] = field(default_factory=dict)
    once: list[str] = field(default_factory=list)
    each_call: list[str] = field(default_factory=list)
    buffers: list[Storage] = field(default_factory=list)
    _derived: set[str] = field(default_factory=set)
    _constants: dict[Any, str] = field(default_factory=dict)

    def constant(self, value: Any) -> str:
        """Name of a constant array; single numbers become 0-d arrays, which ufuncs take fastest."""
        array = np.asarray(value)
        array = array if array.dtype == np.bool_ else array.astype(self.real)
        key = (array.shape, array.dtype.str, array.tobytes())
        if key not in self._constants:
            name = f"c{len(self._constants)}"
            self._constants[key] = name
            self.objects[name] = np.ascontiguousarray(array).reshape(array.shape)
        return self._constants[key]

    def holder(self, key: int, truth: bool) -> str:
        """A 0-d array that a number (or truth value) computed at run time is put into before numpy takes it."""
        name = f"k{key}"
        self.objects[name] = np.array(False) if truth else np.zeros((), self.real)
        return name

    def buffer(self, shape: Shape, row: float | None = None, truth: bool = False) -> Storage:
        """New memory; with `row` it has one more row below, filled with that constant."""
        storage = Storage(f"b{len(self.buffers)}", shape, row, truth)
        self.buffers.append(storage)
        if row is None:
            self.objects[storage.name] = np.empty(shape, np.bool_ if truth else self.real)
        else:
            self.objects[f"{storage.name}_row"] = np.full((*shape[:-2], shape[-2] + 1, shape[-1]), row, self.real)
            self.once.append(f"{storage.name} = {storage.name}_row[..., :-1, :]")
        return storage

    def view(self, place: Place, suffix: str, expression: str) -> str:
        """Name of a view of `place`, made once if the place never moves."""
        name = f"{place.name}_{suffix}"
        if name not in self._derived:
            self._derived.add(name)
            (self.once if place.static else self.each_call).append(f"{name} = {expression}")
        return name

    def dot(self, place: Place, name: str) -> str:
        """`name.dot`, looked up once where possible (0.15 µs less a call than np.dot)."""
        if not place.static:
            return f"{name}.dot"
        return self.view(Place(name, (), True), "dot", f"{name}.dot")
