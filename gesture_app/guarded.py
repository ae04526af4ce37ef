"""Runs a command that ends with whoever started it: ``python -m gesture_app.guarded COMMAND ...``.

Standard input is watched: when it closes, because it was closed or because the process that held it is gone, however it
went, the command and all that it started are ended. Standard output tells the number of the command's process, which is
that of its group, too, so that whoever has to end this one by force can end the rest; the command writes to standard
error only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from typing import Any

GRACE_S = 1.0
"""Time to end in good order; what is guarded keeps nothing that a sudden end would harm."""


def main(command: list[str]) -> int:
    """Run a command until it ends or standard input closes, and give its exit code."""
    own_group: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        own_group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, **own_group) as process:
        sys.stdout.write(f"{process.pid}\n")
        sys.stdout.flush()
        threading.Thread(target=_watch, args=(process,), daemon=True).start()
        process.wait()
        _end_rest(process)
    return process.returncode


def _watch(process: subprocess.Popen[bytes]) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            # Ends the children, too, which terminating it alone would leave.
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True)
        else:
            os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE_S)
        return
    process.kill()


def _end_rest(process: subprocess.Popen[bytes]) -> None:
    """End what a command that is gone left behind in its group."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
