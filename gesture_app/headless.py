"""Recognition without a window: from a source to lines of JSON and an annotated video."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from gesture_app.capture.choose import make_source
from gesture_app.capture.frame_reader import FrameReader, Medium
from gesture_app.capture.pictures import PicturesSource
from gesture_app.capture.replay import ReplaySource
from gesture_app.capture.source import Frame, Source
from gesture_app.exit_codes import CANCELLED, DONE
from gesture_app.live import Recogniser, RecogniserOptions
from gesture_app.live.process_memory import settle_memory
from gesture_app.live.result import FrameResult
from gesture_app.output.annotated_video import AnnotatedVideo
from gesture_app.output.fetch_line import FetchLine
from gesture_app.output.label_report import LabelReport
from gesture_app.output.progress_line import ProgressLine
from gesture_app.output.result_lines import STDOUT, OutputError, ResultLines, milliseconds
from gesture_app.output.stopping import StopRequest
from models.gesture.catalog import load_model
from models.hand.landmarker import LandmarkerError, find_landmarker
from models.home import Home, expanded

_CHECK_S = 0.1


@dataclass(frozen=True, slots=True)
class HeadlessRun:
    """What is asked of a run without a window.

    Attributes
    ----------
    source
        As :func:`gesture_app.capture.choose.make_source` takes it.
    output
        Path of the lines of JSON, ``-`` for standard output, None for none.
    video
        Path of the annotated video, None for none.
    duration_s
        Ends the run after this much of the source's time from the first frame on; None goes on to its end.
    model, hands, landmarker
        As :meth:`gesture_app.live.recogniser.Recogniser.open` takes them.
    quiet
        True writes neither progress nor summary.
    """

    source: str
    output: str | None = None
    video: Path | None = None
    duration_s: float | None = None
    model: str = "shipped"
    hands: int = 2
    landmarker: Path | None = None
    quiet: bool = False


class ResultSink(Protocol):
    """Whoever takes results."""

    def begin(self, medium: Medium) -> None:
        """Learn what the results are of, before the first."""
        ...

    def write(self, result: FrameResult) -> None:
        """Take one."""
        ...

    def close(self) -> None:
        """Finish."""
        ...


def run_headless(run: HeadlessRun, home: Home, *extra: ResultSink) -> int:
    """Recognise a source and write what was asked for; give the exit code.

    Interrupted, it finishes its files before it leaves.

    Parameters
    ----------
    run
        What is asked for.
    home
        The home folder.
    extra
        Others who take the results.

    Raises
    ------
    GestureError
        When the source, the model or an output fails; what was written until then stays and is whole.
    """
    settle_memory()
    source = make_source(run.source)
    _refuse_own_source(run)
    report, start = LabelReport(), time.monotonic()
    with contextlib.ExitStack() as cleanup:
        stop = cleanup.enter_context(StopRequest())
        sinks: list[ResultSink] = [report, *extra]
        if run.output is not None:
            sinks.append(ResultLines(run.output))
            cleanup.callback(sinks[-1].close)
        if run.video is not None:
            sinks.append(AnnotatedVideo(run.video))
            cleanup.callback(sinks[-1].close)
        try:
            code = _recognise(source, run, home, sinks, stop)
        except BrokenPipeError:
            # Whoever read the lines has seen enough.
            return DONE
    if not run.quiet:
        stopped = "Stopped before the end; what was written is whole. " if code == CANCELLED else ""
        sys.stderr.write(f"{stopped}{report.summary()} It took {time.monotonic() - start:.1f} s.\n")
        _tell_skipped(source)
    return code


def _recognise(source: Source, run: HeadlessRun, home: Home, sinks: Sequence[ResultSink], stop: StopRequest) -> int:
    with (
        FrameReader(source) as reader,
        _open_recogniser(source, run, home, stop) as recogniser,
        ProgressLine(sys.stderr, quiet=run.quiet or (run.output == STDOUT and sys.stdout.isatty())) as progress,
    ):
        first_s: float | None = None
        while not stop.requested:
            read = reader.next(_CHECK_S)
            if read is None:
                if reader.ended:
                    return DONE
                continue
            if first_s is None:
                # A live source runs while the recogniser is made ready, which may take longer than the duration.
                first_s = read.frame.time_s
                for sink in sinks:
                    sink.begin(reader.medium)
            if run.duration_s is not None and read.frame.time_s - first_s >= run.duration_s:
                return DONE
            result = recogniser.process(_at_written_time(read.frame), still=reader.medium.still)
            times = replace(result.times, read=result.times.read + read.read_ms)
            result = replace(result, times=times, dropped=reader.dropped)
            for sink in sinks:
                sink.write(result)
            progress.advance(reader.taken, reader.medium.frame_count)
    return CANCELLED


def _at_written_time(frame: Frame) -> Frame:
    # Seconds that come out of the line to the last bit: what is played back gets the very same answers.
    return replace(frame, time_s=milliseconds(frame.time_s) / 1000)


def _open_recogniser(source: Source, run: HeadlessRun, home: Home, stop: StopRequest) -> Recogniser:
    classifier = load_model(run.model, home)
    # Recorded frames bring their hands, so the file is never opened and need not be had.
    recorded = isinstance(source, ReplaySource)
    landmarker = run.landmarker or home.landmarker if recorded else _landmarker(run, home, stop)
    return Recogniser(classifier, landmarker=landmarker, options=RecogniserOptions(hands=run.hands))


def _landmarker(run: HeadlessRun, home: Home, stop: StopRequest) -> Path:
    """Find the landmarker file; a request to stop ends its download, which may take minutes."""
    tell = FetchLine(sys.stderr, quiet=run.quiet, wanted=lambda: not stop.requested)
    try:
        return find_landmarker(home, run.landmarker, tell)
    except LandmarkerError as error:
        if stop.requested:  # the installer is told of Ctrl-C by the terminal, too, and may have failed of it first
            raise KeyboardInterrupt from error
        raise


def _tell_skipped(source: Source) -> None:
    if isinstance(source, PicturesSource) and source.skipped:
        names = ", ".join(source.skipped[:5]) + (" ..." if len(source.skipped) > 5 else "")
        sys.stderr.write(f"{len(source.skipped)} of the pictures cannot be read and were passed over: {names}.\n")


def _refuse_own_source(run: HeadlessRun) -> None:
    given = expanded(run.source)
    outputs = [Path(output) for output in (run.output, run.video) if output is not None and output != STDOUT]
    try:
        same = [output for output in outputs if output.exists() and given.exists() and output.samefile(given)]
    except (OSError, ValueError):
        return
    if same:
        raise OutputError(f"{same[0]} is the source itself and would be overwritten. Choose another output.")
    if len(outputs) > 1 and outputs[0].resolve() == outputs[1].resolve():
        raise OutputError("The lines and the video need two different files, but one name was given for both.")
