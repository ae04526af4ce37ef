"""Samples out of the store into files and back: CSV by this program, the rest by the trainer in its own process."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from gesture_app.ui.jobs import Jobs
from gesture_app.ui.samples.samples_csv import write_csv
from gesture_app.ui.widgets.message_bar import Message
from gesture_app.ui.wording import counted, tr
from models.home import HOME_VARIABLE, Home

ALL = "all-samples"
"""The trainer's word for every sample that is not in the bin, those of the check set too."""

END_MS = 3000


class SamplesTransfer(QObject):
    """Exports and imports, one at a time.

    Parameters
    ----------
    home
        The home folder.
    parent
        Its owner.
    """

    busy = Signal(str)
    """What is being done; empty when nothing is."""

    said = Signal(object)
    imported = Signal()
    """Samples came into the store."""

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._jobs = Jobs(self, threads=1)
        self._stopped = threading.Event()
        self._errors = b""
        self._work = ""
        self._text = ""
        self._imports = False
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert(HOME_VARIABLE, str(home.root))
        environment.insert("PYTHONUTF8", "1")
        self._process.setProcessEnvironment(environment)
        self._process.setStandardOutputFile(QProcess.nullDevice())
        self._process.readyReadStandardError.connect(self._read)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._tell_refused)

    @property
    def running(self) -> bool:
        """Whether something is being exported or imported."""
        return bool(self._work)

    def export(self, path: Path) -> None:
        """Write every sample that is not in the bin, with everything that is kept of it.

        Parameters
        ----------
        path
            The file; CSV or, where the name ends so, Parquet.
        """
        if self.running:
            return
        self._begin(tr("Exporting to {name} …").format(name=path.name))
        if path.suffix.lower() == ".parquet":
            self._run_trainer([ALL, "--into", str(path)], tr("Exported to {path}").format(path=path))
            return

        def done(count: int) -> None:
            self._end(Message(counted("Exported %Ln sample(s) to {path}", count).format(path=path), "good"))

        self._jobs.run(
            lambda: write_csv(self._home.samples_database, path, self._stopped.is_set),
            done,
            lambda error: self._end(Message(str(error), "bad")),
        )

    def import_file(self, path: Path) -> None:
        """Add the hands of a CSV or Parquet file to the samples, as one step that undo takes back."""
        if self.running:
            return
        self._begin(tr("Importing {name} …").format(name=path.name))
        text = tr("Imported {name}. Undo takes it back.").format(name=path.name)
        self._run_trainer([str(path), "--into", "samples"], text, imports=True)

    def close(self) -> None:
        """End what runs; a file that was being written is left as it was before."""
        self._stopped.set()
        self._work = ""
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.closeWriteChannel()  # its end asks the trainer to stop
            if not self._process.waitForFinished(END_MS):
                self._process.kill()
                self._process.waitForFinished(END_MS)
        self._jobs.close()

    def _begin(self, what: str) -> None:
        self._work = what
        self.busy.emit(what)

    def _end(self, message: Message) -> None:
        self._work = ""
        self.busy.emit("")
        self.said.emit(message)

    def _run_trainer(self, arguments: Sequence[str], text: str, *, imports: bool = False) -> None:
        self._errors, self._text, self._imports = b"", text, imports
        self._process.start(sys.executable, ["-m", "trainer.cli", "import", *arguments, "--progress", "json"])

    def _read(self) -> None:
        self._errors += bytes(self._process.readAllStandardError().data())

    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        if not self.running:
            return
        done = code == 0 and status == QProcess.ExitStatus.NormalExit
        self._end(Message(self._text, "good") if done else self._failure())
        if done and self._imports:
            self.imported.emit()

    def _tell_refused(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self.running:
            why = self._process.errorString()
            self._end(Message(tr("The trainer cannot be started: {why}").format(why=why), "bad"))

    def _failure(self) -> Message:
        lines = [line for line in self._errors.decode("utf-8", "replace").splitlines() if line.strip()]
        words = [line for line in lines if not _is_progress(line)]
        last = words[-1].removeprefix("gesture-train: ") if words else tr("The trainer ended without a word.")
        return Message(last, "bad", "\n".join(words) if len(words) > 1 else "")


def _is_progress(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
