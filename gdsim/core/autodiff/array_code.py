"""Straight-line numpy for a simplified graph: one statement an operation, every result in memory that is known.

`Memory` says where each result goes.  Matrix products use bound `dot` methods with an output argument, the fastest
way into BLAS that numpy has.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .indices import index_text, is_basic, keeps_order
from .ir import Op, is_truth, reachable
from .memory import Memory, is_plain_product, is_view
from .primitive import PRIMITIVES
from .scalar_code import fast_names, fast_template, guarded_names, guarded_template, number, template
from .storage import Namespace, Place, Storage


def base_names() -> dict[str, Any]:
    """Functions that generated code may call."""
    names: dict[str, Any] = {**guarded_names(), **fast_names()}
    names.update(
        range=range, float=float, bool=bool, inf=math.inf, nan=math.nan, copyto=np.copyto, matmul=np.matmul,
        add_reduce=np.add.reduce, empty=np.empty, array=np.array, broadcast=np.broadcast_to,
    )  # fmt: skip
    for primitive in PRIMITIVES.values():
        if primitive.ufunc is not None:
            names[primitive.ufunc.__name__] = primitive.ufunc
    return names


class ArrayCode:
    """Emits `lines` that compute `outputs` from named inputs.

    `places` gives the place of every input array, `scalars` the text of every input number, `targets` the memory
    that an output (by index of its op) should end in, `shape_of` the shape of an op in this piece of code (a block
    of rows has fewer rows than the whole), `holders` the 0-d arrays in which numbers reach numpy's functions,
    `settled` the input numbers that stay from call to call: what depends on them alone is computed when bound.
    """

    def __init__(
        self,
        names: Namespace,
        outputs: Sequence[Op],
        places: Mapping[int, Place],
        scalars: Mapping[int, str],
        targets: Mapping[int, Storage],
        shape_of: Callable[[Op], tuple[int, ...]] = lambda op: op.shape,
        holders: Mapping[int, str] | None = None,
        settled: frozenset[int] = frozenset(),
    ) -> None:
        self.names = names
        self.lines: list[str] = []
        self.scalars: dict[int, str] = dict(scalars)
        self._fast: dict[str, str] = {}
        self.holders: dict[int, str] = dict(holders or {})
        self._settled = set(settled)
        self._given = {*places, *scalars}
        self._handed_out = {op.index for op in outputs}
        ops = reachable(outputs, self._given)
        self.memory = Memory(names, ops, outputs, places, targets, shape_of)
        for position, op in enumerate(ops):
            if op.index not in self._given and not op.is_const:
                self._emit(position, op)
        self.lines = self._with_fast_numbers()

    # -- operands -----------------------------------------------------------------------------------------------
    def operand(self, op: Op) -> str:
        """Text of an argument for a numpy function."""
        if op.shape != ():
            return self.place(op).name
        if op.is_const:
            return self.names.constant(op.value)
        if op.index not in self.holders and op.index in self._settled:
            self.holders[op.index] = f"k{op.index}"
            kind = "bool" if is_truth(op) else "real"
            self.names.once.append(f"k{op.index} = array({self.scalar(op)}, {kind})")
        elif op.index not in self.holders:
            holder = self.names.holder(op.index, is_truth(op))
            self.holders[op.index] = holder
            self.lines.append(f"{holder}[()] = {self.scalar(op)}")
        return self.holders[op.index]

    def scalar(self, op: Op) -> str:
        """Text of a single number as a Python float."""
        if op.is_const:
            return number(float(op.value))
        return self.scalars[op.index]

    def place(self, op: Op) -> Place:
        """Where an array is; constants are placed on first use."""
        places = self.memory.places
        if op.index not in places:
            assert op.is_const, op
            places[op.index] = Place(self.names.constant(op.value), op.shape, True)
        return places[op.index]

    # -- statements ---------------------------------------------------------------------------------------------
    def _emit(self, position: int, op: Op) -> None:
        if op.shape == () and all(arg.shape == () for arg in op.args) and template(op.kind):
            self._emit_number(op)
        elif op.shape == ():
            self._emit_reduction_to_number(op)
        elif is_view(op):
            self._emit_view(position, op)
        elif op.kind == "assemble":
            self._emit_assembly(position, op)
        elif op.kind in ("dense", "dense_weights", "dense_back", "matmul"):
            self._emit_product(position, op)
        else:
            self._emit_elementwise(position, op)

    def _out(self, op: Op, position: int) -> str:
        """Name of the memory for a result."""
        place = self.memory.place(op, position)
        self._flush()
        return place.name

    def _flush(self) -> None:
        self.lines += self.memory.fills
        self.memory.fills.clear()

    def _emit_number(self, op: Op) -> None:
        name = f"s{op.index}"
        args = [self.scalar(arg) for arg in op.args]
        careful = f"{name} = {guarded_template(op.kind).format(*args)}"
        if op.args and all(arg.is_const or arg.index in self._settled for arg in op.args):
            self._settled.add(op.index)
            self.names.once.append(careful)
            self.scalars[op.index] = name
            return
        self._fast[careful] = f"{name} = {fast_template(op.kind).format(*args)}"
        self.lines.append(careful)
        self.scalars[op.index] = name

    def _with_fast_numbers(self) -> list[str]:
        """Statements on numbers that could raise, in their fast form first and guarded only when that raised."""
        lines: list[str] = []
        for numbers, group in itertools.groupby(self.lines, key=self._fast.__contains__):
            careful = list(group)
            fast = [self._fast[line] for line in careful] if numbers else careful
            if fast == careful:
                lines += careful
                continue
            lines += ["try:", *("    " + line for line in fast), "except (ArithmeticError, ValueError):"]
            lines += ["    " + line for line in careful]
        return lines

    def _emit_reduction_to_number(self, op: Op) -> None:
        name = f"s{op.index}"
        if op.kind in ("ssq", "vdot") and all(self.place(arg).contiguous for arg in op.args):
            flat = [self._flat(arg) for arg in op.args]
            dot = self.names.dot(self.place(op.args[0]), flat[0])
            text = f"{dot}({flat[-1]})"
        elif op.kind == "ssq":
            text = f"square({self.operand(op.args[0])}).sum()"
        elif op.kind == "vdot":
            text = f"multiply({self.operand(op.args[0])}, {self.operand(op.args[1])}).sum()"
        elif op.kind == "sum":
            text = f"add_reduce({self.operand(op.args[0])}, None)"
        elif op.kind == "getitem" and is_basic(op.params["index"]):
            text = f"{self.place(op.args[0]).name}[{index_text(op.params['index'])}]"
        elif op.kind == "reshape":
            text = f"{self.place(op.args[0]).name}.item()"
        else:
            text = self._generic(op)
        self.lines.append(f"{name} = float({text})")
        self.scalars[op.index] = name

    def _flat(self, op: Op) -> str:
        place = self.place(op)
        return place.name if len(place.shape) == 1 else self.names.view(place, "flat", f"{place.name}.reshape(-1)")

    def _generic(self, op: Op) -> str:
        """Call of the primitive's own function, for the operations that have no better statement."""
        function = f"do_{op.kind}"
        self.names.objects[function] = PRIMITIVES[op.kind].forward
        extra = ""
        if op.params:
            packed = f"params_{op.index}"
            self.names.objects[packed] = dict(op.params)
            extra = f", **{packed}"
        return f"{function}({', '.join(self.operand(arg) for arg in op.args)}{extra})"

    def _emit_view(self, position: int, op: Op) -> None:
        (arg,) = op.args
        if arg.shape == ():
            self._emit_filled(position, op)
            return
        base = self.place(arg)
        if op.kind == "reshape" and not base.contiguous:
            copy = self.names.buffer(arg.shape, truth=is_truth(arg))
            self.lines.append(f"copyto({copy.name}, {base.name})")
            base = Place(copy.name, arg.shape, True, storage=copy)
        if op.kind == "reshape":
            text, contiguous = f"{base.name}.reshape({op.shape!r})", True
        elif op.kind == "transpose":
            text, contiguous = f"{base.name}.transpose({op.params['axes']!r})", False
        elif op.kind == "getitem":
            text = f"{base.name}[{index_text(op.params['index'])}]"
            contiguous = base.contiguous and keeps_order(op.params["index"])
        else:
            text, contiguous = f"broadcast({base.name}, {op.shape!r})", False
        name = self.names.view(base, f"v{op.index}", text)
        self.memory.alias(op, Place(name, op.shape, base.static, contiguous, base.storage))

    def _emit_filled(self, position: int, op: Op) -> None:
        """A single number repeated: memory of its own, which is filled once if nobody outside gets hold of it."""
        value = op.args[0]
        place = self.memory.own(op, position)
        lasting = value.is_const and op.index not in self._handed_out
        (self.names.once if lasting else self.lines).append(f"{place.name}.fill({self.scalar(value)})")

    def _emit_assembly(self, position: int, op: Op) -> None:
        outer = self.memory.whole(op, position)
        self._flush()
        for index, piece in zip(op.params["indices"], op.args, strict=True):
            if not self.memory.is_piece_of(piece, op):
                value = self.scalar(piece) if piece.shape == () else self.place(piece).name
                self.lines.append(f"{outer.name}[{index_text(index)}] = {value}")

    def _rows(self, op: Op, row: float) -> tuple[Place, str]:
        """The inputs of a dense layer with their constant row, as (place, name)."""
        place = self.place(op)
        storage = place.storage
        if storage is not None and storage.row == row and place.name == storage.name:
            return place, f"{place.name}_row"
        wide = self.names.buffer(op.shape, row)
        (self.names.once if op.is_const else self.lines).append(f"copyto({wide.name}, {place.name})")
        return Place(wide.name, op.shape, True), f"{wide.name}_row"

    def _emit_product(self, position: int, op: Op) -> None:
        if op.kind != "matmul" and not is_plain_product(op):
            self._emit_elementwise(position, op)
            return
        single = len(op.shape) == 2 == len(op.args[0].shape) == len(op.args[1].shape)
        turned = ".T" if single else ".swapaxes(-1, -2)"
        first, second = (self.place(arg) for arg in op.args)
        left, name, right = first, first.name, second.name
        if op.kind == "dense":
            right = self._rows(op.args[1], op.params.get("row", 1.0))[1]
            name = self.names.view(first, "t", f"{first.name}{turned}")
        elif op.kind == "dense_weights":
            left, name = self._rows(op.args[0], op.params.get("row", 1.0))
            right = self.names.view(second, "t", f"{second.name}{turned}")
        elif op.kind == "dense_back":
            name = self.names.view(first, "h", f"{first.name}[{'' if single else '..., '}:-1{'' if single else ', :'}]")
        if single:
            self.lines.append(f"{self.names.dot(left, name)}({right}, {self._out(op, position)})")
        elif op.kind == "dense_back" and op.args[1].shape[-2] == 1:
            # A column times a row, for each of a stack: a product entry by entry is twice as fast as BLAS.
            self.lines.append(f"multiply({name}, {right}, {self._out(op, position)})")
        else:
            self.lines.append(f"matmul({name}, {right}, {self._out(op, position)})")

    def _emit_elementwise(self, position: int, op: Op) -> None:
        operands = [self.operand(arg) for arg in op.args]
        out = self._out(op, position)
        kind = op.kind
        if kind == "scale" and op.args[0].number == 2.0:
            line = f"add({operands[1]}, {operands[1]}, {out})"
        elif kind == "scale" and op.args[0].number == -1.0:
            line = f"negative({operands[1]}, {out})"
        elif kind == "scale":
            line = f"multiply({operands[1]}, {operands[0]}, {out})"
        elif kind == "step":
            line = f"greater({operands[0]}, {self.names.constant(0.0)}, {out})"
        elif kind == "where":
            if operands[2] != out:
                self.lines.append(f"copyto({out}, {operands[2]})")
            line = f"copyto({out}, {operands[1]}, where={operands[0]})"
        elif kind == "sum":
            axis, keep = op.params["axis"], op.params["keepdims"]
            line = f"add_reduce({operands[0]}, {axis!r}, None, {out}, {keep})"
        elif kind in PRIMITIVES and (ufunc := PRIMITIVES[kind].ufunc) is not None:
            # numpy wants the output of these two by name: a third argument is often meant as a third number
            named = "out=" if kind in ("maximum", "minimum") else ""
            line = f"{ufunc.__name__}({', '.join(operands)}, {named}{out})"
        else:
            line = f"copyto({out}, {self._generic(op)})"
        self.lines.append(line)
