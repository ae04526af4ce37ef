"""Joins the settings page to the settings in force, the look and the keys."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gesture_app.settings import Settings
from gesture_app.ui.hotkeys import Hotkeys
from gesture_app.ui.pages.help_page import HelpPage
from gesture_app.ui.pages.settings_page import SettingsPage
from gesture_app.ui.preferences import Preferences
from gesture_app.ui.theme import Theme
from gesture_app.ui.widgets.message_bar import Message


class SettingsPresenter(QObject):
    """Knows both sides of the settings.

    Parameters
    ----------
    page
        Where they are changed.
    help_page
        Lists the keys.
    preferences
        Hold them.
    theme
        The look, which follows them.
    hotkeys
        The keys, which follow them, too.
    """

    said = Signal(object)
    """A :class:`~gesture_app.ui.widgets.message_bar.Message`."""

    def __init__(
        self, page: SettingsPage, help_page: HelpPage, preferences: Preferences, theme: Theme, hotkeys: Hotkeys
    ) -> None:
        super().__init__(page)
        self._page, self._help = page, help_page
        self._preferences = preferences
        self._theme = theme
        self._hotkeys = hotkeys
        page.changed.connect(lambda field, value: preferences.change(**{field: value}))
        page.reset.connect(self._reset)
        page.keys.chosen.connect(self._change_key)
        page.keys.reset.connect(lambda: preferences.change(shortcuts={}))
        preferences.changed.connect(self.show)
        hotkeys.changed.connect(self._show_keys)

    def show(self, settings: Settings) -> None:
        """Put settings into force, and show them."""
        if (settings.theme, settings.font_scale) != (self._theme.choice, self._theme.scale):
            self._theme.change(settings.theme, settings.font_scale)
        self._page.show_settings(settings)
        if dict(settings.shortcuts) != self._hotkeys.changes:
            for note in self._hotkeys.use(settings.shortcuts):
                self.said.emit(Message(note, "warning"))
            self._preferences.change(shortcuts=self._hotkeys.changes)

    def begin(self) -> None:
        """Show what is in force, once all keys are known."""
        self.show(self._preferences.settings)
        self._show_keys()

    def _change_key(self, name: str, keys: str) -> None:
        problem = self._hotkeys.problem(name, keys)
        self._page.keys.show_problem(name, problem)
        if problem:
            return
        self._hotkeys.change(name, keys)
        self._preferences.change(shortcuts=self._hotkeys.changes)

    def _reset(self) -> None:
        self._preferences.set(self._preferences.settings.fresh())
        self.said.emit(Message(self.tr("All settings are as on a fresh start."), "good"))

    def _show_keys(self) -> None:
        listed = [hotkey for hotkey in self._hotkeys.all if hotkey.text]
        self._help.show_keys(listed)
        self._page.keys.show_keys([hotkey for hotkey in listed if hotkey.name])
