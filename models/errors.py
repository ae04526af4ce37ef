"""The one family of errors that crosses package boundaries."""

from __future__ import annotations


class GestureError(Exception):
    """Base of every error that this project raises on purpose.

    Its text is one or two sentences for the user: what was expected, what came, what to do next. Command lines print
    the text and leave with exit code 1; the window shows it in its message bar. Anything else that escapes is a bug and
    keeps its traceback.
    """


class UsageError(GestureError):
    """Words of a command that can mean nothing; command lines leave with exit code 2."""
