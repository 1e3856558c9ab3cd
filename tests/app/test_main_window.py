from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QImage, QKeySequence, QScreen
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from gdsim.app.actions import MENUS, Action
from gdsim.app.cli import SMALLEST_SIZE
from gdsim.app.files import FileProblem
from gdsim.app.journal import Journal
from gdsim.app.main_window import MainWindow
from gdsim.app.options import Options
from gdsim.app.pages import Page
from gdsim.app.pictures import Table
from gdsim.app.screenshot import take_screenshot
from gdsim.app.settings import Settings
from gdsim.app.widgets.slider import ValueSlider
from gdsim.app.widgets.tab_frame import NUMBERS, TabFrame
from gdsim.app.widgets.tab_order import follow_layout
from gdsim.app.window_actions import window_actions


class FakeTab(TabFrame):
    """A tab that writes down what it was asked for."""

    def __init__(self):
        super().__init__()
        self.asked = []
        self.text = QLineEdit()
        self.slider = ValueSlider(0, 10, 5, name="slider")
        controls = QWidget()
        column = QVBoxLayout(controls)
        column.addWidget(self.text)
        column.addWidget(self.slider)
        self.picture = QLabel("picture")
        self.numbers = QLabel("numbers")
        self.set_controls(controls)
        self.set_picture(self.picture)
        self.set_numbers(self.numbers)
        self.transport.step_requested.connect(self.note_step)
        self.transport.back_requested.connect(self.note_back)
        self.transport.reset_requested.connect(self.note_reset)
        self.transport.play_requested.connect(self.note_play)
        self.transport.synchronize(1, 2, False, True, True)
        self.state = {}

    def note_step(self):
        self.asked.append("step")

    def note_back(self):
        self.asked.append("back")

    def note_reset(self):
        self.asked.append("reset")

    def note_play(self, on):
        self.asked.append("play" if on else "pause")

    def actions(self):
        return [Action("Epoch", "E", self.note_epoch, "Run")]

    def note_epoch(self):
        self.asked.append("epoch")

    def table(self):
        return Table("t", "the table", ("x",), [(1.0,)])

    def undo(self):
        self.asked.append("undo")

    def can_undo(self):
        return True

    def stop(self):
        self.asked.append("stop")

    def save_state(self):
        return {"formula": "x^2"}

    def restore_state(self, state):
        if "formula" not in state:
            raise KeyError("formula")
        self.state = state


@dataclass(frozen=True)
class FakeSpec:
    title: str

    def begin(self, context):
        return FakeTab()


TABS = {"slope": FakeSpec("Slope"), "descend": FakeSpec("Descend")}


@pytest.fixture
def make(context, shown):
    def window(settings=None, options=None):
        return shown(MainWindow(replace(context, settings=settings or Settings(), options=options or Options()), TABS))

    return window


def trigger(window, title):
    window.menus.entry(title).trigger()


@pytest.mark.parametrize(
    ("shortcut", "plain"),
    [
        ("Space", True),
        ("R", True),
        ("F", True),
        ("Home", True),
        ("F9", False),
        ("Ctrl+Z", False),
        ("Shift+R", False),
        ("", False),
    ],
)
def test_plain_keys_have_no_modifier(shortcut, plain):
    assert Action("title", shortcut, print, "Run").plain_key == plain


def test_the_first_start_opens_on_descend_and_makes_no_other_tab(make):
    window = make()
    assert window.tab_key == "descend"
    assert list(window._tabs) == ["descend"]
    assert window.show_tab("slope") is window.tab
    assert window.tab_key == "slope"


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        (Qt.Key.Key_Space, ["play"]),
        (Qt.Key.Key_Right, ["step"]),
        (Qt.Key.Key_Left, ["back"]),
        (Qt.Key.Key_R, ["reset"]),
        (Qt.Key.Key_E, ["epoch"]),
    ],
)
def test_plain_keys(make, qtbot, key, asked):
    window = make()
    qtbot.keyClick(window, key)
    assert window.tab.asked == asked


def test_keys_go_on_working_after_a_click_on_a_button(make, qtbot):
    window = make()
    qtbot.mouseClick(window.tab.transport.step_button, Qt.MouseButton.LeftButton)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert window.tab.asked == ["step", "step", "play"]


def test_arrows_step_also_when_a_button_has_the_keyboard(make, qtbot):
    window = make()
    window.tab.transport.step_button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window.tab.transport.step_button, Qt.Key.Key_Left)
    qtbot.keyClick(window.tab.transport.step_button, Qt.Key.Key_Space)
    assert window.tab.asked == ["back", "step"]


def test_typing_is_not_a_command(make, qtbot):
    window = make()
    window.tab.text.setFocus()
    qtbot.keyClicks(window.tab.text, "r e")
    qtbot.keyClick(window.tab.text, Qt.Key.Key_Left)
    assert window.tab.text.text() == "r e"
    assert window.tab.asked == []


def test_a_focused_slider_keeps_its_arrows(make, qtbot):
    window = make()
    qtbot.keyClick(window.tab.slider.track, Qt.Key.Key_Right)
    assert window.tab.slider.value() == pytest.approx(5.1)
    qtbot.keyClick(window.tab.slider.track, Qt.Key.Key_Space)
    assert window.tab.asked == ["play"]


def test_a_held_key_repeats_steps_but_not_play(make):
    from PySide6.QtGui import QKeyEvent

    window = make()
    for key, text in ((Qt.Key.Key_Space, " "), (Qt.Key.Key_Right, "")):
        repeat = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, True)
        QApplication.sendEvent(window, repeat)
    assert window.tab.asked == ["step"]


def test_shortcuts_with_modifiers(make, qtbot):
    window = make()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.tab.asked == ["undo"]


def test_what_cannot_be_done_is_grey_in_the_menu_and_does_nothing(make):
    window = make()
    entry = window.menus.entry("Redo")
    menu = entry.parent()
    menu.aboutToShow.emit()
    assert not entry.isEnabled()
    menu.aboutToHide.emit()
    assert entry.isEnabled()
    entry.trigger()
    assert window.tab.asked == []


def test_menus_of_a_tab_that_was_left_are_gone(make, qtbot):
    window = make()
    for key in ("slope", "descend", "slope", "descend"):
        window.show_tab(key)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    titles = [menu.title() for menu in window.menuBar().findChildren(QMenu) if menu.title()]
    assert sorted(titles) == sorted(f"&{name}" for name in MENUS)


def test_no_two_commands_share_a_key(make):
    window = make()
    keys = [action.shortcut for action in window._actions() if action.shortcut]
    assert len(keys) == len(set(keys))
    for key in keys:
        assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) == key


def test_quit_has_a_key_on_every_platform(make):
    assert make().menus.entry("Quit").shortcut() == QKeySequence("Ctrl+Q")


def test_every_key_is_on_the_shortcuts_page(make, qtbot):
    window = make()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    (page,) = window.findChildren(Page)
    text = page.browser.toPlainText()
    for action in window._actions():
        if action.shortcut:
            assert action.title in text
    for keys in ("Up, Down", "Ctrl+arrow keys", "3-D", "network of Train", "data points of Train", "Insert, Delete"):
        assert keys in text
    page.close()
    qtbot.waitUntil(lambda: not window.findChildren(Page))


def test_about_names_versions(make, qtbot):
    window = make()
    trigger(window, "About gdsim")
    (page,) = window.findChildren(Page)
    assert "PySide6-Essentials" in page.browser.toPlainText()
    page.close()
    qtbot.waitUntil(lambda: not window.findChildren(Page))


def test_the_theme_is_switched_and_remembered(make, qtbot):
    window = make()
    trigger(window, "Dark theme")
    assert window.context.themes.theme.dark
    assert window.context.settings.text("theme") == "dark"
    qtbot.mouseClick(window._theme_button, Qt.MouseButton.LeftButton)
    assert window.context.settings.text("theme") == "light"
    entry = window.menus.entry("Light theme")
    entry.parent().aboutToShow.emit()
    assert entry.isChecked()
    assert not window.menus.entry("Dark theme").isChecked()
    entry.parent().aboutToHide.emit()


def test_large_type_is_remembered_and_nothing_is_clipped_sideways(make):
    window = make()
    window.resize(*SMALLEST_SIZE)
    trigger(window, "Large type")
    QApplication.processEvents()
    assert window.context.settings.flag("large_type")
    assert window.size() == QSize(*SMALLEST_SIZE)
    assert not window.centralWidget().horizontalScrollBar().maximum()
    transport = window.tab.transport
    for button in (transport.reset_button, transport.step_button):
        assert button.width() >= button.sizeHint().width()
    assert window.tab.slider.mapTo(window, window.tab.slider.rect().topRight()).x() < window.width() * 2 / 5


def test_the_controls_are_hidden_on_every_tab(make, qtbot):
    window = make()
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert not window.tab.text.isVisible()
    assert window.show_tab("slope").controls_collapsed
    qtbot.mouseClick(window._controls_button, Qt.MouseButton.LeftButton)
    assert window.tab.text.isVisible()


@pytest.mark.parametrize("fresh", [True, False])
def test_what_a_window_did_not_change_does_not_overwrite_what_another_changed(make, monkeypatch, tmp_path, fresh):
    path = tmp_path / "settings.json"
    if not fresh:
        make(Settings(path)).close()
    changed, untouched = make(Settings(path)), make(Settings(path))
    changed.show_tab("slope")
    untouched.show_tab("slope")
    untouched.show_tab("descend")
    with monkeypatch.context() as moved:
        moved.setattr(changed.tab, "save_state", lambda: {"formula": "x^3"})
        changed.close()
    untouched.close()
    assert Settings(path).text("tab") == "slope"
    assert Settings(path).mapping("tabs") == {"slope": {"formula": "x^3"}, "descend": {"formula": "x^2"}}


def test_a_state_that_cannot_be_kept_again_is_not_taken_over(make, monkeypatch):
    settings = Settings()
    settings.set_tab_state("descend", {"formula": "x^9"})
    monkeypatch.setattr(FakeTab, "save_state", lambda tab: {"places": 1 // (not tab.state)})
    window = make(settings)
    assert window.tab.state == {}
    assert window.notice.text == "What Descend showed last time could not be restored."


def test_everything_is_remembered_until_the_next_start(make, tmp_path):
    path = tmp_path / "settings.json"
    first = make(Settings(path))
    first.show_tab("slope")
    first.resize(790, 701)  # no larger than the offscreen screen, which Qt keeps a window within
    first.close()
    second = make(Settings(path))
    assert second.tab_key == "slope"
    assert second.size() == QSize(790, 701)
    assert second.tab.state == {"formula": "x^2"}


def test_the_command_line_goes_before_what_is_remembered(make, tmp_path):
    settings = Settings()
    settings.set("tab", "slope")
    settings.set_tab_state("descend", {"formula": "x^3"})
    window = make(settings, Options(tab="descend", size=(1200, 700), lr=0.1))
    assert window.tab_key == "descend"
    assert window.size() == QSize(1200, 700)
    assert window.tab.state == {}


@pytest.mark.parametrize("geometry", ["", "not base64 §", "AAAA"])
def test_an_unusable_geometry_is_forgotten(make, geometry):
    settings = Settings()
    settings.set("geometry", geometry)
    assert make(settings).isVisible()


def test_an_unusable_state_is_said_and_the_tab_opens(make):
    settings = Settings()
    settings.set_tab_state("descend", {"something": 1})
    window = make(settings)
    assert window.notice.isVisible()
    assert "Descend" in window.notice.text
    assert window.notice.y() >= window.menuBar().geometry().bottom()
    window.notice.dismiss()


def test_the_first_window_fits_the_screen_with_its_frame(make):
    window = make()
    available = window.screen().availableSize()
    assert window.height() <= max(available.height() - 40, SMALLEST_SIZE[1])


def test_an_unreadable_settings_file_is_said(make, tmp_path):
    path = tmp_path / "settings.json"
    path.write_text("{")
    window = make(Settings(path))
    assert "could not be read" in window.notice.text
    window.notice.dismiss()


def test_settings_that_cannot_be_saved_do_not_hold_up_the_end(make, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    window = make(Settings(tmp_path / "file" / "settings.json"))
    assert window.close()
    assert "settings could not be saved" in capsys.readouterr().err


def test_leaving_a_tab_and_closing_stop_what_plays(make):
    window = make()
    descend = window.tab
    window.show_tab("slope")
    assert descend.asked == ["stop"]
    window.close()
    assert window.tab.asked == ["stop"]


def test_what_is_being_typed_ends_before_everything_is_stopped(make, qtbot):
    window = make()
    window.activateWindow()
    window.tab.text.editingFinished.connect(lambda: window.tab.asked.append("typed"))
    window.tab.text.setFocus()
    qtbot.keyClicks(window.tab.text, "x^2")
    tab = window.tab
    window.close()
    assert tab.asked == ["typed", "stop"]


@pytest.mark.parametrize("width", [1000, 1100, 1199])
def test_narrow_windows_put_the_numbers_under_a_tab_strip(make, width):
    window = make()
    window.resize(width, 700)
    tab = window.tab
    assert tab.narrow
    assert tab.text.isVisible()
    assert not tab.numbers.isVisible()
    tab.show_page(NUMBERS)
    assert tab.numbers.isVisible()
    assert not tab.text.isVisible()
    window.resize(1280, 800)
    assert not tab.narrow
    assert tab.numbers.isVisible()
    assert tab.text.isVisible()


def test_the_columns_are_as_wide_as_drawn(make):
    window = make()
    window.resize(1280, 800)
    tab = window.tab
    assert (tab._left.width(), tab._right.width()) == (264, 300)
    assert tab.picture.width() > 640


def test_the_window_does_not_go_below_its_smallest_size(make):
    window = make()
    window.resize(300, 200)
    room = window.screen().availableSize() - QSize(16, 48)  # the frame
    assert window.size() == QSize(*SMALLEST_SIZE).boundedTo(room)


def test_on_a_small_screen_the_content_scrolls_and_nothing_is_out_of_reach(make, qtbot, monkeypatch):
    monkeypatch.setattr(QScreen, "availableSize", lambda screen: QSize(640, 320))
    window = make()
    assert (window.width(), window.height()) == (624, 272)
    step = window.tab.transport.step_button
    assert not window.rect().contains(step.mapTo(window, step.rect().center()))
    while QApplication.focusWidget() is not step:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert window.rect().contains(step.mapTo(window, step.rect().center()))
    qtbot.keyClick(step, Qt.Key.Key_Left)
    assert window.tab.asked == ["back"]
    window.say("What is said is seen.")
    assert window.rect().contains(window.notice.geometry())
    window.notice.dismiss()


def test_a_closed_window_does_not_answer_as_its_tabs_are_taken_out(make, monkeypatch):
    window = make()
    built = []
    monkeypatch.setattr(window.menus, "build", built.append)
    pages = window._pages
    other = (pages.currentIndex() + 1) % pages.count()
    pages.setCurrentIndex(other)
    assert len(built) == 1
    window.close()
    pages.removeTab(other)
    assert len(built) == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
@pytest.mark.parametrize("chained", [False, True], ids=["as made", "chained anew"])
def test_tab_goes_round_all_controls_and_never_stands_still(make, qtbot, key, chained):
    window = make()
    tab = window.tab
    if chained:
        follow_layout(tab)
    reached = []
    for _ in range(40):
        qtbot.keyClick(QApplication.focusWidget(), key)
        reached.append(QApplication.focusWidget())
    assert window not in reached
    turn = reached.index(reached[0], 1)
    assert reached[turn:] == reached[: 40 - turn]
    assert len(set(reached[:turn])) == turn
    assert {tab.text, tab.slider.focusProxy() or tab.slider, tab.transport.step_button} <= set(reached)


def test_notices_lie_clear_of_tabs_and_buttons_and_go_after_a_while(make, clock):
    window = make()
    window.context.notices.say("Saved to /home/somebody/a/rather/long/path/to/a/picture/of/a/curve.svg")
    notice = window.notice
    assert notice.isVisible()
    assert notice.geometry().right() < window._theme_button.mapTo(window, window._theme_button.rect().topLeft()).x()
    assert notice.geometry().bottom() < window.tab.transport.mapTo(window, window.tab.transport.rect().topLeft()).y()
    for _ in range(3):
        clock.now += 2.0
        window.context.ticker.tick()
    assert not notice.isVisible()


def test_a_long_notice_is_seen_whole_and_stays_until_it_is_dismissed(make, clock):
    window = make()
    window.say("One sentence after the other. " * 8, "warning", stays=True)
    label = window.notice.label
    assert label.height() >= label.heightForWidth(label.width())
    clock.now += 60.0
    assert not window.context.ticker.active
    assert window.notice.isVisible()
    window.say("Saved.")
    assert window.context.ticker.active
    window.notice.dismiss()


def test_what_is_set_is_kept_while_the_window_is_open(make, tmp_path):
    window = make(Settings(tmp_path / "settings.json"))
    window.toggle_large_type()
    window.keep()
    kept = Settings(tmp_path / "settings.json")
    assert kept.flag("large_type")
    assert kept.tab_state("descend") == {"formula": "x^2"}


def test_that_nothing_can_be_kept_is_said_once(make, tmp_path):
    (tmp_path / "file").write_text("")
    window = make(Settings(tmp_path / "file" / "settings.json"))
    window.keep()
    assert "settings could not be saved" in window.notice.text
    assert "forgotten when gdsim ends" in window.notice.text
    window.notice.dismiss()
    window.keep()
    assert not window.notice.isVisible()


def test_a_tab_that_cannot_say_its_state_holds_up_neither_the_others_nor_the_end(make, tmp_path, monkeypatch):
    window = make(Settings(tmp_path / "settings.json"))
    window.show_tab("slope")

    def fail():
        raise ValueError("no state")

    monkeypatch.setattr(window.tab, "save_state", fail)
    with pytest.raises(ValueError, match="no state"):
        window.keep()
    assert Settings(tmp_path / "settings.json").tab_state("descend") == {"formula": "x^2"}
    monkeypatch.undo()


def test_a_state_that_was_taken_over_by_half_leaves_nothing(make, monkeypatch):
    def restore(tab, state):
        tab.state = state
        tab.asked.append("half")
        raise AttributeError("'str' object has no attribute 'items'")

    monkeypatch.setattr(FakeTab, "restore_state", restore)
    settings = Settings()
    settings.set_tab_state("descend", {"something": 1})
    window = make(settings)
    assert window.tab.state == {}
    assert "half" not in window.tab.asked
    assert "could not be restored" in window.notice.text
    window.notice.dismiss()


def test_the_error_log_shows_its_file_and_the_newest_entry_first(shown, context, tmp_path):
    journal = Journal(tmp_path / "gdsim.log")
    journal.write("the first <entry>\nof two lines")
    journal.write("the second")
    journal.close()
    window = shown(MainWindow(replace(context, journal=journal), TABS))
    trigger(window, "Error log")
    page = window.findChild(Page)
    text = page.browser.toPlainText()
    assert str(tmp_path / "gdsim.log") in text
    assert text.index("the second") < text.index("the first <entry>") < text.index("of two lines")
    assert f"file://{tmp_path}" in page.browser.toHtml()
    page.close()


def test_without_a_log_that_is_said(make):
    window = make()
    trigger(window, "Error log")
    assert "No log is kept" in window.findChild(Page).browser.toPlainText()
    window.findChild(Page).close()


def test_a_screenshot_has_the_size_of_the_window(make, qtbot, context, tmp_path):
    window = MainWindow(replace(context, options=Options(size=(1024, 700))), TABS)
    qtbot.addWidget(window)
    take_screenshot(window, tmp_path / "shot")
    image = QImage(str(tmp_path / "shot.png"))
    assert image.size() == QSize(1024, 700)
    assert len({image.pixel(x, y) for x in range(0, 1024, 4) for y in range(0, 700, 4)}) > 10


def test_a_screenshot_in_another_format_is_refused(make, tmp_path):
    with pytest.raises(FileProblem, match=r"\.png"):
        take_screenshot(make(), tmp_path / "shot.pdf")


def test_every_control_of_the_window_has_a_name_and_is_large_enough(make):
    window = make()
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider

    seen = 0
    for kind in (QAbstractButton, QComboBox, QSlider):
        for control in window.findChildren(kind):
            if control.isVisible():
                seen += 1
                assert control.accessibleName(), control
                assert min(control.width(), control.height()) >= 24, control.accessibleName()
    assert seen >= 8


def test_the_help_menu_opens_the_shipped_pages(make):
    window = make()
    titles = ["What the pictures mean", "Typing a formula", "Words"]
    actions = {action.title: action for action in window_actions(window)}
    for title in titles:
        actions[title].callback()
    pages = {page.windowTitle(): page for page in window.findChildren(Page)}
    assert set(titles) <= set(pages)
    assert all(len(pages[title].browser.toPlainText()) > 400 for title in titles)
    for page in pages.values():
        page.close()
