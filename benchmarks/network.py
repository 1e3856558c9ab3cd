"""Training steps of a 2-8-8-1 tanh network on 200 points, and a Hessian-vector product of its loss.

Points lie along the last axis.  The parameters are one vector, W1, b1, W2, b2, W3, b3 with W (in, out), so that each
layer is a matrix (in + 1, out) whose last row is the bias.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.measure import Contender, Load
from gdsim.core.autodiff import compile, hessian_vector_product, ops, value_and_grad
from gdsim.core.optimizers import OPTIMIZERS

WIDTH, POINTS = 8, 200
LAYERS = ((3, WIDTH), (WIDTH + 1, WIDTH), (WIDTH + 1, 1))
CUTS = (0, 24, 96, 105)
DECAY = 1e-3


def data() -> tuple[np.ndarray, np.ndarray]:
    """Inputs with a row of ones (3, n) and targets (1, n)."""
    rng = np.random.default_rng(1)
    inputs = np.ones((3, POINTS))
    inputs[:2] = rng.uniform(-1.0, 1.0, (2, POINTS))
    targets = np.sin(3.0 * inputs[:1]) * np.cos(2.0 * inputs[1:2]) + 0.1 * rng.standard_normal((1, POINTS))
    return inputs, targets


def start() -> np.ndarray:
    rng = np.random.default_rng(2)
    layers = [rng.standard_normal(shape) / np.sqrt(shape[0] - 1) for shape in LAYERS]
    return np.concatenate([layer.ravel() for layer in layers])


def layers(p: Any) -> list[Any]:
    return [p[a:b].reshape(shape) for a, b, shape in zip(CUTS, CUTS[1:], LAYERS, strict=False)]


def weights_only() -> np.ndarray:
    """The strength of the penalty for each parameter: none for biases."""
    return np.concatenate([np.ravel(DECAY * (np.arange(r) < r - 1)[:, None] * np.ones(c)) for r, c in LAYERS])


# -- what a user of the core writes
def loss(p: Any, inputs: Any, targets: Any) -> Any:
    first, second, third = layers(p)
    hidden = ops.tanh(ops.matmul(first.T, inputs))
    hidden = ops.tanh(ops.dense(second, hidden))
    return ops.mean(ops.square(ops.dense(third, hidden) - targets))


def ours(key: str, rate: float, decay: float, batches: list[tuple[np.ndarray, np.ndarray]]) -> Contender:
    optimizer = OPTIMIZERS[key](lr=rate)
    penalty = weights_only() if decay else None

    def step(p: Any, state: Any, inputs: Any, targets: Any) -> Any:
        value, gradient = value_and_grad(loss)(p, inputs, targets)
        if penalty is not None:
            gradient = gradient + penalty * p
        delta, after = optimizer.update(gradient, state, point=p)
        return p + delta, after, value

    p = start()
    state = optimizer.init(p)
    program = compile(step, p, state, *batches[0], donate=(0, 1), reuse=True)
    numbers = [value for value in state if not isinstance(value, np.ndarray)]  # Adam's count of updates
    arrays = [value if isinstance(value, np.ndarray) else ... for value in state]
    fixed = batches[0] if len(batches) == 1 else (..., ...)
    bound = program.bind(p, *arrays, *fixed)
    box = [0, numbers[0] if numbers else None]

    def run(n: int) -> None:
        (at, count), many = box, len(batches)
        for _ in range(n):
            if many > 1:
                x, y = batches[at % many]
                at += 1
                bound(x, y)
            elif count is not None:
                count = bound(count)[1][0]
            else:
                bound()
        box[:] = [at, count]

    return Contender(run, lambda: p)


# -- textbook numpy
def gradient_naive(p: np.ndarray, inputs: np.ndarray, targets: np.ndarray) -> tuple[float, np.ndarray]:
    weights = [layer[:-1] for layer in layers(p)]
    biases = [layer[-1:].T for layer in layers(p)]
    activations = [inputs[:2]]
    for k, (w, b) in enumerate(zip(weights, biases, strict=True)):
        z = w.T @ activations[-1] + b
        activations.append(np.tanh(z) if k < 2 else z)
    residual = activations[-1] - targets
    delta = 2.0 / targets.size * residual
    parts: list[np.ndarray] = []
    for k in (2, 1, 0):
        parts = [activations[k] @ delta.T, delta.sum(1), *parts]
        if k:
            delta = (weights[k] @ delta) * (1.0 - activations[k] ** 2)
    return float(np.mean(residual**2)), np.concatenate([part.ravel() for part in parts])


def naive(adam: bool, rate: float, decay: float, batches: list[tuple[np.ndarray, np.ndarray]]) -> Contender:
    penalty = weights_only()
    box: dict[str, Any] = {"p": start(), "t": 0, "m": 0.0, "v": 0.0, "at": 0}

    def run(n: int) -> None:
        for _ in range(n):
            _, g = gradient_naive(box["p"], *batches[box["at"] % len(batches)])
            box["at"] += 1
            if decay:
                g = g + penalty * box["p"]
            if not adam:
                box["p"] = box["p"] - rate * g
                continue
            box["t"] += 1
            box["m"] = 0.9 * box["m"] + 0.1 * g
            box["v"] = 0.999 * box["v"] + 0.001 * g * g
            mean, square = box["m"] / (1.0 - 0.9 ** box["t"]), box["v"] / (1.0 - 0.999 ** box["t"])
            box["p"] = box["p"] - rate * mean / (np.sqrt(square) + 1e-8)

    return Contender(run, lambda: box["p"])


# -- numpy as fast as we can write it
def tuned(adam: bool, rate: float, decay: float, batches: list[tuple[np.ndarray, np.ndarray]]) -> Contender:
    """Every array allocated once, biases as rows below the activations, constant factors merged, methods bound."""
    p = start()
    pair = np.empty((2, p.size))  # the gradient and its square, so that both moments decay in one call
    g, squares = pair
    (w1, w2, w3), (g1, g2, g3) = layers(p), layers(g)
    n = batches[0][1].size
    a1, a2 = np.ones((WIDTH + 1, n)), np.ones((WIDTH + 1, n))
    h1, h2 = a1[:-1], a2[:-1]
    r, d2, d1, t = np.empty(n), np.empty((WIDTH, n)), np.empty((WIDTH, n)), np.empty((WIDTH, n))
    w3v, g3v, rr, d2t, d1t = w3[:, 0], g3[:, 0], r[None], d2.T, d1.T
    tanh, square, sub, mul, add, sqrt, div = (
        np.tanh, np.square, np.subtract, np.multiply, np.add, np.sqrt, np.divide,
    )  # fmt: skip
    forward1, forward2, output = w1.T.dot, w2.T.dot, w3v.dot
    back2, back3, weights2, weights3, inner = w2[:-1].dot, w3[:-1].dot, a1.dot, a2.dot, r.dot
    one, c = np.array(1.0), 2.0 / n
    step = np.array(rate * c)
    penalty = weights_only() / c
    moments, keep = np.zeros_like(pair), np.repeat([[0.9], [0.999]], p.size, axis=1)
    m, v = moments
    u, k1, k2 = np.empty_like(p), np.array(0.0), np.array(0.0)
    root = 0.001**0.5
    pairs = [(x, np.ascontiguousarray(y[0])) for x, y in batches]  # views: a caller may refill the batches
    box = [0, 1.0, 1.0, 0.0]

    def run(rounds: int) -> None:
        at, b1, b2, value = box
        many = len(pairs)
        x, y = pairs[0]
        for _ in range(rounds):
            if many > 1:
                x, y = pairs[at % many]
                at += 1
            forward1(x, h1)
            tanh(h1, h1)
            forward2(a1, h2)
            tanh(h2, h2)
            output(a2, r)
            sub(r, y, r)
            value = inner(r) / n
            weights3(r, g3v)
            back3(rr, d2)
            square(h2, t)
            sub(one, t, t)
            mul(d2, t, d2)
            weights2(d2t, g2)
            back2(d2, d1)
            square(h1, t)
            sub(one, t, t)
            mul(d1, t, d1)
            x.dot(d1t, g1)
            if not adam:
                mul(g, step, g)
                sub(p, g, p)
                continue
            b1 *= 0.9
            b2 *= 0.999
            correction = (1.0 - b2) ** 0.5
            k1[()] = rate * 0.1 * correction / ((1.0 - b1) * root)
            k2[()] = 1e-8 * correction / (c * root)
            mul(penalty, p, u)
            add(g, u, g)
            mul(g, g, squares)
            mul(moments, keep, moments)
            add(moments, pair, moments)
            sqrt(v, u)
            add(u, k2, u)
            div(m, u, u)
            mul(u, k1, u)
            sub(p, u, p)
        box[:] = [at, b1, b2, value]

    return Contender(run, lambda: p)


def training(key: str, rate: float, decay: float = 0.0, batch: int = POINTS) -> Mapping[str, Contender]:
    inputs, targets = data()
    cuts = range(0, POINTS, batch)
    batches = [(inputs[:, i : i + batch].copy(), targets[:, i : i + batch].copy()) for i in cuts]
    adam = key == "adam"
    return {
        "naive": naive(adam, rate, decay, batches),
        "tuned": tuned(adam, rate, decay, batches),
        "gdsim": ours(key, rate, decay, batches),
    }


# -- curvature
def hvp_naive() -> Contender:
    """Pearlmutter's R-operator, textbook style."""
    (inputs, targets), p, box = data(), start(), {}
    direction = np.random.default_rng(3).standard_normal(p.size)

    def run(n: int) -> None:
        for _ in range(n):
            (w1, w2, w3), (v1, v2, v3) = layers(p), layers(direction)
            one, zero = np.ones((1, POINTS)), np.zeros((1, POINTS))
            h1 = np.tanh(w1.T @ inputs)
            s1 = 1.0 - h1**2
            r1 = s1 * (v1.T @ inputs)
            a1, ra1 = np.vstack([h1, one]), np.vstack([r1, zero])
            h2 = np.tanh(w2.T @ a1)
            s2 = 1.0 - h2**2
            r2 = s2 * (w2.T @ ra1 + v2.T @ a1)
            a2, ra2 = np.vstack([h2, one]), np.vstack([r2, zero])
            d3, rd3 = (w3.T @ a2 - targets) * 2.0 / POINTS, (w3.T @ ra2 + v3.T @ a2) * 2.0 / POINTS
            q2, rq2 = w3[:-1] @ d3, w3[:-1] @ rd3 + v3[:-1] @ d3
            d2, rd2 = q2 * s2, rq2 * s2 - 2.0 * q2 * h2 * r2
            q1, rq1 = w2[:-1] @ d2, w2[:-1] @ rd2 + v2[:-1] @ d2
            rd1 = rq1 * s1 - 2.0 * q1 * h1 * r1
            parts = [inputs @ rd1.T, ra1 @ d2.T + a1 @ rd2.T, ra2 @ d3.T + a2 @ rd3.T]
            box["out"] = np.concatenate([part.ravel() for part in parts])

    return Contender(run, lambda: box["out"])


def hvp_tuned() -> Contender:
    """The same with every array allocated once and the two products of the second layer in one."""
    (inputs, targets), p, y = data(), start(), data()[1][0].copy()
    del targets
    direction = np.random.default_rng(3).standard_normal(p.size)
    out = np.empty_like(p)
    (w1, w2, w3), (v1, v2, v3), (o1, o2, o3) = layers(p), layers(direction), layers(out)
    k, n = WIDTH, POINTS
    both = np.zeros((2 * (k + 1), n))  # tangents above, activations below, each with its constant row
    both[k + 1 :] = 1.0
    ra1, a1 = both[: k + 1], both[k + 1 :]
    r1, h1 = ra1[:-1], a1[:-1]
    a2, ra2 = np.ones((k + 1, n)), np.zeros((k + 1, n))
    h2, r2 = a2[:-1], ra2[:-1]
    wv = np.vstack([w2, v2])
    s1, s2, d1, d2, q, rq, t = (np.empty((k, n)) for _ in range(7))
    e, re, u = np.empty(n), np.empty(n), np.empty(n)
    t2, t3 = np.empty((k + 1, k)), np.empty(k + 1)
    one, c = np.array(1.0), np.array(2.0 / n)
    tanh, square, sub, mul, add = np.tanh, np.square, np.subtract, np.multiply, np.add

    def run(rounds: int) -> None:
        w1t, v1t, w2t, wvt = w1.T.dot, v1.T.dot, w2.T.dot, wv.T.dot
        w3d, v3d, w3c, v3c, w2h, v2h = w3[:, 0].dot, v3[:, 0].dot, w3[:-1].dot, v3[:-1].dot, w2[:-1].dot, v2[:-1].dot
        a1d, ra1d, a2d, ra2d, xd = a1.dot, ra1.dot, a2.dot, ra2.dot, inputs.dot
        ee, ree, d2t, rqt, d1t, o3v = e[None], re[None], d2.T, rq.T, d1.T, o3[:, 0]
        for _ in range(rounds):
            w1t(inputs, h1)
            tanh(h1, h1)
            square(h1, s1)
            sub(one, s1, s1)
            v1t(inputs, r1)
            mul(r1, s1, r1)
            w2t(a1, h2)
            tanh(h2, h2)
            square(h2, s2)
            sub(one, s2, s2)
            wvt(both, r2)
            mul(r2, s2, r2)
            w3d(a2, e)
            sub(e, y, e)
            w3d(ra2, re)
            v3d(a2, u)
            add(re, u, re)
            mul(e, c, e)
            mul(re, c, re)
            ra2d(e, t3)
            a2d(re, o3v)
            add(o3v, t3, o3v)
            w3c(ee, q)
            w3c(ree, rq)
            v3c(ee, t)
            add(rq, t, rq)
            mul(rq, s2, rq)
            mul(q, h2, t)
            mul(t, r2, t)
            sub(rq, t, rq)
            sub(rq, t, rq)
            mul(q, s2, d2)
            ra1d(d2t, t2)
            a1d(rqt, o2)
            add(o2, t2, o2)
            w2h(rq, d1)
            v2h(d2, t)
            add(d1, t, d1)
            mul(d1, s1, d1)
            w2h(d2, q)
            mul(q, h1, q)
            mul(q, r1, q)
            sub(d1, q, d1)
            sub(d1, q, d1)
            xd(d1t, o1)

    return Contender(run, lambda: out)


def hvp_ours() -> Contender:
    (inputs, targets), p = data(), start()
    direction = np.random.default_rng(3).standard_normal(p.size)

    def product(q: Any, v: Any, x: Any, y: Any) -> Any:
        return hessian_vector_product(lambda point: loss(point, x, y))(q, v)

    program = compile(product, p, direction, inputs, targets, reuse=True)
    bound = program.bind(p, direction, inputs, targets)
    box: dict[str, Any] = {}

    def run(n: int) -> None:
        for _ in range(n):
            box["out"] = bound()

    return Contender(run, lambda: box["out"])


LOADS = [
    Load("training step, gradient descent", "µs", lambda: training("gd", 0.05)),
    Load("training step, Adam with L2", "µs", lambda: training("adam", 0.01, DECAY), tolerance=1e-7),
    Load("training step, batch of 10", "µs", lambda: training("gd", 0.03, batch=10), check_rounds=40),
    Load(
        "Hessian-vector product", "µs",
        lambda: {"naive": hvp_naive(), "tuned": hvp_tuned(), "gdsim": hvp_ours()},
    ),
]  # fmt: skip
