"""Joins the model chooser and the models page to the versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from gesture_app.ui.pages.models_page import ModelsPage
from gesture_app.ui.versions.mlflow_controller import MlflowController
from gesture_app.ui.versions.model_controller import ModelController
from gesture_app.ui.widgets.model_button import ModelButton
from gesture_app.ui.widgets.version_rows import row_of

if TYPE_CHECKING:
    from gesture_app.live.check_score import CheckScore
    from models.gesture.catalog import ModelEntry


class ModelPresenter(QObject):
    """Knows versions, chooser and page.

    Parameters
    ----------
    window
        Owner of dialogs.
    models
        The versions.
    mlflow
        Their pages in MLflow.
    chooser, page
        What is seen of them.
    """

    def __init__(
        self,
        window: QWidget,
        models: ModelController,
        mlflow: MlflowController,
        chooser: ModelButton,
        page: ModelsPage,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._models = models
        self._chooser = chooser
        self._page = page
        self._scores: Mapping[str, CheckScore] = {}
        models.entries.connect(self._show_entries)
        models.entries.connect(page.show_entries)
        models.using.connect(chooser.show_using)
        models.using.connect(page.show_using)
        models.loading.connect(chooser.show_loading)
        for asker in (chooser, page):
            asker.promote.connect(models.promote)
            asker.rollback.connect(models.roll_back)
            asker.use.connect(models.use)
            asker.mlflow.connect(mlflow.open)
        page.refresh.connect(models.refresh)
        models.looking.connect(page.show_looking)
        page.export.connect(self._ask_where_to_export)

    def show_scores(self, scores: Mapping[str, CheckScore]) -> None:
        """Show what versions are worth to this user, by name."""
        if scores != self._scores:
            self._scores = scores
            self._page.show_scores(scores)
            self._show_entries(self._models.known)

    def _show_entries(self, entries: Sequence[ModelEntry]) -> None:
        now = datetime.now().astimezone()
        self._chooser.show_rows([row_of(entry, now, self._scores.get(entry.name)) for entry in entries])

    def _ask_where_to_export(self, name: str) -> None:
        folders = QFileDialog(self._window, self.tr("Folder to export into"))
        folders.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        folders.setFileMode(QFileDialog.FileMode.Directory)
        folders.fileSelected.connect(lambda path: self._models.export(name, Path(path)))
        folders.open()
