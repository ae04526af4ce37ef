"""Every page and every state of the window."""

from __future__ import annotations

from gesture_app.live.status import SessionState
from gesture_app.ui.scenes import live_scenes, made_up, page_scenes, sample_scenes
from gesture_app.ui.scenes.stage import Scene
from gesture_app.ui.widgets.message_bar import Message

LEFT_S = 1.4
BUSY = "HD Webcam is held by another program. Close that program, then try again, or choose another camera."
LOST = "HD Webcam gives no more pictures. Trying again …"
DENIED = "This program may not use the camera. Allow it in the system settings under Privacy, then try again."
MISSING = "There is no camera 1. Plug it in and try again, or choose another source."
REFUSED = Message("The model v12 cannot be used; the shipped model is used instead.", "warning", "Its file is damaged.")

SCENES: tuple[Scene, ...] = (
    Scene("live", "The live page", live_scenes.nothing),
    Scene("panel-folded", "The panel folded away", lambda stage: stage.window.page.open_side(shown=False)),
    Scene("source-list", "Choosing a source", live_scenes.choose_source, live_scenes.close_sources),
    Scene("version-list", "Choosing a version", page_scenes.choose_version, page_scenes.forget_versions),
    Scene("opening", "A camera is opened", live_scenes.say(SessionState.OPENING)),
    Scene("fetching", "The first start fetches what it needs", live_scenes.fetch),
    Scene("no-camera", "The camera is not there", live_scenes.say(SessionState.FAILED, MISSING, "missing")),
    Scene("busy", "The camera is in use", live_scenes.say(SessionState.FAILED, BUSY, "busy")),
    Scene("denied", "The system does not allow the camera", live_scenes.say(SessionState.FAILED, DENIED, "denied")),
    Scene("lost", "The camera is lost, and opened again", live_scenes.say(SessionState.RECONNECTING, LOST, "lost")),
    Scene("no-hand", "Nobody in view", live_scenes.see(made_up.without_hand)),
    Scene("small-hand", "The hand is too small", live_scenes.see(made_up.with_small_hand)),
    Scene("paused", "The picture is held", live_scenes.say(SessionState.PAUSED)),
    Scene("ended", "A video has ended", live_scenes.say(SessionState.ENDED, name="counting hands.mp4")),
    Scene("countdown", "A take begins", live_scenes.record(0, 3.0 - LEFT_S), live_scenes.end_take),
    Scene("recording", "A take runs", live_scenes.record(11, 6.0), live_scenes.end_take),
    Scene("take-done", "A take is done", live_scenes.take_done, live_scenes.end_take),
    Scene("samples", "Samples as drawn hands", sample_scenes.show_samples(table=False)),
    Scene("samples-table", "Samples as a table", sample_scenes.show_samples(table=True)),
    Scene("bin", "An empty bin", sample_scenes.show_no_samples, sample_scenes.show_all_samples),
    Scene(
        "suspicious-search",
        "Wrong labels are looked for",
        sample_scenes.suspect(sample_scenes.look_for_wrong_labels),
        sample_scenes.end_suspicion,
    ),
    Scene(
        "suspicious",
        "Samples that look mislabelled",
        sample_scenes.suspect(lambda panel: panel.show_review(made_up.review(found=True))),
        sample_scenes.end_suspicion,
    ),
    Scene(
        "suspicious-none",
        "No label looks wrong",
        sample_scenes.suspect(lambda panel: panel.show_review(made_up.review(found=False))),
        sample_scenes.end_suspicion,
    ),
    Scene("train", "What to train on", page_scenes.open_page("training_page")),
    Scene("training", "A training runs", page_scenes.train, page_scenes.set_up_training),
    Scene("trained", "What came of it", page_scenes.trained, page_scenes.set_up_training),
    Scene(
        "trained-figures", "What came of it, gesture by gesture", page_scenes.trained_below, page_scenes.set_up_training
    ),
    Scene("training-failed", "A training that failed", page_scenes.failed, page_scenes.set_up_training),
    Scene("models", "The versions", page_scenes.show_versions, page_scenes.forget_versions),
    Scene("check", "How good is it for me?", page_scenes.start_check),
    Scene("checking", "A check runs", page_scenes.check, page_scenes.end_check),
    Scene("checked", "What the check came to", page_scenes.checked, page_scenes.end_check),
    Scene("compare", "Two versions on the same hands", page_scenes.compare, page_scenes.end_comparison),
    Scene("settings", "The settings", page_scenes.open_page("settings_page")),
    Scene("help", "Help and keys", page_scenes.open_page("help_page")),
    Scene("doctor", "The doctor, and what this is", page_scenes.examine),
    Scene("welcome", "The first start", live_scenes.welcome),
    Scene("message", "A message", live_scenes.message(Message("No camera is connected: showing the demo hand."))),
    Scene("error", "What went wrong, with details", live_scenes.message(REFUSED, details=True)),
)
