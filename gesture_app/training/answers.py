"""What every answer of the trainer has in common: it is JSON, and it may be of another version of the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import GestureError

OTHER_VERSION = "App and trainer may be of different versions: install them anew."


class TrainerAnswerError(GestureError):
    """An answer of the trainer that is none."""


@contextmanager
def understanding(what: str, advice: str) -> Iterator[None]:
    """Say in a sentence that an answer is not what was expected, where reading it fails.

    Parameters
    ----------
    what
        Which answer, as in "the trainer's ...".
    advice
        What the user can do, or what holds all the same.

    Raises
    ------
    TrainerAnswerError
        When what is done within meets missing or wrong parts.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TrainerAnswerError(
            f"The trainer's {what} is not the one that was expected ({type(error).__name__}: {error}). {advice}"
        ) from error
