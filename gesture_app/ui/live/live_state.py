"""From the session's state to what the picture's place says; no widget, so that each state can be tested alone."""

from __future__ import annotations

from gesture_app.live.recording import SMALLEST_HAND_PX
from gesture_app.live.result import FrameResult
from gesture_app.live.status import SessionState, SessionStatus
from gesture_app.ui.live.session_bridge import Preparation
from gesture_app.ui.sentences import in_users_words
from gesture_app.ui.widgets.state_card import StateText, Way
from gesture_app.ui.wording import tr

NO_HAND_S = 1.5
AGAIN, CHOOSE, DEMO, RESUME = "again", "choose", "demo", "resume"


def card_for(status: SessionStatus, preparation: Preparation | None, *, has_picture: bool) -> StateText | None:
    """Give what stands in the middle of the picture's place, None where the picture speaks for itself."""
    if status.state is SessionState.FAILED:
        return _failed(status)
    return None if has_picture else _without_picture(status, preparation)


def pill_for(status: SessionStatus, *, has_picture: bool) -> StateText | None:
    """Give what stands at the lower edge of a picture that stays: paused, ended, lost."""
    if not has_picture:
        return None
    if status.state is SessionState.PAUSED:
        return StateText("pause", tr("Paused"), ways=(Way(RESUME, tr("Go on"), "play"),))
    if status.state is SessionState.ENDED:
        return StateText("film", tr("{name} has ended").format(name=status.source_name), ways=_after_end()[:1])
    if status.state is SessionState.RECONNECTING:
        return StateText("plug", in_users_words(status.message) or tr("Connection lost, connecting again"))
    return None


def state_words(status: SessionStatus, preparation: Preparation | None) -> str:
    """Give the state in one word or two for the status line; empty while recognition runs."""
    if status.state is SessionState.OPENING and preparation is not None:
        return in_users_words(preparation.message)
    return {
        SessionState.IDLE: tr("no source"),
        SessionState.OPENING: tr("opening"),
        SessionState.RUNNING: "",
        SessionState.PAUSED: tr("paused"),
        SessionState.RECONNECTING: tr("connecting again"),
        SessionState.ENDED: tr("ended"),
        SessionState.FAILED: tr("stopped"),
    }[status.state]


class HandHint:
    """Says when there is no hand in view for a while, or when all hands are too small."""

    def __init__(self) -> None:
        self._last_hand_s: float | None = None

    def clear(self) -> None:
        """Forget what was seen: another source begins."""
        self._last_hand_s = None

    def update(self, result: FrameResult, *, say_absence: bool) -> StateText | None:
        """Look at the next result.

        Parameters
        ----------
        result
            What was recognised.
        say_absence
            True where nothing else on the screen says that there is no hand.
        """
        now = result.frame.time_s
        if result.hands:
            self._last_hand_s = now
            largest = max(_longer_side(hand.hand.box) for hand in result.hands)
            if largest < SMALLEST_HAND_PX:
                return StateText("hand", tr("The hand is small in the picture: come closer"))
            return None
        if self._last_hand_s is None:
            self._last_hand_s = now
        if say_absence and now - self._last_hand_s >= NO_HAND_S:
            return StateText("hand", tr("No hand in view: hold one up, about an arm's length away"))
        return None


def _without_picture(status: SessionStatus, preparation: Preparation | None) -> StateText | None:
    if status.state is SessionState.RECONNECTING:
        return StateText(
            "plug",
            tr("Connecting again"),
            in_users_words(status.message),
            (Way(CHOOSE, tr("Choose another source"), "camera"),),
            -1.0,
        )
    if status.state is SessionState.ENDED:
        return StateText("film", tr("The end"), tr("There is nothing more in this source."), _after_end())
    if status.state is SessionState.OPENING or preparation is not None:
        return _opening(status, preparation)
    if status.state is SessionState.RUNNING:
        return StateText("camera", tr("Waiting for the first picture"), share=-1.0)
    if status.state is SessionState.IDLE:
        text = tr("Choose a camera, a video, a stream or the demo hand.")
        return StateText("camera", tr("No source is open"), text, (Way(CHOOSE, tr("Choose a source"), "camera"),))
    return None


def _failed(status: SessionStatus) -> StateText:
    titles = {
        "busy": tr("The camera is in use"),
        "missing": tr("This source is not there"),
        "denied": tr("No permission"),
        "lost": tr("The connection is lost"),
    }
    icons = {"busy": "camera-off", "missing": "camera-off", "denied": "lock", "lost": "plug"}
    ways = (
        Way(AGAIN, tr("Try again"), "refresh"),
        Way(CHOOSE, tr("Choose another source"), "camera"),
    )
    title = titles.get(status.error_kind, tr("This did not work"))
    return StateText(icons.get(status.error_kind, "warning"), title, in_users_words(status.message), ways)


def _opening(status: SessionStatus, preparation: Preparation | None) -> StateText:
    if preparation is not None:
        share = -1.0 if preparation.share is None else preparation.share
        return StateText("hand", tr("Getting ready"), in_users_words(preparation.message), share=share)
    title = tr("Opening {name}").format(name=status.source_name) if status.source_name else tr("Opening")
    return StateText("camera", title, in_users_words(status.message), share=-1.0)


def _after_end() -> tuple[Way, ...]:
    return (Way(AGAIN, tr("Play again"), "replay"), Way(CHOOSE, tr("Choose another source"), "camera"))


def _longer_side(box: tuple[float, float, float, float]) -> float:
    return max(box[2] - box[0], box[3] - box[1])
