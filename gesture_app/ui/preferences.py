"""The user's settings in the running window: changed in one place, written a moment later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from gesture_app.settings import Settings, SettingsError, save_settings

WRITE_AFTER_MS = 400


class Preferences(QObject):
    """Holds the settings in force.

    Parameters
    ----------
    settings
        As they were read.
    path
        Where they are written.
    parent
        Its owner.
    """

    changed = Signal(object)
    """The new :class:`~gesture_app.settings.Settings`."""

    failed = Signal(object)
    """The :class:`~gesture_app.settings.SettingsError` of a file that could not be written."""

    def __init__(self, settings: Settings, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._path = path
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_AFTER_MS)
        self._timer.timeout.connect(self.write)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def change(self, **values: Any) -> None:  # noqa: ANN401 - the fields of Settings
        """Change some settings."""
        self.set(replace(self._settings, **values))

    def set(self, settings: Settings) -> None:
        """Put settings into force."""
        if settings == self._settings:
            return
        self._settings = settings
        self._timer.start()
        self.changed.emit(settings)

    def write(self) -> None:
        """Write now what is not written yet."""
        self._timer.stop()
        try:
            save_settings(self._settings, self._path)
        except SettingsError as error:
            self.failed.emit(error)

    def close(self) -> None:
        """Write what waits to be written."""
        if self._timer.isActive():
            self.write()
