"""Every text of the window passes the translator: with one that marks all it gives, nothing unmarked is left to see."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractListModel, QLocale, Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.settings import Settings
from gesture_app.training.events import Said, Tried
from gesture_app.ui.main_window import MainWindow
from gesture_app.ui.pages.settings_page import SettingsPage
from gesture_app.ui.scenes import made_up, scenes
from gesture_app.ui.scenes.scenes import SCENES
from gesture_app.ui.scenes.stage import Stage
from gesture_app.ui.sentences import SENTENCES, in_users_words
from gesture_app.ui.theme import Theme
from gesture_app.ui.translation import install_translation, languages, wanted_language
from gesture_app.ui.translations.__main__ import main as translations_main
from gesture_app.ui.translations.texts import Text, renew
from gesture_app.ui.translations.texts import texts as texts_of_the_window
from gesture_app.ui.widgets.address_dialog import AddressDialog
from gesture_app.ui.widgets.correction_menu import CorrectionMenu
from gesture_app.ui.wording import counted, hand_name
from models.gesture.gestures import GESTURES
from models.home import Home

PROJECT = Path(__file__).resolve().parents[3]
OPEN, CLOSE = "\N{LEFT DOUBLE ANGLE BRACKET}", "\N{RIGHT DOUBLE ANGLE BRACKET}"
KEPT = re.compile(r"(\{[^}]*\}|%L?n|%[0-9])")


def pseudo(text: str) -> str:
    """Put brackets round a text and other letters into it, but leave its placeholders as they are."""
    parts = KEPT.split(text)
    for place in range(0, len(parts), 2):
        parts[place] = "".join(chr(ord(c) + 0x100) if c.isascii() and c.isalpha() else c for c in parts[place])
    return OPEN + "".join(parts) + CLOSE


class Pseudo(QTranslator):
    """A language that nobody speaks."""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        return None if context == "QShortcut" else pseudo(text)


@pytest.fixture
def strange(qapp: QApplication) -> Iterator[None]:
    translator = Pseudo()
    assert qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


# What is not the window's own to translate.
NAMES = {name.replace("_", " ") for name in GESTURES} | {
    *GESTURES,
    "letter_L",
    "letter L",
    "HD Webcam",
    "counting hands.mp4",
    "hands.parquet",
    "demo",
    "demo:new",
    *(entry.version.run_id[:12] for entry in made_up.versions() if entry.version is not None),
}
KEYS = {"Space", "Ctrl", "Esc", "F1", "F11", *"MPCRZYSO"}
UNITS = {"x", "v"}
FOREIGN = {"Kept as", scenes.BUSY, scenes.LOST, scenes.DENIED, scenes.MISSING}
"""What is said in the scenes' own words; see :mod:`gesture_app.ui.sentences` for the real ones."""


def foreign() -> set[str]:
    """What comes from the trainer, the doctor and the registry, and is shown as it came."""
    findings = {finding.text for finding in made_up.findings()} | {"MediaPipe", "ONNX Runtime", "OpenCV", "Qt"}
    reasons = {entry.unusable for entry in made_up.versions() if entry.unusable}
    tried = {event.params for event in made_up.training_events() if isinstance(event, Tried)}
    result = made_up.training_outcome().result
    tried |= {row.params for row in result.rows} if result is not None else set()
    said = {event.text for event in made_up.training_events() if isinstance(event, Said)}
    words = "hands.parquet has no column 'label'. Choose a file that was exported or imported by this app."
    return (
        findings | reasons | tried | said | {words, "Fetching the hand landmarker from the package index: 21 of 35 MB."}
    )


def texts(widget: QWidget) -> Iterator[tuple[str, str]]:  # noqa: C901 - one kind of widget after the other
    """All that a widget shows, tells a screen reader, or says when the mouse rests on it."""
    for what in ("toolTip", "accessibleName", "accessibleDescription", "statusTip", "whatsThis"):
        yield what, getattr(widget, what)()
    if isinstance(widget, QLabel | QAbstractButton):
        yield "text", widget.text()
    if isinstance(widget, QLineEdit):
        yield "placeholder", widget.placeholderText()
    if isinstance(widget, QPlainTextEdit):
        yield "text", widget.toPlainText()
    if isinstance(widget, QSpinBox):
        yield "text", widget.prefix() + widget.suffix() + widget.specialValueText()
    if isinstance(widget, QComboBox):
        yield from (("item", widget.itemText(place)) for place in range(widget.count()))
    if isinstance(widget, QMenu):
        for action in widget.actions():
            yield "action", action.text()
            yield "action's tip", action.toolTip()
    if isinstance(widget, QHeaderView):
        model = widget.model()
        for place in range(0 if model is None else widget.count()):
            yield "heading", str(model.headerData(place, widget.orientation()) or "")
            tip = model.headerData(place, widget.orientation(), Qt.ItemDataRole.ToolTipRole)
            yield "heading's tip", str(tip or "")
    if isinstance(widget, QAbstractItemView) and not isinstance(widget, QHeaderView) and widget.model() is not None:
        model = widget.model()
        for row in range(min(model.rowCount(), 12)):
            for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
                index = model.index(row, column)
                for role in (
                    Qt.ItemDataRole.DisplayRole,
                    Qt.ItemDataRole.ToolTipRole,
                    Qt.ItemDataRole.AccessibleTextRole,
                ):
                    value = index.data(role)
                    yield "cell", value if isinstance(value, str) else ""


def left(text: str, allowed: set[str]) -> str:
    """What of a text no translator has seen."""
    for name in sorted(allowed, key=len, reverse=True):
        text = text.replace(name, "")
    return "".join(c for c in text if c.isascii() and c.isalpha())


def unmarked(window: QWidget, allowed: set[str]) -> set[str]:
    shown = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    found = set()
    for widget in (window, *shown):
        if isinstance(widget.parent(), QKeySequenceEdit) or widget.objectName().startswith("qt_"):
            continue
        for what, text in texts(widget):
            if text and left(text, allowed):
                found.add(f"{type(widget).__name__} {what}: {text!r} ({left(text, allowed)})")
    return found


def test_every_state_of_the_window_passes_the_translator(
    strange: None, theme: Theme, make_window: Callable[..., MainWindow], home: Home, make_result, make_hand
) -> None:
    made_up.record_samples(home)
    window = make_window(Settings(theme="light", recent_sources=("counting hands.mp4",)))
    window.show()
    window.recording.begin()
    allowed = NAMES | KEYS | UNITS | FOREIGN | foreign() | {str(home.root)}
    result = make_result(make_hand("like"), make_hand(None, track=2, handedness="Left"))
    found: dict[str, set[str]] = {}
    for scene in SCENES:
        if scene.name == "error":
            continue
        window.open_page(0)
        window.bridge.status.emit(SessionStatus(SessionState.RUNNING, "demo"))
        window.live.result.emit(result)
        stage = Stage(window, result)
        scene.set_up(stage)
        for text in unmarked(window, allowed):
            found.setdefault(text, set()).add(scene.name)
        scene.tidy(stage)
        window.messages.dismiss()
    assert not found, "\n".join(f"{text} in {sorted(names)[:3]}" for text, names in sorted(found.items()))


def test_dialogs_and_menus_pass_it_too(strange: None, theme: Theme, qtbot: QtBot) -> None:
    dialog = AddressDialog(theme, lambda address: "")
    menu = CorrectionMenu(dialog)
    menu.offer({"like", "fist", "rock"}, ["like"])
    settings = SettingsPage(theme, Path("/"), others=("de",))
    for widget in (dialog, settings):
        qtbot.addWidget(widget)
        widget.show()
    own = NAMES | UNITS | KEYS | {"English", "Deutsch", "http://192.168.0.20:8080/video"}
    found = {text for widget in (dialog, settings) for text in unmarked(widget, own)}
    found |= {text for _, text in texts(menu) if left(text, NAMES)}
    assert not found


PUT_IN = (
    "another program",
    "stopped giving pictures",
    "Connected: ",
    "No camera is connected: plug one in, or use the source demo",
)
"""What is put into sentences where they are made."""


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_from_below_are_still_said_there(sentence: str) -> None:
    pieces = [piece for piece in re.split(rf"({'|'.join(PUT_IN)})|\{{\w+\}}", sentence) if piece and len(piece) > 12]
    assert all(piece in said_below() for piece in pieces)


@cache
def said_below() -> str:
    """All text in the code below the window; where it is put together, the parts in a row."""
    found = []
    for package in ("gesture_app", "models"):
        for path in (PROJECT / package).rglob("*.py"):
            if "ui" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
                    found.append("".join(map(str, parts)))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.append(node.value)
    return "\n".join(found)


def test_a_sentence_from_below_is_recognised_by_its_form(strange: None) -> None:
    text = "Camera 2 is in use by zoom. Close that program, then start the camera again."
    shown = in_users_words(text)
    assert shown.startswith(OPEN)
    assert "2" in shown
    assert "zoom" in shown
    assert in_users_words(shown) == shown
    assert in_users_words("Something else.") == "Something else."


def test_every_text_can_be_found_by_translators() -> None:
    known = texts_of_the_window()
    assert len(known) > 500
    assert Text("Version {number} is the champion now.") in known
    assert Text("%n gesture(s)", counts=True) in known


@pytest.fixture
def german(tmp_path: Path) -> Path:
    path = tmp_path / "gesture_app_de.ts"
    known = (Text("Settings"), Text("left hand"), Text("%n gesture(s)", counts=True))
    renew(path, "de", known)
    content = path.read_text("utf-8")
    for source, words in (("Settings", "Einstellungen"), ("left hand", "linke Hand")):
        content = re.sub(
            rf"(<source>{source}</source>\s*)<translation[^>]*/>", rf"\1<translation>{words}</translation>", content
        )
    forms = "<translation><numerusform>%n Geste</numerusform><numerusform>%n Gesten</numerusform></translation>"
    content = re.sub(
        r"<translation type=\"unfinished\">\s*<numerusform.*?</translation>", forms, content, flags=re.DOTALL
    )
    path.write_text(content, "utf-8")
    return path


def test_what_was_translated_stays_when_the_texts_are_renewed(german: Path) -> None:
    assert renew(german, "de", (Text("Settings"), Text("New"))) == 1
    content = german.read_text("utf-8")
    assert "Einstellungen" in content
    assert "linke Hand" not in content
    assert "New" in content


def test_a_translation_is_spoken(german: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    assert translations_main(["de", "--folder", str(german.parent)]) == 0
    assert languages(german.parent) == ("de",)
    installed: list[QTranslator] = []
    monkeypatch.setattr(qapp, "installTranslator", lambda one: installed.append(one) or True)
    before = QLocale()
    try:
        assert install_translation(qapp, "de", german.parent) == "de"
        for translator in installed:
            assert QApplication.installTranslator(translator)
        assert QWidget().tr("Settings") == "Einstellungen"
        assert hand_name("Left") == "linke Hand"
        assert hand_name("Right") == "right hand"  # nobody translated it yet
        assert [counted("%n gesture(s)", number) for number in (1, 2)] == ["1 Geste", "2 Gesten"]
    finally:
        QLocale.setDefault(before)
        for translator in installed:
            QApplication.removeTranslator(translator)
    assert hand_name("Left") == "left hand"


def test_the_language_is_the_users_else_the_systems() -> None:
    there = ("de", "pt_BR")
    assert wanted_language("", there, ["de-AT", "de"]) == "de"
    assert wanted_language("", there, ["fr-FR", "fr", "de"]) == "de"
    assert wanted_language("", there, ["en-GB", "de"]) == "en"
    assert wanted_language("en", there, ["de"]) == "en"
    assert wanted_language("pt_BR", there, []) == "pt_BR"
    assert wanted_language("sw", there, ["de"]) == "en"


def test_english_plurals_need_no_translation() -> None:
    assert [counted("%n sample(s) so far", number) for number in (0, 1, 2)] == [
        "0 samples so far",
        "1 sample so far",
        "2 samples so far",
    ]


def test_the_language_is_chosen_where_there_is_a_choice(theme: Theme, qtbot: QtBot) -> None:
    alone, several = SettingsPage(theme, Path("/"), others=()), SettingsPage(theme, Path("/"), others=("de",))
    for page in (alone, several):
        qtbot.addWidget(page)
        page.show()
    assert not alone._language.isVisible()
    assert [several._language.itemText(place) for place in range(3)] == ["As the system", "English", "Deutsch"]
    several.show_settings(Settings(language="de"))
    assert several._language.currentText() == "Deutsch"
    with qtbot.waitSignal(several.changed) as caught:
        several._language.setCurrentIndex(1)
        several._language.activated.emit(1)
    assert caught.args == ["language", "en"]
