"""Descent on Rosenbrock's function, values and gradients on a grid, and a map of basins of attraction."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.measure import Contender, Load
from gdsim.core.autodiff import compile, elementwise_grad, grad
from gdsim.core.expression import parse
from gdsim.core.surfaces import SURFACES

RATE, STEPS, GRID = 1e-3, 10_000, 512
BASIN_RATE, BASIN_GRID, BASIN_STEPS = 0.005, 256, 300
ROWS = 32  # of a tuned block: 32 × 512 numbers, 128 KiB


# -- Rosenbrock
def rosenbrock_numpy() -> Contender:
    box: dict[str, Any] = {}

    def run(n: int) -> None:
        for _ in range(n):
            p = np.array([-1.2, 1.0])
            for _ in range(STEPS):
                x, y = p
                t = y - x * x
                p = p - RATE * np.array([-2.0 * (1.0 - x) - 400.0 * x * t, 200.0 * t])
            box["p"] = p

    return Contender(run, lambda: box["p"])


def rosenbrock_floats() -> Contender:
    box: dict[str, Any] = {}

    def run(n: int) -> None:
        rate = RATE
        for _ in range(n):
            x, y = -1.2, 1.0
            for _ in range(STEPS):
                t = y - x * x
                x, y = x - rate * (-2.0 * (1.0 - x) - 400.0 * x * t), y - rate * 200.0 * t
            box["p"] = np.array([x, y])

    return Contender(run, lambda: box["p"])


def rosenbrock_ours() -> Contender:
    f = parse(SURFACES["rosenbrock"].formula).function("x", "y")

    def step(x: Any, y: Any) -> Any:
        gx, gy = grad(f, (0, 1))(x, y)
        return x - RATE * gx, y - RATE * gy

    program = compile(step, 0.0, 0.0, iterate=True)
    box: dict[str, Any] = {}

    def run(n: int) -> None:
        for _ in range(n):
            box["p"] = np.array(program(STEPS, -1.2, 1.0))

    return Contender(run, lambda: box["p"])


# -- value and gradient on a grid
def axes(half: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """x as a row, y as a column."""
    line = np.linspace(-half, half, count)
    return line[None, :].copy(), line[:, None].copy()


def himmelblau(x: Any, y: Any) -> tuple[Any, Any, Any]:
    a, b = x * x + y - 11.0, x + y * y - 7.0
    return a * a + b * b, 4.0 * x * a + 2.0 * b, 2.0 * a + 4.0 * y * b


def rastrigin(x: Any, y: Any) -> tuple[Any, Any, Any]:
    t = 2.0 * math.pi
    f = 20.0 + x * x - 10.0 * np.cos(t * x) + y * y - 10.0 * np.cos(t * y)
    return f, 2.0 * x + 10.0 * t * np.sin(t * x), 2.0 * y + 10.0 * t * np.sin(t * y)


def grid_naive(function: Any, half: float) -> Contender:
    """On the full grid, as most people write it."""
    x, y = np.meshgrid(np.linspace(-half, half, GRID), np.linspace(-half, half, GRID))
    box: dict[str, Any] = {}

    def run(n: int) -> None:
        for _ in range(n):
            box["out"] = function(x, y)

    return Contender(run, lambda: np.stack(box["out"]))


def himmelblau_tuned(half: float) -> Contender:
    """In blocks of rows that stay in the cache, on the open grid, every array allocated once."""
    row, column = axes(half, GRID)
    out = np.empty((3, GRID, GRID))
    a, b, u = (np.empty((ROWS, GRID)) for _ in range(3))
    c11, c7 = np.array(11.0), np.array(7.0)
    add, mul, square, sub = np.add, np.multiply, np.square, np.subtract
    row_part, column_part = np.empty_like(row), np.empty_like(column)

    def run(n: int) -> None:
        for _ in range(n):
            square(row, row_part)
            sub(row_part, c11, row_part)
            square(column, column_part)
            sub(column_part, c7, column_part)
            for i in range(0, GRID, ROWS):
                y, (f, gx, gy) = column[i : i + ROWS], out[:, i : i + ROWS]
                add(row_part, y, a)
                add(column_part[i : i + ROWS], row, b)
                square(a, f)
                square(b, u)
                add(f, u, f)
                add(a, a, a)
                add(b, b, b)
                mul(row, a, gx)
                add(gx, gx, gx)
                add(gx, b, gx)
                mul(y, b, gy)
                add(gy, gy, gy)
                add(gy, a, gy)

    return Contender(run, lambda: out)


def rastrigin_tuned(half: float) -> Contender:
    """What depends on one coordinate is computed on one line; only the sums fill the grid."""
    row, column = axes(half, GRID)
    out = np.empty((3, GRID, GRID))
    t = 2.0 * math.pi

    def line(x: np.ndarray, constant: float) -> tuple[np.ndarray, np.ndarray]:
        return x * x - 10.0 * np.cos(t * x) + constant, 2.0 * x + 10.0 * t * np.sin(t * x)

    def run(n: int) -> None:
        for _ in range(n):
            (fx, gx), (fy, gy) = line(row, 20.0), line(column, 0.0)
            np.add(fx, fy, out[0])
            out[1] = gx
            out[2] = gy

    return Contender(run, lambda: out)


def grid_ours(key: str, half: float) -> Contender:
    f = parse(SURFACES[key].formula).function("x", "y")
    row, column = axes(half, GRID)

    def everything(x: Any, y: Any) -> Any:
        return f(x, y), *elementwise_grad(f, (0, 1))(x, y)

    program = compile(everything, row, column, reuse=True)
    box: dict[str, Any] = {}

    def run(n: int) -> None:
        for _ in range(n):
            box["out"] = program(row, column)

    return Contender(run, lambda: np.stack(box["out"]))


# -- basins of attraction
def basin_naive() -> Contender:
    box: dict[str, Any] = {}
    line = np.linspace(-5.0, 5.0, BASIN_GRID)

    def run(n: int) -> None:
        for _ in range(n):
            x, y = np.meshgrid(line, line)
            for _ in range(BASIN_STEPS):
                _, gx, gy = himmelblau(x, y)
                x, y = x - BASIN_RATE * gx, y - BASIN_RATE * gy
            box["out"] = np.stack([x, y])

    return Contender(run, lambda: box["out"])


def basin_tuned() -> Contender:
    """Block by block through all steps, so that a block stays in the cache."""
    line = np.linspace(-5.0, 5.0, BASIN_GRID)
    rows = 2 * ROWS
    a, b, u, v = (np.empty((rows, BASIN_GRID)) for _ in range(4))
    c2, c11, c7 = np.array(2.0 * BASIN_RATE), np.array(11.0), np.array(7.0)
    add, mul, square, sub = np.add, np.multiply, np.square, np.subtract
    box: dict[str, Any] = {}

    def run(n: int) -> None:
        for _ in range(n):
            xs, ys = np.meshgrid(line, line)
            for i in range(0, BASIN_GRID, rows):
                x, y = xs[i : i + rows], ys[i : i + rows]
                for _ in range(BASIN_STEPS):
                    square(x, a)
                    add(a, y, a)
                    sub(a, c11, a)
                    square(y, b)
                    add(b, x, b)
                    sub(b, c7, b)
                    mul(a, c2, a)
                    mul(b, c2, b)
                    mul(x, a, u)
                    add(u, u, u)
                    add(u, b, u)
                    mul(y, b, v)
                    add(v, v, v)
                    add(v, a, v)
                    sub(x, u, x)
                    sub(y, v, y)
            box["out"] = np.stack([xs, ys])

    return Contender(run, lambda: box["out"])


def basin_ours() -> Contender:
    f = parse(SURFACES["himmelblau"].formula).function("x", "y")
    line = np.linspace(-5.0, 5.0, BASIN_GRID)
    box: dict[str, Any] = {}

    def step(x: Any, y: Any) -> Any:
        gx, gy = elementwise_grad(f, (0, 1))(x, y)
        return x - BASIN_RATE * gx, y - BASIN_RATE * gy

    program = compile(step, *np.meshgrid(line, line), iterate=True, donate=(0, 1))

    def run(n: int) -> None:
        for _ in range(n):
            x, y = np.meshgrid(line, line)
            box["out"] = np.stack(program(BASIN_STEPS, x, y))

    return Contender(run, lambda: box["out"])


LOADS = [
    Load(
        "10,000 steps on Rosenbrock", "ms",
        lambda: {"naive": rosenbrock_numpy(), "tuned": rosenbrock_floats(), "gdsim": rosenbrock_ours()},
        check_rounds=1,
    ),
    Load(
        "value and gradient, Himmelblau 512×512", "ms",
        lambda: {
            "naive": grid_naive(himmelblau, 5.0), "tuned": himmelblau_tuned(5.0), "gdsim": grid_ours("himmelblau", 5.0),
        },
        check_rounds=1,
    ),
    Load(
        "value and gradient, Rastrigin 512×512", "ms",
        lambda: {
            "naive": grid_naive(rastrigin, 5.12), "tuned": rastrigin_tuned(5.12), "gdsim": grid_ours("rastrigin", 5.12),
        },
        check_rounds=1,
    ),
    Load(
        "basin map, 256×256 starts, 300 steps", "ms",
        lambda: {"naive": basin_naive(), "tuned": basin_tuned(), "gdsim": basin_ours()},
        check_rounds=1,
    ),
]  # fmt: skip
