"""Joins the check page to the check that runs, and shows what versions are worth to this user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from gesture_app.capture.source_words import kind_of
from gesture_app.live.checking import CheckRun, HandsAsked
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.checking.check_controller import CheckController
from gesture_app.ui.jobs import Jobs
from gesture_app.ui.live.live_controller import LiveController
from gesture_app.ui.pages.check_page import CheckPage
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.versions.model_hand import draw_gesture
from gesture_app.ui.widgets.gesture_guide import EDGE
from gesture_app.ui.widgets.hand_pictures import hand_picture
from models.hand.landmarks import Handedness

if TYPE_CHECKING:
    from models.samples.sample import Sample

SAMPLE_SHARE = 0.75
"""Edge of a recorded hand's drawing as a share of the ring's: a square within a circle."""

Wanted = tuple[str, Handedness | None, bool]


class CheckPresenter(QObject):
    """Knows both sides of a check.

    Parameters
    ----------
    check
        What runs.
    page
        What is seen of it.
    live
        Where frames come from.
    preferences
        Whether the picture is shown as in a mirror.
    jobs
        For drawing hands.
    """

    versions_wanted = Signal()

    def __init__(
        self, check: CheckController, page: CheckPage, live: LiveController, preferences: Preferences, jobs: Jobs
    ) -> None:
        super().__init__(page)
        self._check = check
        self._page = page
        self._live = live
        self._preferences = preferences
        self._jobs = jobs
        self._wanted: Wanted | None = None
        self._pictures: dict[Wanted, QPixmap | None] = {}
        page.start.start.connect(self._start)
        page.guide.skip.connect(check.skip)
        page.guide.back.connect(check.back)
        page.guide.pause.connect(check.pause)
        page.guide.stop.connect(check.stop)
        page.left.connect(lambda: check.pause(paused=True))
        page.score.versions.connect(self.versions_wanted.emit)
        check.progress.connect(self._show_run)
        check.ended.connect(lambda _: page.show_ended())
        check.skipped.connect(page.show_skip)
        check.scores.connect(lambda _: page.show_score(check.score))
        live.result.connect(page.show_result)
        live.result.connect(check.look_at)
        live.status.connect(self._show_status)
        live.source.connect(lambda _: self._show_problem())
        preferences.changed.connect(self._mirror)
        self._state = SessionState.IDLE
        self._mirror()
        self._show_problem()

    def leave(self) -> bool:
        """Stop a check that runs and is seen; whether there was one."""
        if self._check.run is None or not self._page.isVisible():
            return False
        self._check.stop()
        return True

    def toggle_pause(self) -> bool:
        """Pause a check that runs and is seen, or let it go on; whether there was one."""
        if self._check.run is None or not self._page.isVisible():
            return False
        self._check.pause(not self._check.run.paused)
        return True

    def _start(self, hands: HandsAsked) -> None:
        self._page.picture.setFocus()  # where bare keys mean what they say
        self._check.start(hands)

    def _show_run(self, run: CheckRun, now_s: float) -> None:
        if not run.gesture:
            return
        self._page.show_run(run, now_s)
        mirrored = self._page.picture.mirrored
        wanted = (run.gesture, run.side, mirrored)
        if wanted != self._wanted:
            self._wanted = wanted
            self._page.show_picture(self._pictures.get(wanted))
            self._draw(wanted)
            if run.next_gesture:
                self._draw((run.next_gesture, run.plan.side(run.place + 1), mirrored))

    def _draw(self, wanted: Wanted) -> None:
        if wanted in self._pictures:
            return
        label, side, mirrored = wanted
        ratio = self._page.devicePixelRatioF()
        edge = round(EDGE * ratio)

        def drawn(image: QImage | None) -> None:
            if image is not None:
                image.setDevicePixelRatio(ratio)
                self._take_picture(wanted, QPixmap.fromImage(image))
            else:
                self._check.find_sample(label, lambda sample: self._take_sample(wanted, sample))

        self._jobs.run(lambda: draw_gesture(label, side or "Right", edge, mirrored=mirrored), drawn)

    def _take_sample(self, wanted: Wanted, sample: Sample | None) -> None:
        if sample is None:
            self._take_picture(wanted, None)
            return
        ratio = self._page.devicePixelRatioF()
        edge = round(EDGE * SAMPLE_SHARE)
        self._take_picture(wanted, hand_picture(sample.hand, edge, ratio, mirrored=wanted[2]))

    def _take_picture(self, wanted: Wanted, picture: QPixmap | None) -> None:
        self._pictures[wanted] = picture
        if wanted == self._wanted:
            self._page.show_picture(picture)

    def _mirror(self) -> None:
        self._page.picture.set_mirrored(self._preferences.settings.mirror)

    def _show_status(self, status: SessionStatus) -> None:
        self._state = status.state
        self._page.show_status(status)
        self._show_problem()

    def _show_problem(self) -> None:
        problem = ""
        if kind_of(self._live.spec) == "demo":
            problem = self.tr("The demo hand is not yours: choose a camera on the live page first.")
            self._check.stop()  # begun with a camera, it shall not go on with a hand that is nobody's
        elif self._state is SessionState.ENDED:
            problem = self.tr("The source has ended: play it again on the live page, or choose another one.")
        elif self._state is SessionState.PAUSED:
            problem = self.tr("The picture is paused: let it go on first.")
        elif self._state is not SessionState.RUNNING:
            problem = self.tr("The check begins when there is a picture.")
        self._page.start.show_problem(problem)
