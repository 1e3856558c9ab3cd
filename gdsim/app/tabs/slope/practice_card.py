"""The Practice card: question, answer, judgement, hints, derivation and score, over the right half of the tab."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gdsim.app.context import Context
from gdsim.app.plots.series_plot import SeriesPlot
from gdsim.app.tabs.slope.derivation_view import DerivationView
from gdsim.app.tabs.slope.flow import FlowLayout
from gdsim.app.tabs.slope.practice_plot import comparison_picture, comparison_words
from gdsim.app.tabs.slope.practice_record import PracticeRecord
from gdsim.app.tabs.slope.practice_session import MIXED, MOST_HINTS, NOTES_FIRST, RISING, PracticeSession
from gdsim.app.tabs.slope.typeset import TypesetLine, TypesetLines
from gdsim.app.tabs.slope.verdict import Verdict
from gdsim.app.widgets.buttons import IconButton, TextButton
from gdsim.app.widgets.formula_edit import FormulaEdit
from gdsim.app.widgets.formula_label import FormulaLabel, FormulaWindow
from gdsim.app.widgets.registry_combo import ComboBox
from gdsim.app.widgets.rows import say, secondary, titled
from gdsim.core.expression import ParseError, parse
from gdsim.core.practice import DIFFICULTIES, TOPICS, Outcome

_DIFFICULTIES = {RISING: "Rising", 1: "1, easy", 2: "2, medium", 3: "3, hard"}
_NO_LOSS = "No point lost."
_TONES = {Outcome.RIGHT: "good", Outcome.WRONG: "bad"}


@dataclass(frozen=True)
class _Place:
    """A column to point at, about which the verdict says what is wrong."""

    column: int
    message: str = ""


class PracticeCard(QFrame):
    """`closed()` asks to be taken away; Escape does too, where nothing is being typed."""

    closed = Signal()

    def __init__(self, context: Context, session: PracticeSession, parent: QWidget | None = None) -> None:
        super().__init__(parent, visible=False)
        self._context, self.session = context, session
        self.setProperty("role", "panel")
        self.setAccessibleName("Practice")
        self.close_button = IconButton("close", "Close practice", "Close (Esc)")
        self.score = QLabel(wordWrap=True)
        self.topic, self.difficulty = ComboBox(), ComboBox()
        self.prompt = QLabel(wordWrap=True)
        self.formula = FormulaWindow(FormulaLabel(scale=1.5, smallest=0.6))
        self.wanted = FormulaLabel(scale=1.15)
        self.answer = FormulaEdit(self._objection, typeset=self._typeset, name="Your answer", ticker=context.ticker)
        self.check = TextButton("Check", "Is it right? (Return)")
        self.hint = TextButton("Hint")
        self.steps = TextButton("Show the steps", "The whole derivation; an answer after that does not count")
        self.next = TextButton("Next question", "Another one (Return, once this one is solved)")
        self.verdict = Verdict()
        self.plot = SeriesPlot(context.themes)
        self.plot_words = secondary()
        self.hints = TypesetLines(context.ticker)
        self.derivation = DerivationView(context.ticker, all_at_once=True)
        self.record = PracticeRecord(context, session)
        self._asked: object = None
        self._judged: object = None
        self._fill()
        self._lay_out()
        self._connect()
        self.synchronize()

    def synchronize(self) -> None:
        """Show the session as it is; what is typed stays until the next question."""
        session = self.session
        self.topic.setCurrentIndex(self.topic.findData(session.topic))
        self.difficulty.setCurrentIndex(self.difficulty.findData(session.difficulty))
        self.score.setText(session.score.sentence())
        asked = (session.question, session.number, session.seed)
        if asked != self._asked:
            self._asked = asked
            self._show_question()
        judgement = session.judgement
        if judgement is None:
            self.verdict.say("")
        else:
            if judgement.column is not None and self.answer.edit.property("wrong"):
                self.answer.set_problem(_Place(judgement.column))  # the column is pointed at, the rest is said below
            self.verdict.say(self._verdict_text(), _TONES.get(judgement.outcome, "warning"))
        picture = comparison_picture(judgement, session.question.answer) if judgement is not None else None
        self.plot.setVisible(picture is not None and bool(picture.series))
        say(self.plot_words, comparison_words(judgement) if judgement is not None else "")
        if picture is not None and picture.series:
            self.plot.set_picture(picture)
            self.plot.fit()
            self.plot.setAccessibleDescription(judgement.text)
        self.check.setEnabled(not (session.solved or session.judging))
        left = MOST_HINTS - session.hints
        self.hint.setEnabled(left > 0)
        self.hint.setText(f"Hint {session.hints + 1} of {MOST_HINTS}" if left else "No more hints")
        self.hint.setToolTip("Each says more than the one before")
        self.steps.setEnabled(not session.steps_shown)
        shown = session.question.hints[: session.hints] if session.hints else ()
        self.hints.setVisible(bool(shown))
        self.hints.set_lines([
            TypesetLine(f"Hint {number}", hint.text, (hint.latex,) if hint.latex else (), spoken=hint.text)
            for number, hint in enumerate(shown, 1)
        ])  # fmt: skip
        self.derivation.setVisible(session.steps_shown)
        if session.steps_shown:
            self.derivation.set_derivation(session.question.derivation, session.question.formula.to_latex())
        self.record.synchronize()
        if judgement is not self._judged:
            self._judged = judgement
            if judgement is not None:
                self._reveal(self.verdict)

    def open_at_answer(self) -> None:
        """Put the keyboard where the answer is typed."""
        self.answer.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def host(self, widget: QWidget) -> None:
        """Show above the question what would else be covered by the card."""
        self._guests.addWidget(widget)

    def show_guest(self, widget: QWidget) -> None:
        """Scroll to what is hosted."""
        self._reveal(widget)

    def stop(self) -> None:
        """Wait for nothing more."""
        self.answer.stop()
        self.hints.stop()
        self.derivation.stop()

    def _verdict_text(self) -> str:
        session, judgement = self.session, self.session.judgement
        assert judgement is not None
        if not judgement.counts:
            lost = "" if _NO_LOSS in judgement.text else f" {_NO_LOSS}"
            return f"{_sentence(judgement.text)}{lost}"
        if not judgement.right:
            return judgement.text
        return " ".join(filter(None, [judgement.text, session.uncounted, "Press Return for the next one."]))

    def _show_question(self) -> None:
        question = self.session.question
        topic = TOPICS[question.topic].title
        self.prompt.setText(question.prompt)
        self.prompt.setToolTip(f"{topic}, difficulty {question.difficulty}")
        self.formula.set_latex(question.latex, str(question.formula))
        self.wanted.set_latex(f"{question.wanted_latex} =", f"derivative by {question.variable}")
        self.about.setText(f"{topic} · difficulty {question.difficulty} · question {self.session.number + 1}")
        self.answer.set_text("", "")

    def _objection(self, text: str) -> ParseError | None:
        """What cannot be read yet, while it is typed; an f′(x) = in front is left out, as when it is judged."""
        _, equals, own = text.rpartition("=")
        if not own.strip():
            return None
        try:
            parse(own, self.session.question.formula.variables)
        except ParseError as error:
            return ParseError(error.message, error.column + len(text) - len(own)) if equals else error
        return None

    def _typeset(self, text: str) -> str:
        own = text.rpartition("=")[2]
        return parse(own, self.session.question.formula.variables).to_latex() if own.strip() else ""

    def _return_pressed(self) -> None:
        if self.session.solved:
            self.session.next()
        else:
            self._check()

    def _check(self) -> None:
        self.session.answer(self.answer.text())

    def _next(self) -> None:
        self.session.next()
        self.open_at_answer()

    def _reveal_hints(self) -> None:
        self._reveal(self.hints)

    def _reveal_steps(self) -> None:
        self._reveal(self.derivation)

    def _reveal(self, widget: QWidget) -> None:
        """Scroll to what has just appeared, as far as that is needed."""
        if widget.isVisible():
            self._content.layout().activate()
            self.scroll.ensureWidgetVisible(widget, 0, 8)

    def _chosen(self, _index: int = 0) -> None:
        """The keyboard stays at the list, which the arrow keys go through."""
        self.session.choose(self.topic.currentData(), self.difficulty.currentData())

    def _fill(self) -> None:
        self.topic.setAccessibleName("Topic")
        self.difficulty.setAccessibleName("Difficulty")
        for key, title, help_text in (
            (NOTES_FIRST, "Course notes, then mixed", "The problems of the course notes, then all topics"),
            (MIXED, "Mixed, weak ones more often", "All topics, those with the fewest right answers most often"),
            *((topic.key, topic.title, topic.about) for topic in TOPICS.values()),
        ):
            self.topic.addItem(title, key)
            self.topic.setItemData(self.topic.count() - 1, help_text, Qt.ItemDataRole.ToolTipRole)
        self.topic.setMaxVisibleItems(self.topic.count())
        for difficulty in (RISING, *DIFFICULTIES):
            self.difficulty.addItem(_DIFFICULTIES[difficulty], difficulty)

    def _lay_out(self) -> None:
        heading = QLabel("Practice")
        heading.setProperty("role", "heading")
        self.score.setProperty("role", "secondary")
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addWidget(self.score, 1)
        head.addWidget(self.close_button)
        # However long an entry, a field is as wide as there is room.
        for combo, least in ((self.topic, 8), (self.difficulty, 6)):
            combo.setMinimumContentsLength(least)
            combo.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        choice = QHBoxLayout()
        choice.setSpacing(8)
        choice.addWidget(titled("Topic", self.topic), 3)
        choice.addWidget(titled("Difficulty", self.difficulty), 2)
        self.about = secondary()
        self.prompt.setProperty("role", "sentence")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.wanted, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.answer, 1)
        buttons = FlowLayout()
        for button in (self.check, self.hint, self.steps, self.next):
            buttons.addWidget(button)
        self._content = content = QWidget()
        content.setProperty("role", "clear")
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 4, 16, 12)
        column.setSpacing(8)
        column.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)
        self._guests = QVBoxLayout()
        column.addLayout(self._guests)
        column.addLayout(choice)
        column.addWidget(self.about)
        column.addWidget(self.prompt)
        column.addWidget(self.formula)
        column.addLayout(row)
        column.addLayout(buttons)
        for widget in (self.verdict, self.plot, self.plot_words, self.hints, self.derivation, self.record):
            column.addWidget(widget)
        column.addStretch(1)
        self.scroll = scroll = QScrollArea(widgetResizable=True, focusPolicy=Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(4)
        head.setContentsMargins(16, 0, 8, 0)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        self.plot.set_log(False, False)
        self.plot.setAccessibleName("Your answer and the derivative")
        self._context.themes.changed.connect(self._follow_theme)
        self._follow_theme()

    def _connect(self) -> None:
        self.session.changed.connect(self.synchronize)
        self.close_button.clicked.connect(self.closed)
        self.answer.edit.returnPressed.connect(self._return_pressed)
        self.check.clicked.connect(self._check)
        self.hint.clicked.connect(self.session.hint)
        self.hints.settled.connect(self._reveal_hints)
        self.steps.clicked.connect(self.session.show_steps)
        self.derivation.lines.settled.connect(self._reveal_steps)
        self.next.clicked.connect(self._next)
        self.topic.activated.connect(self._chosen)
        self.difficulty.activated.connect(self._chosen)

    def _follow_theme(self) -> None:
        self.plot.setFixedHeight(self._context.themes.px(190))
        self.wanted.setFixedHeight(self._context.themes.px(36))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
