"""What hides what on a surface seen from one side: the order in which its cells are painted, and which points show.

A ray of sight that leaves the eye passes the cells of a grid so that neither its distance in rows from the eye's row
nor its distance in columns from the eye's column ever shrinks.  So painting rows and then columns in falling distance
paints what is nearer later, exactly, and nothing has to be sorted by depth.  Plain numpy, no Qt.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gdsim.app.plots.camera_3d import BOX, Camera
from gdsim.app.plots.drawing import Array
from gdsim.app.plots.mesh_3d import Mesh

_STEPS = 72  # places looked at along a ray of sight
_TOLERANCE = 0.012  # in height: a line on the surface is not hidden by the surface's own rounding


def back_to_front(count: int, eye: float) -> NDArray[np.intp]:
    """The order of `count` cells between -1 and 1 along one axis, for an eye at this coordinate of it."""
    cell = (np.clip(eye, -1e3, 1e3) + 1) / 2 * count
    return np.asarray(np.argsort(-np.abs(np.arange(count) - np.floor(cell)), kind="stable"))


def face_order(rows: int, columns: int, camera: Camera) -> NDArray[np.intp]:
    """The numbers (row · columns + column) of all cells, the ones to be painted first in front."""
    eye = camera.eye / BOX
    return np.asarray(
        (back_to_front(rows, eye[1])[:, None] * columns + back_to_front(columns, eye[0])[None, :]).ravel()
    )


def shows(points: Array, mesh: Mesh, camera: Camera, from_below: bool = False) -> NDArray[np.bool_]:
    """Which of the points (n, 3) on the surface are not hidden behind another part of it.  NaN does not show.

    A point shows if, on its way to the eye, the ray of sight stays above the surface, or, `from_below`, on one side of
    it: a contour line is also seen on the lower side, a ball is not.
    """
    points = np.asarray(points, dtype=float).reshape(-1, 3)
    if not len(points):
        return np.zeros(0, dtype=bool)
    to_eye = camera.eye - points
    to_eye /= np.linalg.norm(to_eye, axis=1, keepdims=True)
    with np.errstate(all="ignore"):
        leaving = np.where(to_eye > 0, BOX - points, -BOX - points) / to_eye
    leaving = np.where(np.isfinite(leaving), leaving, np.inf).min(axis=1)
    leaving = np.clip(leaving, 0.0, 4.0)  # the box's diagonal is shorter
    shares = ((np.arange(_STEPS, dtype=np.float32) + 0.6) / _STEPS) ** np.float32(1.25)
    rows, columns = mesh.fine.shape
    # From the box's coordinates to entries of the table of heights; float32 halves the time.
    scale = np.array([(columns - 1) / (2 * BOX[0]), (rows - 1) / (2 * BOX[1])])
    start = np.nan_to_num((points[:, :2] + BOX[:2]) * scale + 0.5).astype(np.float32)
    move = np.nan_to_num(to_eye[:, :2] * leaving[:, None] * scale).astype(np.float32)
    column = (start[:, :1] + move[:, :1] * shares).astype(np.int32)
    row = (start[:, 1:] + move[:, 1:] * shares).astype(np.int32)
    np.clip(column, 0, columns - 1, out=column)
    np.clip(row, 0, rows - 1, out=row)
    row *= columns
    row += column
    gap = mesh.fine.ravel().take(row)
    height = points[:, 2].astype(np.float32)[:, None]
    climb = (to_eye[:, 2] * leaving).astype(np.float32)[:, None]
    gap -= height + climb * shares
    # Holes hide nothing: fmin and fmax pass over NaN.
    free = np.fmax.reduce(gap, axis=1, initial=-np.inf) <= _TOLERANCE
    if from_below:
        free |= np.fmin.reduce(gap, axis=1, initial=np.inf) >= -_TOLERANCE
    return np.asarray(free & np.isfinite(points).all(axis=1))
