"""Large elementwise work in blocks of rows, so that its buffers stay in the cache.

What is smaller than the whole (on an open grid: all that depends on x alone or on y alone) is computed once, before
the blocks.  An iterated program takes each block through all its rounds while it is in the cache.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .array_code import ArrayCode
from .ir import Op, is_elementwise, is_truth, reachable, strip
from .plan import Make, Plan, fill, finish, indent, input_places
from .storage import Namespace, Place, Shape, Storage

BLOCK_ELEMENTS = 16384  # of one buffer: 128 KiB, a few of which fit the second-level cache
LARGE = 2 * BLOCK_ELEMENTS
FEW = 4  # large operations; for fewer the calls of the blocks cost more than the cache gains


def block_shape(plan: Plan) -> Shape | None:
    """The one large shape that all the heavy work has, if it is elementwise throughout; else None."""
    work = [op for op in reachable(strip(op) for op in plan.outputs) if op.kind not in ("input", "const")]
    if not work or not all(is_elementwise(op) for op in work):
        return None
    full = max((op.shape for op in work), key=math.prod)
    if math.prod(full) < LARGE or full[0] == 1 or sum(op.shape == full for op in work) < FEW:
        return None
    if plan.iterate:
        return full if all(op.shape == full for op in (*plan.inputs, *plan.outputs)) else None
    return None if plan.donated else full


@dataclass
class Block:
    """The function that works on one block, and its calls.

    `sliced` maps arrays of the whole to names inside; `shared` names are passed whole; `buffers` hold one block.
    """

    full: Shape
    first: str = ""
    sliced: dict[str, str] = field(default_factory=dict)
    shared: list[str] = field(default_factory=list)
    buffers: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows of a block: a divisor of all rows if there is a good one."""
        most = max(1, min(self.full[0], BLOCK_ELEMENTS // max(1, math.prod(self.full[1:]))))
        return max((r for r in range(most, most // 2, -1) if self.full[0] % r == 0), default=most)

    @property
    def shape(self) -> Shape:
        return (self.rows, *self.full[1:])

    def shape_of(self, op: Op) -> Shape:
        return self.shape if op.shape == self.full else op.shape

    def definition(self, lines: Sequence[str]) -> str:
        parameters = ", ".join([*self.sliced.values(), *self.shared, *self.buffers])
        return f"    def block({self.first}{parameters}):\n{indent(lines, 2)}\n"

    def calls(self) -> list[str]:
        rest = self.full[0] % self.rows
        end = self.full[0] - rest
        whole = ", ".join([*(f"{name}[i:j]" for name in self.sliced), *self.shared, *self.buffers])
        lines = [
            f"for i in range(0, {end}, {self.rows}):",
            f"    j = i + {self.rows}",
            f"    block({self.first}{whole})",
        ]
        if rest:
            tail = [
                *(f"{name}[{end}:]" for name in self.sliced),
                *self.shared,
                *(f"{b}[:{rest}]" for b in self.buffers),
            ]
            lines.append(f"block({self.first}{', '.join(tail)})")
        return lines


def write_blocks(plan: Plan, full: Shape, fixed: frozenset[int]) -> tuple[str, Make]:
    """Source and builder, as `write` returns them."""
    return _write_rounds(plan, full) if plan.iterate else _write_once(plan, full, fixed)


def _write_once(plan: Plan, full: Shape, fixed: frozenset[int]) -> tuple[str, Make]:
    names, block = Namespace(plan.real), Block(full)
    places, scalars = input_places(plan, fixed)
    bare = [strip(op) for op in plan.outputs]
    ops = reachable(bare)
    large = [op for op in ops if op.shape == full and op.kind not in ("input", "const")]
    truths = {op.index: is_truth(op) for op in large}
    border = {arg.index: arg for op in large for arg in op.args if arg.shape != full and not arg.is_const}
    outer = ArrayCode(names, [*border.values(), *(op for op in bare if op.shape != full)], places, scalars, {})
    inside: dict[int, Place] = {}
    outside = {arg.index: arg for op in large for arg in op.args if arg.index not in truths}
    for op in outside.values():
        if op.shape != ():
            inside[op.index] = _entrance(block, op, outer.place(op).name)
        elif not op.is_const:
            outer.operand(op)  # a number reaches the blocks in a 0-d array
    results: dict[int, str] = {}
    for op in bare:
        if op.index in truths and op.index not in results:
            results[op.index] = f"o{len(results)}"
            block.sliced[results[op.index]] = f"y{op.index}"
    targets = {index: Storage(f"y{index}", block.shape, truth=truths[index], static=False) for index in results}
    known = len(names.buffers)
    goals = [op for op in large if op.index in results]
    code = ArrayCode(names, goals, inside, outer.scalars, targets, block.shape_of, outer.holders)
    block.buffers = [storage.name for storage in names.buffers[known:]]
    lines = [*names.each_call, *outer.lines]
    for index, name in results.items():
        if plan.reuse:
            names.objects[name] = np.empty(full, np.bool_ if truths[index] else plan.real)
        else:
            lines.append(f"{name} = empty({full!r}{', bool' if truths[index] else ', real'})")
    lines += block.calls()
    texts: list[str] = []
    for op, wanted in zip(bare, plan.outputs, strict=True):
        text = results.get(op.index) or (outer.scalar(op) if op.shape == () else outer.place(op).name)
        if wanted.shape != () and (text in texts or text not in results.values() or wanted.shape != op.shape):
            text = _copied(names, lines, text, wanted, plan.reuse)
        texts.append(text)
    lines.append(f"return {fill(plan.tree, texts, names)}")
    body = f"    def run({plan.open_arguments(fixed)}):\n{indent(lines, 2)}"
    return finish(names, fixed, block.definition(code.lines) + body)


def _copied(names: Namespace, lines: list[str], text: str, wanted: Op, reuse: bool) -> str:
    """A result that lies elsewhere, or is smaller than wanted, in memory of its own."""
    if not reuse:
        return f"broadcast({text}, {wanted.shape!r}).copy()"
    buffer = names.buffer(wanted.shape, truth=is_truth(wanted)).name
    lines.append(f"copyto({buffer}, {text})")
    return buffer


def _entrance(block: Block, op: Op, name: str) -> Place:
    """How a block sees an array: a slice of its rows, or the whole of it where it has no such rows."""
    if len(op.shape) == len(block.full) and op.shape[0] == block.full[0]:
        block.sliced[name] = f"x{op.index}"
        return Place(f"x{op.index}", op.shape, False)
    if op.kind == "input" and name not in block.shared:
        block.shared.append(name)
    return Place(name, op.shape, False)


def _write_rounds(plan: Plan, full: Shape) -> tuple[str, Make]:
    names, block = Namespace(plan.real), Block(full, first="n, ")
    results = [f"a{i}" for i in range(len(plan.inputs))]
    block.sliced = {name: f"x{i}" for i, name in enumerate(results)}
    states = [Storage(f"x{i}", block.shape, static=False) for i in range(len(plan.inputs))]
    inside = {op.index: Place(s.name, s.shape, False, storage=s) for op, s in zip(plan.inputs, states, strict=True)}
    bare = [strip(op) for op in plan.outputs]
    for op in reachable(bare):
        if op.is_const and op.shape != ():
            inside[op.index] = _entrance(block, op, names.constant(op.value))
    targets: dict[int, Storage] = {}
    for op, state in zip(bare, states, strict=True):
        targets.setdefault(op.index, state)
    code = ArrayCode(names, bare, inside, {}, targets, block.shape_of)
    moves = []
    for op, state in zip(bare, states, strict=True):
        name = code.operand(op)
        if name != state.name and not op.is_const:
            spare = names.buffer(block.shape)  # it may lie in a state that is still to be overwritten
            code.lines.append(f"copyto({spare.name}, {name})")
            name = spare.name
        if name != state.name:
            moves.append(f"copyto({state.name}, {name})")
    block.buffers = [storage.name for storage in names.buffers]
    rounds = ["for _ in range(n):", *("    " + line for line in (*code.lines, *moves))]
    own = [f"a{i} = a{i}.copy()" for i in range(len(plan.inputs)) if i not in plan.donated]
    lines = [*own, *block.calls(), f"return {fill(plan.tree, results, names)}"]
    body = f"    def run({plan.open_arguments(frozenset())}):\n{indent(lines, 2)}"
    return finish(names, frozenset(), block.definition(rounds) + body)
