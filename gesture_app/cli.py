"""The command ``gesture-app``: the window, or what it does without one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from gesture_app.arguments import add_recognition_arguments, positive, set_up_messages
from gesture_app.exit_codes import CANCELLED, DONE, FAILED, WRONG_USE
from models.errors import GestureError, UsageError
from models.home import find_home

# Every other import waits until it is needed: --help and --version answer at once, and a missing system library is
# told in words instead of a traceback.

_SOURCES = """
sources:
  camera:N            a webcam by its number
  FILE                a video, a picture, or recorded landmarks (.jsonl of a run with --headless)
  FOLDER              a folder of pictures
  http://, rtsp://    a network stream
  demo, demo:2        a rendered hand, or two
  demo:new            a rendered hand with a gesture that no model knows yet: to try recording and training

gesture-app FILE is short for gesture-app --source FILE
without --source: the camera used last, else the first, else demo

environment:
  GESTURE_HOME        the folder for samples, settings and models (default: gesture-app doctor names it)
  GESTURE_LANDMARKER  a hand landmarker file of your own
  MLFLOW_TRACKING_URI a registry elsewhere

other commands:
  gesture-app bench   frames per second, time by stage (gesture-app bench --help)
  gesture-app doctor  what the app needs and whether it is there (gesture-app doctor --help)
"""
_NO_WINDOW_S = 10.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``gesture-app`` and give its exit code: 0 done, 1 failed, 2 wrong use, 130 cancelled."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    commands: dict[str, Callable[[list[str]], int]] = {"bench": _bench, "doctor": _doctor}
    command = commands.get(words[0]) if words else None
    # Before any command is loaded: OpenCV looks at its variables when it is imported.
    set_up_messages(verbose="-v" in words or "--verbose" in words)
    try:
        return command(words[1:]) if command else _app(words)
    except GestureError as error:
        if not _explained(error):
            sys.stderr.write(f"gesture-app: {error}\n")
        return WRONG_USE if isinstance(error, UsageError) else FAILED
    except KeyboardInterrupt:
        sys.stderr.write("gesture-app: cancelled.\n")
        return CANCELLED
    except (ImportError, OSError) as error:
        if not _explained(error):
            raise
        return FAILED


def _app(words: list[str]) -> int:
    if words and not words[0].startswith("-"):
        if _is_there(words[0]):  # as a file manager opens it
            return _app(["--source", *words])
        raise UsageError(
            f"There is no command {words[0]!r}. There are bench and doctor; gesture-app alone opens the window, and"
            " --source FILE opens a file in it. gesture-app --help says more."
        )
    parser = _parser()
    parsed = parser.parse_args(words)
    if parsed.version:
        return _print_version()
    if parsed.source is not None:
        from gesture_app.capture.source_words import check_words  # noqa: PLC0415

        check_words(parsed.source.strip())
    if parsed.headless:
        if parsed.output is None and parsed.video is None:
            parser.error("--headless needs --output FILE (or -), --video FILE, or both")
        return _headless(parsed)
    for option in ("output", "video", "duration"):
        if getattr(parsed, option) is not None:
            parser.error(f"--{option} belongs to --headless")
    return _window(parsed)


def _is_there(word: str) -> bool:
    try:
        return Path(word).exists()
    except (OSError, ValueError):  # no name that a file could have
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gesture-app",
        description="Recognises hand gestures from a webcam in real time. Opens a window unless told otherwise.",
        epilog=_SOURCES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_recognition_arguments(parser)
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    group = parser.add_argument_group("without a window")
    group.add_argument("--headless", action="store_true", help="no window; every frame of a file, newest of a camera")
    group.add_argument("--output", metavar="F.jsonl", help="one line of JSON a frame; - is standard output")
    group.add_argument("--video", metavar="F.mp4", type=Path, help="the video with everything recognised drawn in")
    group.add_argument("--duration", metavar="S", type=positive, help="end after this many seconds of the source")
    group.add_argument("--quiet", action="store_true", help="neither progress nor summary")
    return parser


def _headless(parsed: argparse.Namespace) -> int:
    from gesture_app.headless import HeadlessRun, run_headless  # noqa: PLC0415
    from gesture_app.starting_source import starting_source  # noqa: PLC0415

    home = find_home()
    return run_headless(
        HeadlessRun(
            source=starting_source(home, sys.stderr) if parsed.source is None else parsed.source,
            output=parsed.output,
            video=parsed.video,
            duration_s=parsed.duration,
            model=parsed.model or "shipped",
            hands=parsed.hands or 2,
            landmarker=parsed.landmarker,
            quiet=parsed.quiet,
        ),
        home,
    )


def _window(parsed: argparse.Namespace) -> int:
    from gesture_app.display import find_display  # noqa: PLC0415
    from gesture_app.system_libraries import explain, missing_for_window  # noqa: PLC0415

    display = find_display()
    if not display.usable:
        return _without_display(parsed, display.words)
    missing = missing_for_window(wayland=display.wayland)
    if missing:
        sys.stderr.write(f"gesture-app: {explain(missing)}\n")
        return FAILED
    from gesture_app.settings import load_settings  # noqa: PLC0415
    from gesture_app.ui.app import run_window  # noqa: PLC0415

    home = find_home()
    model = parsed.model or load_settings(home.settings).settings.model
    return int(run_window(parsed.source, model, parsed.hands, parsed.landmarker, home))


def _without_display(parsed: argparse.Namespace, why: str) -> int:
    from gesture_app.headless import HeadlessRun, run_headless  # noqa: PLC0415
    from gesture_app.output.label_report import LabelReport  # noqa: PLC0415

    source = parsed.source or "demo"
    sys.stderr.write(
        f"gesture-app: There is no display ({why}): running without a window on {source} for {_NO_WINDOW_S:g} seconds."
        " --headless does more.\n"
    )
    report = LabelReport(sys.stderr)
    run = HeadlessRun(
        source=source,
        duration_s=_NO_WINDOW_S,
        model=parsed.model or "shipped",
        hands=parsed.hands or 2,
        landmarker=parsed.landmarker,
        quiet=True,
    )
    code = run_headless(run, find_home(), report)
    sys.stdout.write(f"{report.summary()}\n")
    return code


def _bench(words: list[str]) -> int:
    from gesture_app.bench.command import main as bench  # noqa: PLC0415

    return bench(words)


def _doctor(words: list[str]) -> int:
    from gesture_app.doctor import main as doctor  # noqa: PLC0415

    return doctor(words)


def _print_version() -> int:
    from importlib.metadata import version  # noqa: PLC0415

    sys.stdout.write(f"gesture-app {version('gesture-app')}\n")
    return DONE


def _explained(error: Exception) -> bool:
    """Tell how to install the system library that the error is about; False when it is about something else."""
    from gesture_app.system_libraries import DETECTION, WIDGETS, explain, missing_libraries, named_in  # noqa: PLC0415

    named = getattr(error, "library", "") or named_in(error)
    if not named:
        return False
    # All that is missing at once, or the user would go through this several times.
    sys.stderr.write(f"gesture-app: {explain([named, *missing_libraries([*DETECTION, *WIDGETS])])}\n")
    return True


if __name__ == "__main__":
    sys.exit(main())
