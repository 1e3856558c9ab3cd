"""Which plane through the present weights a slice is taken along: two weights, random directions, those of the path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.slice_names import first_picks, parameter_label
from gdsim.app.tabs.train.studies.slice_path import RunPath
from gdsim.core.landscape import Plane, principal_plane, random_plane, two_parameters

Array = NDArray[np.float64]

_ROUNDING = 1e-9  # of the size of the parameters


class Kind(StrEnum):
    """What the two directions are."""

    WEIGHTS = "weights"
    RANDOM = "random"
    PRINCIPAL = "principal"


class PlaneChoice:
    """Directions stay as long as nothing else is asked for; the plane goes with the weights."""

    def __init__(self, session: TrainSession, path: RunPath) -> None:
        self._session, self._path = session, path
        self.kind = Kind.WEIGHTS
        self.seed = 0
        self.plane: Plane | None = None
        self.base: Array = np.empty(0)
        """The parameters that the plane was laid through: training's, or others that are looked at."""
        self.problem = ""
        """Why there is no plane."""
        self._picks: tuple[int, int] | None = None
        self._made_for: tuple[object, ...] = ()

    @property
    def picks(self) -> tuple[int, int]:
        """The two weights, by their places in the flat vector."""
        return self._picks or first_picks(self._session.scene)

    def begin_anew(self) -> None:
        """Other directions next time."""
        self._made_for = ()

    def leave_network(self) -> None:
        """There is another network, to which nothing of this belongs."""
        self._picks, self.plane, self._made_for = None, None, ()
        self.base = np.empty(0)

    def pick(self, which: int, index: int) -> None:
        """A parameter for one of the two directions; the one that the other has is exchanged with it."""
        now = self.picks
        other = now[which] if now[1 - which] == index else now[1 - which]
        self._picks = (index, other) if which == 0 else (other, index)
        self.begin_anew()

    def take_picks(self, picks: Sequence[object]) -> None:
        """Two weights of a saved state, if this network has them."""
        count = self._session.trainer.network.parameter_count
        found = [index for index in picks if isinstance(index, int) and 0 <= index < count]
        if len(found) == 2 and found[0] != found[1]:
            self._picks = found[0], found[1]

    def go_along(self) -> None:
        """The parallel plane through where training is, or through what is looked at in its place."""
        if self.plane is None:
            return
        now = self._session.parameters
        moved_within = self._session.preview is not None and self.lies_in(self.plane, now)
        if not moved_within and not np.array_equal(now, self.base):
            self.plane, self.base = self.plane.through(now), now

    @staticmethod
    def lies_in(plane: Plane, parameters: Array) -> bool:
        """Whether it is in the plane, but for rounding: moving within the plane is no reason for another."""
        return bool(plane.coordinates(parameters)[2] <= _ROUNDING * (1.0 + np.abs(parameters).max(initial=0.0)))

    def lay(self) -> bool:
        """Lay the plane through the weights that are looked at; whether its directions are new."""
        wanted = self._wanted()
        if wanted == self._made_for and self.plane is not None:
            self.go_along()
            return False
        try:
            plane = self._new_plane()
        except ValueError as error:
            self.problem, self.plane, self._made_for = str(error), None, ()
            return False
        self.problem, self.plane, self._made_for = "", plane, wanted
        self.base = self._session.parameters
        return True

    def _wanted(self) -> tuple[object, ...]:
        if self.kind is Kind.WEIGHTS:
            return (self.kind, *self.picks)
        if self.kind is Kind.RANDOM:
            return (self.kind, self.seed)
        keep = self._session.playing and self._made_for[:1] == (self.kind,)
        return self._made_for if keep else (self.kind, self._session.index)

    def _new_plane(self) -> Plane:
        session, network = self._session, self._session.trainer.network
        parameters = session.parameters
        if self.kind is Kind.WEIGHTS:
            plane = two_parameters(network, parameters, *self.picks)
            names = parameter_label(session.scene, self.picks[0]), parameter_label(session.scene, self.picks[1])
            return replace(plane, names=names)
        if self.kind is Kind.RANDOM:
            plane = random_plane(network, parameters, self.seed)
            return replace(plane, held=f"{plane.held} Sizes are those at step {session.index}.")
        plane = principal_plane(parameters, self._path.up_to(session.index)[1])
        one, other = (f"{100 * share:.0f} %" for share in plane.shares or (0.0, 0.0))
        held = f"Across goes {one} of the path's variance, up {other}. {plane.held}"
        return replace(plane, names=(f"main direction 1 ({one})", f"main direction 2 ({other})"), held=held)
