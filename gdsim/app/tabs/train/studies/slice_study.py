"""The loss over a plane through the present weights: which plane, which part of it, and its picture worked out.

The picture follows training: coarsely while it plays, finely at rest.  What is on the screen stays until something
newer is there, and `current` tells whether it is of the weights of now.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from gdsim.app.tabs.train.pacing import Due
from gdsim.app.tabs.train.session import TrainSession
from gdsim.app.tabs.train.studies.slice_names import weight_index
from gdsim.app.tabs.train.studies.slice_path import RunPath
from gdsim.app.tabs.train.studies.slice_plane import Kind, PlaneChoice
from gdsim.app.ticker import Job, Ticker
from gdsim.core.landscape import Height, LossSurface, Plane, Slice2D, slice_2d

Array = NDArray[np.float64]
Window = tuple[tuple[float, float], tuple[float, float]]

FINE, COARSE = 65, 33  # places a side, at rest and while training plays
_AT_LEAST = 17  # places a side with which a picture takes the place of another
_EDGE = 0.3  # of the window's half: nearer to its edge the point is brought back to the middle
_EVERY = 0.12  # seconds between two pictures while training plays


@dataclass(frozen=True, eq=False)
class _Request:
    """What a picture is made of."""

    plane: Plane
    window: Window
    strengths: tuple[float, float]
    side: int
    step: int

    def covers(self, other: _Request) -> bool:
        """Whether its picture is what the other asks for, at least as finely."""
        return self.is_of(other.plane, other.strengths) and self.window == other.window and self.side >= other.side

    def is_of(self, plane: Plane, strengths: tuple[float, float]) -> bool:
        """Whether its picture is of this plane and this penalty."""
        own = self.plane
        return (
            own.first is plane.first and own.second is plane.second and self.strengths == strengths
            and np.array_equal(own.origin, plane.origin)
        )  # fmt: skip


class SliceStudy(QObject):
    """`changed` tells that anything is to be drawn anew."""

    changed = Signal()

    def __init__(
        self, session: TrainSession, ticker: Ticker, clock: Callable[[], float] = time.perf_counter,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.session, self._ticker = session, ticker
        self.path = RunPath(session)
        self.choice = PlaneChoice(session, self.path)
        self.armed = 0
        """Which of the two weights the next one that is picked on the diagram becomes."""
        self.result: Slice2D | None = None
        self._picked: tuple[int, int, int] | None = None
        self._scene: object = None
        self._window: Window | None = None
        self._chosen_window = False
        self._asked: _Request | None = None
        self._shown: _Request | None = None
        self._job: Job | None = None
        self._retrace: Job | None = None
        self._traced = 0.0
        self._tried = False  # to trace the path since training plays
        self._due = Due(_EVERY, clock)
        self._projected: tuple[tuple[object, ...], tuple[Array, Array]] = ((), (np.empty((0, 2)), np.empty(0)))
        self.open = False
        session.stepped.connect(self._record)

    # What there is to see

    @property
    def plane(self) -> Plane | None:
        return self.choice.plane

    @property
    def running(self) -> bool:
        return self._job is not None or self._retrace is not None

    @property
    def done(self) -> float:
        """The share of what is being worked out: the path, and then the picture."""
        if self._retrace is not None:
            return self._traced
        return self.result.done if self.result is not None and self._job is not None else 0.0

    @property
    def current(self) -> bool:
        """Whether the picture is of the weights and the penalty of now."""
        settings = self.session.trainer.settings
        return (
            self._shown is not None and self.plane is not None
            and self._shown.is_of(self.plane, (settings.l1, settings.l2))
        )  # fmt: skip

    @property
    def made_for(self) -> int:
        """The step whose weights the picture is of."""
        return -1 if self._shown is None else self._shown.step

    @property
    def made_with(self) -> tuple[float, float]:
        """The strengths of L1 and L2 that the picture is of."""
        return (0.0, 0.0) if self._shown is None else self._shown.strengths

    @property
    def window(self) -> Window | None:
        return self._window

    @property
    def surface(self) -> LossSurface:
        return LossSurface.of(self.session.trainer)

    @property
    def height(self) -> Height:
        """At the parameters that are looked at."""
        return self.surface.height(self.session.parameters)

    @property
    def place(self) -> tuple[float, float]:
        """Of the parameters that are looked at, in the plane's coordinates."""
        return self.place_of(self.session.parameters)

    def place_of(self, parameters: Array) -> tuple[float, float]:
        if self.plane is None:
            return float("nan"), float("nan")
        a, b, _ = self.plane.coordinates(parameters)
        return float(a), float(b)

    @property
    def home(self) -> tuple[float, float] | None:
        """Where training is while another place is looked at; None where that is not in this plane."""
        session = self.session
        within = self.plane is not None and self.choice.lies_in(self.plane, session.trainer.parameters)
        return self.place_of(session.trainer.parameters) if session.preview is not None and within else None

    def path_in_plane(self) -> tuple[Array, Array]:
        """The way of training so far: coordinates (k, 2) and distances from the plane (k,).

        NaN parts what has too much missing in between for a line.
        """
        if self.plane is None:
            return np.empty((0, 2)), np.empty(0)
        key = (self.plane, self.path.version, self.session.index)
        if key != self._projected[0]:  # while the point is dragged it stays
            steps, places = self.path.up_to(self.session.index)
            a, b, away = self.plane.coordinates(places)
            missing = np.flatnonzero(self.path.gaps(steps)) + 1
            path = np.insert(np.column_stack([a, b]), missing, np.nan, axis=0), np.insert(away, missing, np.nan)
            self._projected = (key, path)
        return self._projected[1]

    def height_at(self, a: float, b: float) -> Height | None:
        """Anywhere in the plane."""
        return None if self.plane is None else self.surface.height(self.plane.parameters_at(a, b))

    # What can be done

    def choose(self, kind: Kind) -> None:
        if kind != self.choice.kind:
            self.choice.kind = kind
            self._begin_anew()

    def set_seed(self, seed: int) -> None:
        """Two other random directions, by the sizes that the weights have now."""
        self.choice.seed = seed
        self._begin_anew()

    def arm(self, which: int) -> None:
        """The next weight that is picked becomes the first (0) or the second (1)."""
        self.armed = which
        self.changed.emit()

    def pick(self, which: int, index: int) -> None:
        """A parameter for one of the two directions."""
        self.choice.pick(which, index)
        self._begin_anew()

    def show_window(self, window: Window | None) -> None:
        """Another part of the plane; None is the usual one about the point."""
        self._window, self._chosen_window = window, window is not None
        self._work()
        self.changed.emit()

    def move(self, a: float, b: float) -> None:
        """Look at the weights moved within the plane to these coordinates."""
        if self.plane is not None:
            self.session.show_preview(self.plane.onto(self.choice.base, a, b))

    def cancel(self) -> None:
        """Leave the picture as far as it is."""
        for job in (self._job, self._retrace):
            if job is not None:
                job.cancel()
        if self._retrace is not None:
            self.path.given_up = True
        self._job = self._retrace = None
        self.changed.emit()

    # Following the session

    def turn(self, on: bool) -> None:
        """Somebody looks, or nobody does."""
        self.open = on
        if not on:
            self.rest()

    def rest(self) -> None:
        """Work no more until the session is looked at again."""
        self._drop_job()
        if self._retrace is not None:
            self._retrace.cancel()
            self._retrace = None
        self._asked = None
        self.path.forget()

    def draw_again(self) -> None:
        """Make up for what was cancelled."""
        self._asked, self.path.given_up = None, False
        self.synchronize()

    def synchronize(self) -> None:
        """Anything about the session may have changed."""
        if not self.open:
            return
        session = self.session
        self._enter_scene()
        self._follow_path()
        if session.selected != self._picked:
            self._picked = session.selected
            if self._picked is not None and self.choice.kind is Kind.WEIGHTS:
                which, self.armed = self.armed, 1 - self.armed
                self.pick(which, weight_index(session.trainer.network, self._picked))
        self._lay_plane()
        self._work()
        self.changed.emit()

    def stepped(self) -> None:
        """Training went on."""
        self._follow_path()
        if self._job is None and self._due.ask():
            self._lay_plane()
            self._work()
        else:
            self.choice.go_along()
        self.changed.emit()

    def take_picks(self, picks: Sequence[object]) -> None:
        """The two weights of a saved state, if the network has them."""
        self._enter_scene()
        self.choice.take_picks(picks)

    def _enter_scene(self) -> None:
        """Nothing of another network or of other data belongs here."""
        session = self.session
        if self._scene is not session.scene:
            self._scene, self._picked = session.scene, None
            self._window, self._chosen_window = None, False
            self.choice.leave_network()
            self._shown = self.result = None

    def _begin_anew(self) -> None:
        self.choice.begin_anew()
        self._window, self._chosen_window = None, False
        self._lay_plane()
        self._work()
        self.changed.emit()

    def _record(self) -> None:
        """In every frame, so that little of the path is missed."""
        if self.open:
            self.path.follow()

    def _follow_path(self) -> None:
        self.path.follow()
        tried, self._tried = self._tried, self.session.playing
        if (tried and self._tried) or self._retrace is not None or self.path.given_up or self.path.whole:
            return
        self._traced = 0.0
        self._retrace = self._ticker.pull(self.path.retracing(), done=self._retraced, progress=self._told)

    def _told(self, share: object) -> None:
        assert isinstance(share, float)
        self._traced = share

    def _retraced(self) -> None:
        self._retrace = None
        if self.choice.kind is Kind.PRINCIPAL:
            self.choice.begin_anew()
        self.synchronize()

    # The plane and the part of it that is seen

    def _lay_plane(self) -> None:
        if self.choice.lay() and not self._chosen_window:
            self._window = None

    def _settle_window(self, plane: Plane) -> Window:
        """The part that is shown: as it was while the point is well inside, else about the point."""
        if self._window is not None:
            inside = all(
                low + _EDGE * (high - low) / 2 <= at <= high - _EDGE * (high - low) / 2
                for (low, high), at in zip(self._window, plane.centre, strict=True)
            )
            if inside or self._chosen_window:
                return self._window
        (a, b), (across, up) = plane.centre, plane.spread
        return (a - across, a + across), (b - up, b + up)

    # Working it out

    def _work(self) -> None:
        if self.plane is None:
            self._drop_job()
            self._shown = self._asked = self.result = None
            return
        session = self.session
        self._window = self._settle_window(self.plane)
        settings = session.trainer.settings
        side = COARSE if session.playing else FINE
        request = _Request(self.plane, self._window, (settings.l1, settings.l2), side, session.index)
        if self._asked is not None and self._asked.covers(request):
            if self._shown is self._asked:
                self._shown = self._asked = replace(self._asked, step=session.index)
            return
        self._drop_job()
        try:
            work = slice_2d(self.surface, request.plane, request.window, side)
        except ValueError as error:
            self.choice.problem, self._asked = str(error), None
            return
        self._asked = request
        if self._shown is not None and self._shown.plane.first is not request.plane.first:
            self._shown = self.result = None
        self._job = self._ticker.pull(work, done=self._finished, progress=self._progressed)

    def _drop_job(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _progressed(self, found: object) -> None:
        assert isinstance(found, Slice2D)
        known = 0 if not found.stride else (len(found.first) - 1) // found.stride + 1
        enough = len(found.first) if self.session.playing else _AT_LEAST
        if known and (self.result is None or self.result.plane is found.plane or known >= enough):
            news = self.result is None or self.result.plane is not found.plane or self.result.stride != found.stride
            self.result, self._shown = found, self._asked
            if news:
                self._tell()

    def _finished(self) -> None:
        self._job = None
        self._tell()

    def _tell(self) -> None:
        """Training may have gone on since the work began: then the picture is of the step where it did."""
        self.choice.go_along()
        self.changed.emit()
