"""The one family of errors that crosses package boundaries."""

from __future__ import annotations

import re

# Three slashes, or a drive of Windows, begin a path: what stands before an @ there is the name of a folder.
_SECRETS = re.compile(r"""(?<!/)(//)(?!/)[^\s'"]*@|[^\s/:@'"]+:(?!\\)[^\s/@'"]+@(?=[\w\[])""")


def without_secrets(text: str) -> str:
    """Leave out names and passwords that stand in addresses, whatever the address is worth otherwise."""
    return _SECRETS.sub(r"\1", text)


class GestureError(Exception):
    """Base of every error that this project raises on purpose.

    Its text is one or two sentences for the user: what was expected, what came, what to do next. Command lines print
    the text and leave with exit code 1; the window shows it in its message bar. Anything else that escapes is a bug and
    keeps its traceback. Names and passwords in addresses are left out of it.
    """

    def __init__(self, text: str = "", *more: object) -> None:
        super().__init__(without_secrets(text), *more)


class UsageError(GestureError):
    """Words of a command that can mean nothing; command lines leave with exit code 2."""
