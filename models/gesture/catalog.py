"""Where gesture models are found by name: the shipped one, local copies and the registry's versions as one list."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from models.gesture.classifier import GestureClassifier, ModelFileError
from models.gesture.registry_process import RegistryProcess
from models.gesture.shipped_facts import ShippedFacts, read_facts
from models.gesture.store import find_store
from models.gesture.versions import (
    HASH_TAG,
    MODEL_FILE,
    RegistryError,
    Version,
    VersionError,
    kept_listing,
    load_copy,
    local_copies,
)
from models.home import Home, expanded

SHIPPED = "shipped"
__all__ = ["MODEL_FILE", "SHIPPED", "ModelCatalog", "ModelEntry", "load_model", "shipped_folder"]


def shipped_folder() -> Path:
    """Give the folder of the model that comes with the program: model file, prior and model card."""
    return Path(__file__).resolve().parent / SHIPPED


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model that can be chosen.

    Attributes
    ----------
    name
        What :meth:`ModelCatalog.load` takes: ``shipped`` or a version number.
    version
        What the registry says of it; None for the shipped model.
    local
        Whether it can be loaded without the registry.
    unusable
        Why it cannot be loaded, in one sentence; empty when it can.
    shipped
        What the shipped model says of itself; None for versions, and where it cannot be read.
    """

    name: str
    version: Version | None = None
    local: bool = True
    unusable: str = ""
    shipped: ShippedFacts | None = None


class ModelCatalog:
    """All models by name. Safe to use from several threads.

    :meth:`entries` answers at once. Everything else may take seconds, because the registry process imports MLflow for
    the first question; call it from a thread that may wait.

    Parameters
    ----------
    home
        Where copies of registered versions are kept.
    process
        Answers for the registry; its own by default.
    """

    def __init__(self, home: Home, process: RegistryProcess | None = None) -> None:
        self._home = home
        self._store = find_store(home).registry
        self._process = process or RegistryProcess(home)
        self._shipped: ShippedFacts | None = None
        self._refused: dict[tuple[int, str | None], str] = {}

    def entries(self) -> list[ModelEntry]:
        """List what is known without asking: versions of the registry's last answer, newest first, and the shipped."""
        copies = {version.number: version for version in local_copies(self._home, self._store)}
        listed = {version.number: version for version in kept_listing(self._home, self._store)}
        found = [
            ModelEntry(
                str(number),
                version,
                number in copies and copies[number].tags.get(HASH_TAG) == version.tags.get(HASH_TAG),
                version.unusable or self._refused.get((number, version.tags.get(HASH_TAG)), ""),
            )
            for number, version in sorted({**copies, **listed}.items(), reverse=True)
        ]
        return [*found, ModelEntry(SHIPPED, shipped=self._shipped_facts())]

    def refresh(self) -> list[ModelEntry]:
        """Ask the registry what there is, and list it.

        Raises
        ------
        RegistryError
            When it cannot be asked; :meth:`entries` still answers.
        """
        self._process.ask("list")
        return self.entries()

    def load(self, name: str) -> GestureClassifier:
        """Load a model by name.

        Parameters
        ----------
        name
            ``shipped``, a version number, an alias, a folder that holds an exported model, or a model file.

        Raises
        ------
        GestureError
            When there is no such model, or it cannot be loaded.
        """
        if name == SHIPPED:
            return GestureClassifier.load(shipped_folder() / MODEL_FILE, SHIPPED)
        number = version_number(name)
        if number is not None:
            return self._load_version(number)
        path = expanded(name)
        if path.is_dir():
            return GestureClassifier.load(path / MODEL_FILE, path.resolve().name)
        if path.is_file():
            return GestureClassifier.load(path, path.stem)
        return self._load_version(self._resolve(name))

    def promote(self, number: int) -> Version:
        """Make a version the live champion."""
        return Version.from_dict(self._process.ask("promote", version=str(number)))

    def rollback(self) -> Version:
        """Make the champion before this one live again."""
        return Version.from_dict(self._process.ask("rollback"))

    def close(self) -> None:
        """End the registry process."""
        self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _shipped_facts(self) -> ShippedFacts | None:
        if self._shipped is None:
            # Without it the list still stands; whoever loads the model is told what is wrong with it.
            with contextlib.suppress(ModelFileError, OSError):
                self._shipped = read_facts(shipped_folder(), MODEL_FILE)
        return self._shipped

    def _load_version(self, number: int) -> GestureClassifier:
        kept = None if self._outdated(number) else self._load_copy(number)
        if kept is not None:
            return kept
        self._process.ask("fetch", version=str(number))
        fetched = self._load_copy(number)
        if fetched is None:
            raise VersionError(f"Version {number} was fetched, but its local copy is not whole. Try again.")
        return fetched

    def _load_copy(self, number: int) -> GestureClassifier | None:
        """Load a local copy, and remember why it cannot be used, where it cannot, for the list."""
        try:
            return load_copy(self._home, number, self._store)
        except ModelFileError as error:
            for version in local_copies(self._home, self._store):
                if version.number == number:
                    self._refused[number, version.tags.get(HASH_TAG)] = str(error)
            raise

    def _outdated(self, number: int) -> bool:
        """Whether the registry listed another model under this number: numbers restart with a new database."""
        hashes = [
            {version.number: version.tags.get(HASH_TAG) for version in versions}.get(number)
            for versions in (local_copies(self._home, self._store), kept_listing(self._home, self._store))
        ]
        return None not in hashes and hashes[0] != hashes[1]

    def _resolve(self, alias: str) -> int:
        try:
            return Version.from_dict(self._process.ask("find", version=alias)).number
        except RegistryError:
            # What it said last is better than nothing when it cannot be asked.
            for version in kept_listing(self._home, self._store):
                if alias in version.aliases:
                    return version.number
            raise


def version_number(name: str) -> int | None:
    """Give the number of a name such as ``12`` or ``v12``; None for other names."""
    digits = name.removeprefix("v")
    return int(digits) if digits.isascii() and digits.isdigit() else None


def load_model(name: str, home: Home) -> GestureClassifier:
    """Load a model by name, see :meth:`ModelCatalog.load`.

    Raises
    ------
    ModelFileError
        When there is no such model or it cannot be read.
    """
    with ModelCatalog(home) as catalog:
        try:
            return catalog.load(name)
        except (RegistryError, VersionError) as error:
            raise ModelFileError(
                f"There is no model {name!r}: expected {SHIPPED!r}, a version number, an alias, or a folder that holds"
                f" {MODEL_FILE}. {error}"
            ) from error
