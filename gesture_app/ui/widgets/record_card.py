"""The recording panel: which gesture, how many samples, start, undo."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gesture_app.live.recording import Burst, Phase, Plan, Skip, gesture_for
from gesture_app.ui.theme import Theme, tabular
from gesture_app.ui.widgets.basics import Card, label, set_role, spin_box, tool
from gesture_app.ui.widgets.combo_box import ComboBox
from gesture_app.ui.widgets.record_button import RecordButton
from gesture_app.ui.wording import counted, gesture_name, tip, with_key
from models.errors import GestureError
from models.gesture.gestures import NO_GESTURE
from models.samples.sample import Take
from models.samples.store import ANSWERS_WITHOUT_GESTURE, check_name

MOST_SAMPLES = 500
HINT_EVERY = 4


class RecordCard(Card):
    """Says what shall be recorded; shows what is on the disk.

    Parameters
    ----------
    theme
        The look.
    parent
        Its owner.
    """

    start = Signal(object)
    """A :class:`~gesture_app.live.recording.Plan`."""

    stop = Signal()
    undo = Signal()
    redo = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Record samples"), parent)
        self._known: tuple[str, ...] = ()
        self._counts: Mapping[str, int] = {}
        self._recent: list[str] = []
        self._running = False
        self._usable = False
        self._can_undo = self._can_redo = False
        self._outcome = ""
        self._name = ComboBox()
        field = QLineEdit()
        field.setPlaceholderText(self.tr("Pick or type a gesture"))
        self._name.setEditable(True)
        self._name.setLineEdit(field)
        self._name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._name.setAccessibleName(self.tr("Gesture to record"))
        self._name.setCurrentIndex(-1)
        # Enter ends the naming, so that R is a key and no letter (the focus is the box's, not its field's).
        field.returnPressed.connect(self._name.clearFocus)
        self._note = label(role="small", wrap=True)
        self._count = spin_box(1, MOST_SAMPLES)
        self._count.setValue(20)
        self._count.setAccessibleName(self.tr("Samples in a take"))
        self._held = QCheckBox()
        self._button = RecordButton(theme)
        self._headline = label("", "heading")
        self._line = label(role="muted", wrap=True)
        self._undo = tool(theme, self.tr("Undo take"), "undo")
        self._redo = tool(theme, self.tr("Redo"), "redo")
        self._keys: Callable[[str], str] = lambda _: ""
        self._undoable: Take | None = None
        self._drawn_note = label(self.tr("These are drawn hands of the demo, nobody's own."), "small", wrap=True)
        self._drawn_note.hide()
        self._name.installEventFilter(self)
        self._arrange()
        self._name.editTextChanged.connect(self._type)
        self._held.toggled.connect(lambda on: self._count.setEnabled(not on))
        self._button.clicked.connect(self.toggle)
        self._undo.clicked.connect(self.undo.emit)
        self._redo.clicked.connect(self.redo.emit)
        self.show_takes(None, None)
        self.show_keys(self._keys)

    @property
    def gesture(self) -> str:
        """The gesture that would be recorded; empty while its name cannot be one."""
        name = gesture_for(self._name.currentText(), self._known).name
        try:
            return check_name(name) if name else ""
        except GestureError:
            return ""

    @property
    def progress_text(self) -> str:
        """How far the take is, for the picture."""
        return self._headline.text()

    @property
    def held(self) -> bool:
        """Whether a take lasts for as long as the key is held."""
        return self._held.isChecked()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say what starts a take while a name is typed, where a key is a letter, and while none is."""
        if watched is self._name and event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            QTimer.singleShot(0, self, self._check)  # once the focus has moved
        return super().eventFilter(watched, event)

    def set_usable(self, usable: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Say whether pictures come that can be recorded from."""
        if usable != self._usable:
            self._usable = usable
            self._check()

    def show_known(self, labels: Sequence[str]) -> None:
        """Offer the gestures that the model knows, beside those that were recorded."""
        names = [*self._counts, *(label for label in labels if label not in self._counts)]
        if tuple(names) != self._known:
            self._known = tuple(names)
            self._offer()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many samples there are by gesture."""
        self._counts = dict(counts)
        self.show_known(self._known)
        self._offer()
        self._check()

    def show_takes(self, undoable: Take | None, redoable: Take | None) -> None:
        """Show what can be undone and brought back."""
        self._can_undo, self._can_redo = undoable is not None, redoable is not None
        self._enable()
        self._undoable = undoable
        self._show_undo()
        if redoable is not None:
            self._outcome = ""  # what the last take came to is undone
            self._check()

    def show_keys(self, keys: Callable[[str], str]) -> None:
        """Say which keys do the same as the buttons.

        Parameters
        ----------
        keys
            Gives the keys of an action by its name, empty for none.
        """
        self._keys = keys
        record = keys("record")
        self._held.setText(self.tr("Hold {key}").format(key=record) if record else self.tr("Hold the key"))
        self._held.setToolTip(
            self.tr("Records for as long as you hold the key {key}, without a countdown").format(key=record)
        )
        self._held.setVisible(bool(record))
        if not record:
            self._held.setChecked(False)
        self._button.setToolTip(with_key(self.tr("Start or end a take"), record))
        self._redo.setToolTip(with_key(self.tr("Bring the take back"), keys("redo")))
        self._show_undo()
        self._check()

    def show_drawn(self, drawn: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Say that what would be recorded are drawn hands, or do not."""
        self._drawn_note.setVisible(drawn)

    def choose_recent(self, place: int) -> None:
        """Take one of the gestures recorded last, 0 for the last."""
        if place < len(self._recent) and not self._running:
            self._name.setEditText(gesture_name(self._recent[place]))

    def toggle(self) -> None:
        """Start a take, or end the one that runs."""
        if self._running:
            self.stop.emit()
        elif self.gesture and self._usable:
            held = self.held
            plan = Plan(self.gesture, None if held else self._count.value(), countdown_s=0.0 if held else 3.0)
            self.start.emit(plan)
        elif not self.gesture:
            self._name.setFocus()

    def show_progress(self, burst: Burst, now_s: float) -> None:
        """Show how far a take is."""
        self._set_running(running=True)
        counting = burst.phase(now_s) is Phase.COUNTDOWN
        self._button.show_progress(burst.share(now_s), counting=counting)
        if counting:
            self._headline.setText(self.tr("Get ready: {seconds}").format(seconds=math.ceil(burst.seconds_left(now_s))))
            self._line.setText(self.tr("Show “{gesture}”").format(gesture=gesture_name(burst.plan.gesture)))
            return
        total = burst.plan.count
        of = self.tr("{kept} of {total} saved") if total is not None else self.tr("{kept} saved")
        self._headline.setText(of.format(kept=burst.kept, total=total))
        if self._line.property("role") != "warning":
            self._line.setText(self.hint(burst.kept))

    def show_ended(self, burst: Burst) -> None:
        """Show what a take came to."""
        gesture = burst.plan.gesture
        if burst.kept:
            self._recent = [gesture, *(name for name in self._recent if name != gesture)][:9]
        self._set_running(running=False)
        self._button.show_idle()
        set_role(self._line, "muted")
        text = self.tr("{count} saved").format(count=burst.kept)
        self._outcome = (
            text if burst.kept else self.tr("Nothing was recorded")
        )  # stays until something else is typed or recorded
        self._check()

    def show_skip(self, skip: Skip | None) -> None:
        """Say why frames are not kept."""
        words = {
            Skip.NO_HAND: self.tr("No hand in view"),
            Skip.SMALL: self.tr("Too small: come closer"),
            Skip.CUT: self.tr("Cut off: move into the picture"),
            Skip.SAME: self.tr("Same as before: move a little"),
        }
        set_role(self._line, "muted" if skip is None else "warning")
        if skip is not None:
            self._line.setText(words[skip])

    def hint(self, kept: int) -> str:
        """Give a hint that makes samples differ, another one every few samples."""
        hints = (
            self.tr("Turn the hand a little"),
            self.tr("Come closer, then go back"),
            self.tr("Tilt it to the left and right"),
            self.tr("Move to another place in the picture"),
            self.tr("Bend the fingers a bit more, a bit less"),
        )
        return hints[kept // HINT_EVERY % len(hints)]

    def _show_undo(self) -> None:
        text = self.tr("Undo the last take")
        if self._undoable is not None:
            text = self.tr("Undo the last take: {count} of {gesture}").format(
                count=self._undoable.count, gesture=gesture_name(self._undoable.gesture)
            )
        self._undo.setToolTip(tip(with_key(text, self._keys("undo"))))

    def _set_running(self, *, running: bool) -> None:
        if running != self._running:
            self._running = running
            self._enable()

    def _enable(self) -> None:
        idle = not self._running
        for part in (self._name, self._held):
            part.setEnabled(idle)
        self._count.setEnabled(idle and not self.held)
        self._undo.setEnabled(idle and self._can_undo)
        self._redo.setEnabled(idle and self._can_redo)

    def _offer(self) -> None:
        text = self._name.currentText()
        with QSignalBlocker(self._name):
            self._name.clear()
            for name in self._known:
                self._name.addItem(self._shown(name), name)
            self._name.setCurrentIndex(-1)
            self._name.setEditText(text)

    def _shown(self, name: str) -> str:
        return self.tr("no gesture") if name == NO_GESTURE else gesture_name(name)

    def _type(self) -> None:
        self._outcome = ""
        self._check()

    def _check(self) -> None:
        if self._running:
            return
        typed = self._name.currentText().strip()
        meant = gesture_for(typed, self._known)
        problem = ""
        if typed and not self.gesture:
            problem = (
                self.tr("“{name}” means that no gesture was recognised. Choose another name.").format(name=typed)
                if typed.casefold() in ANSWERS_WITHOUT_GESTURE
                else self.tr("A name needs a letter or a digit, and at most 64 characters.")
            )
        set_role(self._name, "bad" if problem else "", "state")
        self._button.setEnabled(self._usable and bool(self.gesture))
        have = self._counts.get(meant.name, 0)
        if problem:
            note = problem
        elif not typed:
            note = ""
        elif not meant.known:
            note = self.tr("New gesture “{name}”. About 60 samples make it reliable.").format(name=meant.name)
        elif self._shown(meant.name) != typed and meant.name != typed:
            note = counted("Recorded as “{name}”; %n sample(s) so far.", have).format(name=meant.name)
        else:
            note = counted("%n sample(s) so far", have)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._headline.setText(self._outcome or self.tr("Start take"))
        if not self._usable:
            line = self.tr("Waits for a picture.")
        else:
            key = self._keys("record")
            press = self.tr("Press Enter, then {key}.") if self._name.hasFocus() else self.tr("Press {key}.")
            press = press.format(key=key) if key else self.tr("Press the button.")
            line = press if self.gesture else self.tr("Name a gesture first.")
        self._line.setText(line)

    def _arrange(self) -> None:
        self.body.addWidget(self._name)
        self.body.addWidget(self._note)
        amount = QHBoxLayout()
        amount.setSpacing(8)
        amount.addWidget(self._count)
        amount.addWidget(label(self.tr("samples")))
        amount.addStretch(1)
        amount.addWidget(self._held)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._headline.setFont(tabular(self._headline.font()))
        words.addStretch(1)
        words.addWidget(self._headline)
        words.addWidget(self._line)
        words.addStretch(1)
        take = QHBoxLayout()
        take.setSpacing(12)
        take.addWidget(self._button)
        take.addLayout(words, 1)
        back = QHBoxLayout()
        back.setSpacing(4)
        back.setContentsMargins(0, 0, 0, 0)
        back.addWidget(self._undo)
        back.addWidget(self._redo)
        back.addStretch(1)
        self.body.addLayout(amount)
        self.body.addLayout(take)
        self.body.addWidget(self._drawn_note)
        self.body.addLayout(back)
        self._line.setMinimumHeight(self._line.fontMetrics().height())
        self._line.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
