"""Complete source text for a simplified graph: which kind of code, its arguments, its loop and its results.

Three kinds: plain float code when everything is a single number; straight-line numpy; and, for large work that is
elementwise throughout, numpy in blocks of rows that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Sequence

from .array_code import ArrayCode
from .blocks import block_shape, write_blocks
from .ir import is_truth
from .plan import Make, Plan, fill, finish, indent, input_places
from .scalar_code import FAST, ScalarCode
from .storage import Namespace, Place, Storage


def write(plan: Plan, fixed: frozenset[int]) -> tuple[str, Make]:
    """(source, make): `make(**arrays)` takes the `fixed` inputs as a0, a1, ... and returns the function to call."""
    if plan.is_scalar:
        return _write_scalar(plan, fixed)
    full = block_shape(plan)
    return write_blocks(plan, full, fixed) if full else _write_arrays(plan, fixed)


# -- single numbers -------------------------------------------------------------------------------------------------
def _write_scalar(plan: Plan, fixed: frozenset[int]) -> tuple[str, Make]:
    """Fast code that may raise, and careful code for when it did."""
    names = Namespace(plan.real, objects=dict(FAST))
    inputs = [f"a{i}" for i in range(len(plan.inputs))]
    arguments = plan.open_arguments(fixed)

    def body(careful: bool) -> list[str]:
        code = ScalarCode(plan.outputs, {op.index: name for op, name in zip(plan.inputs, inputs, strict=True)}, careful)
        if not plan.iterate:
            return [*code.lines, f"return {fill(plan.tree, code.results, names)}"]
        step = [*code.lines, f"{', '.join(inputs)} = {', '.join(code.results)}"]
        # Counting down, n is the number of rounds that are left to the careful code when this one raises.
        rounds = [f"for {'_' if careful else 'n'} in range({'n' if careful else 'n, 0, -1'}):"]
        return [*rounds, *("    " + line for line in step), f"return {fill(plan.tree, inputs, names)}"]

    lines = [
        f"    def careful({arguments}):", indent(body(True), 2),
        f"    def run({arguments}):", "        try:", indent(body(False), 3),
        "        except (ArithmeticError, ValueError):", f"            return careful({arguments})",
    ]  # fmt: skip
    return finish(names, fixed, "\n".join(lines))


# -- arrays ---------------------------------------------------------------------------------------------------------
def _write_arrays(plan: Plan, fixed: frozenset[int]) -> tuple[str, Make]:
    names = Namespace(plan.real)
    places, scalars = input_places(plan, fixed)
    goals, targets = _goals(plan, names, places)
    settled = frozenset(op.index for i, op in enumerate(plan.inputs) if i in fixed and op.shape == ())
    code = ArrayCode(names, plan.outputs, places, scalars, targets, settled=settled)
    results, moves = _results(plan, names, code, goals)
    if plan.iterate:
        own = [f"a{i} = a{i}.copy()" for i, op in enumerate(plan.inputs) if op.shape and i not in plan.donated]
        step = ["    " + line for line in (*code.lines, *moves)] or ["    pass"]
        lines = [*own, *names.each_call, "for _ in range(n):", *step]
    else:
        lines = [*names.each_call, *code.lines, *moves]
    lines.append(f"return {fill(plan.tree, results, names)}")
    return finish(names, fixed, f"    def run({plan.open_arguments(fixed)}):\n{indent(lines, 2)}")


def _goals(plan: Plan, names: Namespace, places: dict[int, Place]) -> tuple[list[Storage | None], dict[int, Storage]]:
    """Memory that each output has to end in (a donated input of its shape), and memory to compute outputs in."""
    free = [places[op.index] for i, op in enumerate(plan.inputs) if i in plan.donated and op.shape]
    goals: list[Storage | None] = []
    targets: dict[int, Storage] = {}
    for position, op in enumerate(plan.outputs):
        goal = None
        if op.shape and plan.iterate:
            goal = places[plan.inputs[position].index].storage
        elif op.shape:
            match = next((place for place in free if place.shape == op.shape), None)
            if match is not None:
                free.remove(match)
                goal = match.storage
        goals.append(goal)
        if goal is not None:
            targets.setdefault(op.index, goal)
        elif op.shape and op.index not in targets and plan.reuse:
            targets[op.index] = names.buffer(op.shape, truth=is_truth(op))
    return goals, targets


def _results(
    plan: Plan, names: Namespace, code: ArrayCode, goals: Sequence[Storage | None]
) -> tuple[list[str], list[str]]:
    """Texts of the results, and the statements that bring values where they have to be."""
    results: list[str] = []
    moves: list[str] = []
    seen: set[int] = set()
    donated = {goal.name for goal in goals if goal is not None}
    for op, goal in zip(plan.outputs, goals, strict=True):
        if op.shape == ():
            results.append(code.scalar(op))
            continue
        place = code.place(op)
        if goal is not None:
            if place.name != goal.name:
                spare = names.buffer(op.shape)  # it may lie in an input that is still to be overwritten
                code.lines.append(f"copyto({spare.name}, {place.name})")
                moves.append(f"copyto({goal.name}, {spare.name})")
            results.append(goal.name)
            continue
        if place.storage is not None and place.storage.name in donated:
            spare = names.buffer(op.shape)  # a view of an input that is about to be overwritten
            code.lines.append(f"copyto({spare.name}, {place.name})")
            results.append(spare.name if plan.reuse else f"{spare.name}.copy()")
            continue
        owned = plan.reuse and place.storage is not None and place.name == place.storage.name
        results.append(place.name if owned and op.index not in seen else f"{place.name}.copy()")
        seen.add(op.index)
    if plan.iterate:
        numbers = [i for i, op in enumerate(plan.outputs) if op.shape == ()]
        if numbers:
            moves.append(f"{', '.join(f'a{i}' for i in numbers)} = {', '.join(results[i] for i in numbers)}")
        results = [f"a{i}" for i in range(len(plan.inputs))]
    return results, moves
