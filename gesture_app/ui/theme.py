"""The look of the window: tokens for light and dark, and the palette and style sheet that are made of them."""

from __future__ import annotations

import string
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from gesture_app.ui.icons import icon, svg_text

ThemeChoice = Literal["system", "light", "dark"]
SMALLEST_BODY_PX = 13
LARGEST_INDICATOR = 1.6
"""By how much boxes and rings that are ticked grow at most, as icons do."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour of the window by its role; texts on any ground named here keep a contrast of at least 4.5:1.

    Attributes
    ----------
    background, surface, raised
        Grounds: the window itself, cards and fields on it, hovered and pressed things.
    border, control
        Quiet lines between areas, and the outline of what can be operated (at least 3:1).
    text, muted
        What is read first and what is read second.
    accent, on_accent, accent_soft
        The one accent, text on it, and a tint of it as a ground.
    good, warning, bad, good_soft, warning_soft, bad_soft
        States as text colours and as grounds.
    """

    background: str
    surface: str
    raised: str
    border: str
    control: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    good: str
    warning: str
    bad: str
    good_soft: str
    warning_soft: str
    bad_soft: str

    def color(self, role: str) -> QColor:
        """Give the colour of a role by its name."""
        return QColor(getattr(self, role))


LIGHT = Tokens(
    background="#F4F5F7",
    surface="#FFFFFF",
    raised="#E9ECF1",
    border="#D5D9E0",
    control="#7A8393",
    text="#191D24",
    muted="#566070",
    accent="#3553C9",
    on_accent="#FFFFFF",
    accent_soft="#E6EAFB",
    good="#157347",
    warning="#855600",
    bad="#B3261E",
    good_soft="#E0F3E8",
    warning_soft="#FBF0D9",
    bad_soft="#FBE6E4",
)
DARK = Tokens(
    background="#14161A",
    surface="#1C1F25",
    raised="#282C34",
    border="#343943",
    control="#737D8C",
    text="#E9EBEF",
    muted="#A6AEBB",
    accent="#93A9FF",
    on_accent="#0E1430",
    accent_soft="#262D49",
    good="#5CCB94",
    warning="#EDBD63",
    bad="#FF9488",
    good_soft="#1B3427",
    warning_soft="#3A2F1A",
    bad_soft="#43231F",
)
GROUNDS = ("background", "surface", "raised", "accent_soft", "good_soft", "warning_soft", "bad_soft")
TEXTS = ("text", "muted", "accent", "good", "warning", "bad")


def contrast(first: str, second: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    low, high = sorted((_luminance(QColor(first)), _luminance(QColor(second))))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: QColor) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (color.redF(), color.greenF(), color.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tokens_for(choice: ThemeChoice) -> Tokens:
    """Give the tokens of a choice; ``system`` asks the desktop and takes light where it does not say."""
    if choice == "system":
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def palette_of(tokens: Tokens) -> QPalette:
    """Give the palette for what the style sheet does not reach: native parts, selections, place holders."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "background",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "background",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.BrightText: "bad",
        QPalette.ColorRole.ToolTipBase: "surface",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.LinkVisited: "accent",
        QPalette.ColorRole.Accent: "accent",
        QPalette.ColorRole.Light: "raised",
        QPalette.ColorRole.Midlight: "raised",
        QPalette.ColorRole.Mid: "border",
        QPalette.ColorRole.Dark: "control",
        QPalette.ColorRole.Shadow: "border",
    }
    for role, token in roles.items():
        palette.setColor(role, tokens.color(token))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, tokens.color("muted"))
    return palette


@dataclass(frozen=True, slots=True)
class TextSizes:
    """Sizes of text in device-independent pixels, all grown from the platform's own by one factor."""

    small: int
    body: int
    heading: int
    title: int
    label: int

    @classmethod
    def of(cls, platform_px: int, scale: float) -> TextSizes:
        """Grow from the platform's body size, which is raised to 13 px where it is smaller."""
        body = max(SMALLEST_BODY_PX, platform_px) * scale
        small = max(SMALLEST_BODY_PX - 1, round(body * 0.92))
        return cls(small, round(body), round(body * 1.15), round(body * 1.45), round(body * 2.0))


class Theme(QObject):
    """The look in force. Widgets that paint by themselves hold it and read ``tokens`` when they paint.

    Parameters
    ----------
    application
        Gets the palette, the font and the style sheet.
    """

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._platform_font = QFont(application.font())
        self._images = tempfile.TemporaryDirectory(prefix="gesture-app-")  # removed at the end of the program, too
        self.tokens = LIGHT
        self.sizes = TextSizes.of(SMALLEST_BODY_PX, 1.0)
        self.choice: ThemeChoice = "system"
        self.scale = 1.0
        self._parts: tuple[Callable[[], None], ...] = ()
        self._held: list[QWidget] = []
        self._sheet = ""
        application.styleHints().colorSchemeChanged.connect(self._follow_system)

    def apply(self, choice: ThemeChoice = "system", scale: float = 1.0) -> None:
        """Put a look into force at once.

        Parameters
        ----------
        choice
            ``system``, ``light`` or ``dark``.
        scale
            Factor on all text, 1.0 for the platform's own size.
        """
        self._begin(choice, scale)
        for part in self._parts:
            part()
        self._parts = ()

    def change(self, choice: ThemeChoice = "system", scale: float = 1.0) -> None:
        """Put another look into force part by part, so that the window goes on between them; seen all at once.

        Parameters
        ----------
        choice, scale
            As in :meth:`apply`.
        """
        if not self._parts:
            self._held = [top for top in self._application.topLevelWidgets() if top.isVisible()]
            if not self._held:  # nobody waits for anything
                self.apply(choice, scale)
                return
            for top in self._held:
                top.setUpdatesEnabled(False)
            QTimer.singleShot(0, self, self._go_on)
        self._begin(choice, scale)

    def _begin(self, choice: ThemeChoice, scale: float) -> None:
        self.choice, self.scale = choice, scale
        self.tokens = tokens_for(choice)
        self.sizes = TextSizes.of(QFontInfo(self._platform_font).pixelSize(), scale)
        # Taking the old sheet away first costs a quarter of putting the new one over it.
        self._parts = (self._undress, self._set_font_and_colours, self._dress, self.changed.emit)

    def _undress(self) -> None:
        self._application.setStyleSheet("")

    def _set_font_and_colours(self) -> None:
        font = QFont(self._platform_font)
        font.setPixelSize(self.sizes.body)
        if font != self._application.font():
            self._application.setFont(font)
        self._application.setPalette(palette_of(self.tokens))
        self._sheet = style_sheet(self.tokens, self.sizes, self._write_images())

    def _dress(self) -> None:
        self._application.setStyleSheet(self._sheet)

    def _go_on(self) -> None:
        part, *rest = self._parts or (lambda: None,)
        self._parts = tuple(rest)
        try:
            part()
        finally:  # a window must not stay as it is for good because of one part
            self._go_on_later_or_show()

    def _go_on_later_or_show(self) -> None:
        if self._parts:
            QTimer.singleShot(0, self, self._go_on)
            return
        held, self._held = self._held, []
        for top in held:
            if isValid(top):
                top.setUpdatesEnabled(True)

    def icon(self, name: str, role: str = "text") -> QIcon:
        """Give an icon in the colour of a role."""
        return icon(name, self.tokens.color(role), disabled=self.tokens.color("muted"))

    def _follow_system(self) -> None:
        if self.choice == "system" and tokens_for("system") != self.tokens:
            self.change(self.choice, self.scale)

    def _write_images(self) -> Path:
        """Write the few pictures that a style sheet can only name by file, in the colours in force."""
        folder = Path(self._images.name)
        for name, token in STYLE_IMAGES.items():
            # Qt keeps pictures by file name, so each colour gets a name of its own.
            color = getattr(self.tokens, token)
            image = folder / _image_name(name, color)
            if not image.exists():
                image.write_text(svg_text(name, color), encoding="utf-8")
        return folder


STYLE_IMAGES = {"chevron-down": "muted", "chevron-up": "muted", "check": "on_accent"}


def _image_name(name: str, color: str) -> str:
    return f"{name}-{color.lstrip('#').lower()}.svg"


def style_sheet(tokens: Tokens, sizes: TextSizes, images: Path) -> str:
    """Fill the style sheet's template."""
    template = string.Template(
        resources.files("gesture_app.ui").joinpath("style.qss").read_text(encoding="utf-8"),
    )
    pictures = {
        name.replace("-", "_"): (images / _image_name(name, getattr(tokens, token))).as_posix()
        for name, token in STYLE_IMAGES.items()
    }
    measures = asdict(sizes) | _indicators(min(max(1.0, sizes.body / SMALLEST_BODY_PX), LARGEST_INDICATOR))
    pixels = {f"{name}_px": f"{value}px" for name, value in measures.items()}
    return template.substitute(asdict(tokens) | pixels | pictures)


def _indicators(growth: float) -> dict[str, int]:
    """Measure what grows with the text: what is ticked, whose left edge is one for boxes and rings, and signs."""
    check, radio, chevron = round(18 * growth), 2 * round(8 * growth), round(16 * growth)
    ticked = {"check": check, "radio": radio, "radio_gap": check + 8 - radio, "radio_round": radio // 2 + 1}
    listed = {"chevron": chevron, "drop": chevron + 12, "choice": chevron + 16, "choice_focus": chevron + 15}
    return ticked | listed | {"arrow": round(12 * growth), "arrows": round(12 * growth) + 10}


def tabular(font: QFont) -> QFont:
    """Give the font with figures of one width, so that running numbers do not dance."""
    steady = QFont(font)
    steady.setFeature(QFont.Tag("tnum"), 1)
    return steady
