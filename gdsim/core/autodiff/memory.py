"""Which memory every value of a straight-line program gets.

Buffers are reused as soon as their last reader has run, and an elementwise operation works in place where an
argument dies.  Outputs and donated inputs are written directly; pieces of an assembled array straight into the whole.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence

from .indices import index_text, is_basic
from .ir import Op, is_elementwise, is_truth
from .storage import FOREVER, Namespace, Place, Shape, Storage

Key = tuple[Shape, float | None, bool]

_VIEWS = {"reshape", "transpose", "getitem", "broadcast_to"}


def is_view(op: Op) -> bool:
    """Whether the value is the memory of its argument, seen differently."""
    return op.kind in _VIEWS and op.shape != () and (op.kind != "getitem" or is_basic(op.params["index"]))


def is_plain_product(op: Op) -> bool:
    """Whether a product is of two matrices, or of two stacks of equally many: nothing is broadcast."""
    return all(arg.shape[:-2] == op.shape[:-2] for arg in op.args)


def maker_of(piece: Op) -> Op:
    """The operation behind reshapes."""
    while piece.kind == "reshape":
        (piece,) = piece.args
    return piece


class Pool:
    """Buffers of one kind: the one made first among those that are free, found without looking at the busy ones."""

    def __init__(self) -> None:
        self._busy: list[tuple[int, int, Storage]] = []
        self._free: list[tuple[int, Storage]] = []
        self._number: dict[str, int] = {}

    def occupy(self, storage: Storage) -> None:
        """Note that `storage` is in use until its `busy_until`."""
        number = self._number.setdefault(storage.name, len(self._number))
        heapq.heappush(self._busy, (storage.busy_until, number, storage))

    def free(self, position: int) -> Storage | None:
        """A buffer that nobody needs from the statement at `position` on."""
        while self._busy and self._busy[0][0] < position:
            until, number, storage = heapq.heappop(self._busy)
            if storage.busy_until == until:  # else it was taken over in place, which is noted further down
                heapq.heappush(self._free, (number, storage))
        return heapq.heappop(self._free)[1] if self._free else None


class Memory:
    """Places of the values of `ops` (in order of execution), of which `outputs` must survive.

    `places` gives what is there before: inputs, and for a block the values of the surrounding code.  `targets` is
    the memory in which an output should end, `shape_of` the shape of a value in this piece of code.
    """

    def __init__(
        self,
        names: Namespace,
        ops: Sequence[Op],
        outputs: Sequence[Op],
        places: Mapping[int, Place],
        targets: Mapping[int, Storage],
        shape_of: Callable[[Op], tuple[int, ...]],
    ) -> None:
        self.names = names
        self.places: dict[int, Place] = dict(places)
        self.fills: list[str] = []
        self._targets = dict(targets)
        self._shape = shape_of
        self._pools: dict[Key, Pool] = {}
        self._pool_of: dict[str, Key] = {}
        self._roots: dict[int, int] = {}
        self._last: dict[int, int] = {}
        self._row: dict[int, float] = {}
        self._destination: dict[int, tuple[Op, slice]] = {}
        self._plan_lifetimes(ops, outputs)
        self._plan_pieces(ops, outputs)
        # A value that outlives the making of an output must not sit where that output has to go.
        made = {op.index: position for position, op in enumerate(ops)}
        self._reserved = {id(storage): made.get(index, FOREVER) for index, storage in self._targets.items()}
        for index, place in self.places.items():
            if place.storage is not None:
                place.storage.busy_until = self._last.get(index, -1)

    # -- planning -----------------------------------------------------------------------------------------------
    def _plan_lifetimes(self, ops: Sequence[Op], outputs: Sequence[Op]) -> None:
        """Last reader of each piece of memory, and the rows wanted below the inputs of dense layers."""
        for position, op in enumerate(ops):
            given = op.index in self.places
            self._roots[op.index] = self._roots[op.args[0].index] if is_view(op) and not given else op.index
            for arg in () if given else op.args:
                if arg.index in self._roots:
                    self._last[self._roots[arg.index]] = position
            if op.kind in ("dense", "dense_weights") and is_plain_product(op):
                inputs = op.args[1] if op.kind == "dense" else op.args[0]
                self._row.setdefault(inputs.index, op.params.get("row", 1.0))
        for op in outputs:
            self._last[self._roots[op.index]] = FOREVER

    def _plan_pieces(self, ops: Sequence[Op], outputs: Sequence[Op]) -> None:
        """Let the operations that make the pieces of an assembly write straight into the whole."""
        readers: dict[int, int] = {}
        for read in (*(arg for op in ops for arg in op.args), *outputs):
            readers[read.index] = readers.get(read.index, 0) + 1
        for position, whole in enumerate(ops):
            if whole.kind != "assemble":
                continue
            self._last.setdefault(whole.index, position)
            if whole.index in self._row and len(whole.shape) > 2:
                continue  # its rows do not lie one after another
            for index, piece in zip(whole.params["indices"], whole.args, strict=True):
                maker = maker_of(piece)
                part = index[0] if isinstance(index, tuple) and len(index) == 1 else index
                alone = readers[piece.index] == readers[maker.index] == 1
                if alone and isinstance(part, slice) and part.step in (None, 1) and self._is_computed(maker):
                    self._destination[maker.index] = (whole, part)

    def _is_computed(self, op: Op) -> bool:
        """Made by a statement of its own, into memory that nothing else has claimed."""
        claimed = op.index in self.places or op.index in self._row or op.index in self._targets
        special = op.kind in ("input", "const", "assemble") or is_view(op) or op.shape == ()
        return not claimed and not special and op.index not in self._destination

    # -- placing ------------------------------------------------------------------------------------------------
    def place(self, op: Op, position: int) -> Place:
        """Where the result of op, computed by the statement at `position`, goes."""
        if op.index in self._destination:
            return self._place_piece(op, position)
        dying = self._dying(op, position) if is_elementwise(op) else []
        row = self._row.get(op.index)
        storage = self._target(op, position, dying)
        if storage is None:
            lasting = self._last.get(op.index, position)
            free = (s for s in dying if lasting <= self._reserved.get(id(s), FOREVER))
            storage = next((s for s in free if row is None or s.row == row), None)
        return self._adopt(op, storage or self._take(op, position), position)

    def whole(self, op: Op, position: int) -> Place:
        """Memory of an assembly, taken when its first piece is written."""
        if op.index in self.places:
            return self.places[op.index]
        place = self._adopt(op, self._target(op, position, ()) or self._take(op, position), position)
        if not op.params["full"]:
            self.fills.append(f"{place.name}.fill(0.0)")
        return place

    def alias(self, op: Op, place: Place) -> None:
        """Note that op is a view."""
        self.places[op.index] = place

    def own(self, op: Op, position: int) -> Place:
        """Memory of its own for a value that would otherwise be a view."""
        self._roots[op.index] = op.index
        self._last.setdefault(op.index, FOREVER)
        return self._adopt(op, self.names.buffer(self._shape(op), truth=is_truth(op)), position)

    def is_piece_of(self, piece: Op, whole: Op) -> bool:
        """Whether the piece was written into the whole when it was made."""
        return self._destination.get(maker_of(piece).index, (None,))[0] is whole

    def _place_piece(self, op: Op, position: int) -> Place:
        whole, part = self._destination[op.index]
        outer = self.whole(whole, position)
        text = f"{outer.name}[{index_text(part)}].reshape({op.shape!r})"
        name = self.names.view(outer, f"p{op.index}", text)
        self.places[op.index] = Place(name, op.shape, outer.static, storage=outer.storage)
        return self.places[op.index]

    def _adopt(self, op: Op, storage: Storage, position: int) -> Place:
        storage.busy_until = self._last.get(op.index, position)
        if storage.name in self._pool_of:
            self._pools[self._pool_of[storage.name]].occupy(storage)
        # With a row below each matrix of a stack, the matrices do not lie one after another.
        apart = storage.row is not None and len(storage.shape) > 2
        place = Place(storage.name, self._shape(op), storage.static, contiguous=not apart, storage=storage)
        self.places[op.index] = place
        return place

    def _target(self, op: Op, position: int, dying: Sequence[Storage]) -> Storage | None:
        storage = self._targets.get(op.index)
        if storage is None or storage.row != self._row.get(op.index) or storage.truth != is_truth(op):
            return None
        return storage if storage.busy_until < position or storage in dying else None

    def _take(self, op: Op, position: int) -> Storage:
        """A free buffer of the right shape, or a new one."""
        key = (self._shape(op), self._row.get(op.index), is_truth(op))
        free = self._pools.setdefault(key, Pool()).free(position)
        if free is None:
            free = self.names.buffer(*key)
            self._pool_of[free.name] = key
        return free

    def _dying(self, op: Op, position: int) -> list[Storage]:
        """Memory of arguments that nobody reads later and that may be overwritten element by element."""
        found = []
        for arg in op.args:
            place = self.places.get(arg.index)
            if place is None or place.storage is None or place.name != place.storage.name:
                continue
            seen_differently = any(a is not arg and self._roots.get(a.index) == arg.index for a in op.args)
            safe = not seen_differently and self._shape(arg) == self._shape(op)
            safe = safe and place.storage.truth == is_truth(op)
            if op.kind == "where":  # copied over in two statements, the last argument first
                safe = safe and arg is op.args[2] and arg is not op.args[1]
            if safe and self._last.get(arg.index) == position:
                found.append(place.storage)
        return found
