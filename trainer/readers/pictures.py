"""Folders of labelled pictures: hands found by MediaPipe in worker processes."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

from models.hand.landmarks import Hand
from models.hand.still import StillFinder
from trainer.dataset import DataError
from trainer.readers.blocks import Block, ReadOptions
from trainer.readers.media import FoundHands, labelled_hands, landmarker_of
from trainer.readers.picture_worker import begin, find_in_file, find_with
from trainer.readers.rejections import RejectionLog
from trainer.readers.walking import SourceFile

FEW = 24
"""Up to so many pictures are done in this process: workers take longer to start than the pictures take."""
BLOCK_HANDS = 2048
WAITING_EACH = 32
"""Pictures handed out ahead for each worker: the others go on while one looks at a hard picture for some 0.3 s."""
UNREADABLE = "unreadable picture"
NO_HAND = "no hand was found in the picture"
NO_LABEL = "the picture has no label: it lies in no folder of one, and --label was not given"


def read_pictures(
    files: Sequence[SourceFile], options: ReadOptions, log: RejectionLog, note: Callable[[str], None]
) -> Iterator[Block]:
    """Find the hands of labelled pictures, in the order of the files.

    The label is the name of the first folder, else ``--label``, else, where no picture lies in a further folder, the
    name of the source's folder. Of a picture with several hands the largest is kept, except for ``no_gesture``, where
    all are.
    """
    otherwise = options.label or (only_folder(files, note) if len(files) > 1 else None)
    labelled = [file for file in files if file.folder_label or otherwise]
    log.add(NO_LABEL, "pictures", (file.name for file in files if not (file.folder_label or otherwise)))
    if not labelled:
        return
    found = FoundHands("pictures")
    several = 0
    every = hands_of_pictures([file.path for file in labelled], landmarker_of(options), options.jobs)
    for done, (file, hands) in enumerate(zip(labelled, every, strict=True), start=1):
        options.progress.advance("finding hands", done, len(labelled), file.name)
        label = file.folder_label or otherwise or ""
        if not hands:
            log.add(UNREADABLE if hands is None else NO_HAND, label, [file.name])
            continue
        chosen = labelled_hands(hands, label)
        several += len(chosen) < len(hands)
        found.add(chosen, label=label, group=file.folder_group, name=file.name, source="pictures")
        if len(found) >= BLOCK_HANDS:
            yield found.block()
            found = FoundHands("pictures")
    if several:
        note(f"{several} pictures show more than one hand; the largest was taken for the one that makes the gesture.")
    if len(found):
        yield found.block()


def only_folder(files: Sequence[SourceFile], note: Callable[[str], None]) -> str | None:
    """Give the name of the folder that holds all pictures directly; None where some lie in a further folder."""
    if not files or any(file.folder_label for file in files):
        return None
    name = files[0].path.resolve().parent.name
    note(f"The pictures lie in one folder, so its name {name} was taken as their label.")
    return name


def hands_of_pictures(paths: Sequence[Path], landmarker: Path, jobs: int) -> Iterator[list[Hand] | None]:
    """Find all hands of picture files, in the order of the files.

    Parameters
    ----------
    paths
        The files.
    landmarker
        The hand landmarker file.
    jobs
        Worker processes at most.

    Yields
    ------
    list or None
        The hands of a picture, largest first; None when it is no readable picture.

    Raises
    ------
    DataError
        When a worker process ends unexpectedly.
    """
    if len(paths) <= FEW or jobs == 1:
        with StillFinder(landmarker) as finder:
            for path in paths:
                yield find_with(finder, path)
        return
    workers = min(jobs, len(paths) // 8)
    context = multiprocessing.get_context("spawn")  # MediaPipe's threads do not survive a fork
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=begin)
    try:
        yield from _in_order(pool, landmarker, paths, ahead=workers * WAITING_EACH)
    except BrokenProcessPool as error:
        raise DataError(
            "A process that looks for hands ended unexpectedly, perhaps for want of memory; try again with --jobs 1."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(
    pool: ProcessPoolExecutor, landmarker: Path, paths: Iterable[Path], ahead: int
) -> Iterator[list[Hand] | None]:
    """Keep the workers busy without holding more than a few results."""
    rest = iter(paths)
    waiting: deque[Future[list[Hand] | None]] = deque(
        pool.submit(find_in_file, landmarker, path) for path in islice(rest, ahead)
    )
    while waiting:
        hands = waiting.popleft().result()
        waiting.extend(pool.submit(find_in_file, landmarker, path) for path in islice(rest, 1))
        yield hands
