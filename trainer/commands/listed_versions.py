"""The versions that are named beside the runs of a leaderboard."""

from __future__ import annotations

from models.errors import GestureError
from models.gesture.registry import Registry
from models.gesture.versions import Version
from models.home import find_home
from trainer.progress import Progress


def listed_versions(progress: Progress) -> list[Version] | None:
    """List all versions, newest first; None, and a message, where the registry does not answer.

    What was tried is worth telling without them, above all at the end of a sweep that took hours.
    """
    try:
        return Registry(find_home()).versions()
    except GestureError as error:
        progress.message(f"The versions are not named: {error}")
        return None
