"""What the computation graph shows at one moment, as frozen records of plain numbers and words.

A value or an adjoint that has not been computed yet is None and reads "?", which is something else than 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gdsim.app.plots.text import count
from gdsim.app.widgets.figures import format_number

INPUT, CONSTANT, OPERATION = "input", "const", "operation"
UNKNOWN = "?"
UNDEFINED, NO_VALUE = "undefined", "?!"
"""Said of what has no value, and the same where there is little room."""


@dataclass(frozen=True)
class NodePicture:
    """One value of the computation.

    `title` is what it is called (q), `symbol` the sign of its operation (×).  `partial` is the name of its adjoint
    (∂f/∂q), empty for what has none.  `sum_so_far` are the contributions that have come in and `awaited` how many are
    still to come.  `settled` tells that `adjoint` is complete, and `right` what it should be where it came out
    wrong.  `order` is the number of the step that reached it.  `problem` says why there is no value.
    """

    title: str
    kind: str = OPERATION
    symbol: str = ""
    value: float | None = None
    partial: str = ""
    adjoint: float | None = None
    sum_so_far: tuple[float, ...] = ()
    awaited: int = 0
    uses: int = 1
    settled: bool = True
    right: float | None = None
    working: bool = False
    frontier: bool = False
    output: bool = False
    order: int | None = None
    problem: str = ""


@dataclass(frozen=True)
class EdgePicture:
    """The use of one value by another.

    `local` is the local derivative, with `symbol` what it is called if it is not a plain number (z); `carries` is
    false for a constant, to which nothing flows back.  `upstream` and `contribution` are None until the backward pass
    has come through; `passes` counts how often it did, and `lost` tells that the
    last came too late to be passed on.  `undefined` tells that the value it is used for is undefined.
    """

    source: int
    target: int
    local: float | None = None
    symbol: str = ""
    carries: bool = True
    reached: bool = True
    upstream: float | None = None
    contribution: float | None = None
    passes: int = 0
    lost: bool = False
    working: bool = False
    undefined: bool = False


NODE, EDGE = "node", "edge"

Spot = tuple[str, int]
"""NODE or EDGE, and its number."""


def _nothing(spot: Spot) -> str:
    return ""


@dataclass(frozen=True)
class GraphPicture:
    """Vertices in an order in which every edge goes to a higher number; `message` is shown where there are none.

    `describe` reads out a vertex or an edge, when somebody points at it.
    """

    nodes: tuple[NodePicture, ...] = ()
    edges: tuple[EdgePicture, ...] = ()
    selected: int | None = None
    ordered: bool = True
    message: str = ""
    describe: Callable[[Spot], str] = field(default=_nothing, compare=False)

    @property
    def shape(self) -> tuple[object, ...]:
        """All that the places depend on: nothing of this changes while the graph is walked or values change."""
        nodes = tuple((node.title, node.kind, node.symbol, bool(node.partial), node.uses) for node in self.nodes)
        return nodes, tuple((edge.source, edge.target, edge.symbol, edge.carries) for edge in self.edges)

    def after(self, node: int) -> list[int]:
        """The vertices that use this one, each once."""
        return list(dict.fromkeys(edge.target for edge in self.edges if edge.source == node))

    def before(self, node: int) -> list[int]:
        """The vertices that this one uses, each once."""
        return list(dict.fromkeys(edge.source for edge in self.edges if edge.target == node))


Width = Callable[[str], float]


def fitting(value: float, width: Width, room: float, digits: int) -> str:
    """The number with as many significant digits as there is room for."""
    text = ""
    for shown in range(digits, 0, -1):
        text = format_number(value, shown, trim=True)
        if width(text) <= room:
            break
    return text


def value_text(node: NodePicture, width: Width, room: float, digits: int) -> str:
    if node.value is None:
        return UNKNOWN
    return fitting(node.value, width, room, digits)


def adjoint_text(node: NodePicture, width: Width, room: float, digits: int) -> str:
    """The adjoint, "?" while nothing has come in, and "−4 + ?" while a sum is being filled."""
    known = sum(node.sum_so_far) if node.adjoint is None and node.sum_so_far else node.adjoint
    if known is None:
        return UNKNOWN
    more = f" + {UNKNOWN}" if not node.settled and node.awaited else ""
    if node.right is not None:
        wrong, right = (format_number(value, 3, trim=True) for value in (known, node.right))
        return f"{wrong} ≠ {right}"
    return fitting(known, width, room - width(more), digits) + more


def local_text(edge: EdgePicture, width: Width, room: float, digits: int) -> str:
    """The local derivative: "1", or "z = −4" where there is room."""
    if not edge.carries:
        return ""
    if edge.undefined:
        return UNDEFINED if width(UNDEFINED) <= room else NO_VALUE
    if edge.local is None:
        return UNKNOWN
    if edge.symbol:
        head = f"{edge.symbol} = "
        number = fitting(edge.local, width, room - width(head), digits)
        if width(head + number) <= room:
            return head + number
    return fitting(edge.local, width, room, digits)


def product_text(edge: EdgePicture, digits: int = 3) -> str:
    """Local × upstream = contribution, empty until it is known."""
    if edge.contribution is None or edge.local is None or edge.upstream is None:
        return ""
    local, upstream, result = (format_number(v, digits, trim=True) for v in (edge.local, edge.upstream,
                                                                             edge.contribution))  # fmt: skip
    return f"{local} × {_factor(upstream)} = {result}"


def _factor(text: str) -> str:
    return f"({text})" if text.startswith("\N{MINUS SIGN}") else text


def graph_summary(picture: GraphPicture) -> str:
    """The whole graph in words."""
    if not picture.nodes:
        return "No graph"
    known = sum(node.value is not None for node in picture.nodes)
    derived = [node for node in picture.nodes if node.partial]
    done = sum(node.adjoint is not None and node.settled for node in derived)
    size = f"{count(len(picture.nodes), 'value')} and {count(len(picture.edges), 'edge')}"
    progress = f"{count(known, 'value')} and {done} of {len(derived)} derivatives"
    return f"A computation graph of {size}; computed are {progress}. Arrow keys go from value to value."
