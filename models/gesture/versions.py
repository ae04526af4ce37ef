"""Registered versions as plain facts, and the copies of them that are kept in the home folder."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from models.errors import GestureError, without_secrets
from models.gesture.classifier import GestureClassifier
from models.gesture.model_bounds import read_bounded
from models.home import Home

REGISTERED_NAME = "gesture-classifier"
CHAMPION, CHALLENGER = "champion", "challenger"
MODEL_FILE = "classifier.onnx"
MANIFEST_FILE = "manifest.json"
LISTING_FILE = "versions.json"

HASH_TAG = "sha256"
UNUSABLE_TAG = "unusable"


class VersionError(GestureError):
    """A version that is not there or cannot be used."""


class RegistryError(GestureError):
    """A registry that cannot be asked, or refuses."""


@dataclass(frozen=True, slots=True)
class Version:
    """One registered version.

    Attributes
    ----------
    number
        Its version number.
    aliases
        ``champion``, ``challenger`` and others.
    tags
        Family, scores, sizes and so on, as texts.
    created
        Seconds since 1970.
    run_id
        The run that made it.
    before
        Of the champion, the number of the one that it can be rolled back to; None where there is none.
    """

    number: int
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    created: float = 0.0
    run_id: str = ""
    before: int | None = None

    @property
    def unusable(self) -> str:
        """Why the app cannot load it, in one sentence; empty when it can."""
        if HASH_TAG not in self.tags:
            return self.tags.get(UNUSABLE_TAG) or "It has no model file: another program registered it."
        return self.tags.get(UNUSABLE_TAG, "")

    @property
    def family(self) -> str:
        """Kind of model."""
        return self.tags.get("family", "")

    @property
    def macro_f1(self) -> float | None:
        """Score on the validation part when it was made."""
        try:
            return float(self.tags["macro_f1"])
        except (KeyError, ValueError):
            return None

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels it knows."""
        return split_labels(self.tags.get("classes", ""))

    def to_dict(self) -> dict[str, Any]:
        """Give everything as JSON knows it."""
        return {**asdict(self), "aliases": list(self.aliases), "tags": dict(self.tags), "unusable": self.unusable}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Version:
        """Read what :meth:`to_dict` wrote.

        Raises
        ------
        VersionError
            When it is something else.
        """
        try:
            return cls(
                int(content["number"]),
                tuple(str(alias) for alias in content["aliases"]),
                {str(key): str(value) for key, value in content["tags"].items()},
                float(content["created"]),
                str(content["run_id"]),
                None if content.get("before") is None else int(content["before"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise VersionError(f"The description of a version cannot be read ({error}).") from error


def copy_folder(home: Home, number: int) -> Path:
    """Give the folder of a version's local copy, whether it is there or not."""
    return home.models / f"v{number}"


def keep_copy(home: Home, version: Version, content: bytes, store: str) -> Path:
    """Keep a version's model file in the home folder, and give its folder.

    Parameters
    ----------
    home
        The home folder.
    version
        Its tags name the hash of the file.
    content
        The model file.
    store
        Address of the registry that it came from: another registry has other versions of the same number.

    Raises
    ------
    VersionError
        When the content is not what was registered, or the folder cannot be written to.
    """
    found = hashlib.sha256(content).hexdigest()
    if found != version.tags.get(HASH_TAG):
        raise VersionError(
            f"The model file of version {version.number} is not the one that was registered (SHA-256 {found[:12]}"
            f" instead of {version.tags.get(HASH_TAG, 'none')[:12]}). Register the run again."
        )
    folder = copy_folder(home, version.number)
    manifest = {**version.to_dict(), "store": without_secrets(store)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # The manifest comes last: a file without its manifest, or with another's, is no copy.
        write_whole(folder / MODEL_FILE, content)
        write_whole(folder / MANIFEST_FILE, json.dumps(manifest, indent=1).encode())
    except OSError as error:
        raise VersionError(
            f"Version {version.number} cannot be kept in {folder}: {error.strerror or error}. Make room or check the"
            " folder's permissions."
        ) from error
    return folder


def local_copies(home: Home, store: str) -> list[Version]:
    """List the versions of a registry that are kept whole in the home folder, newest first."""
    found = []
    for manifest in home.models.glob(f"v*/{MANIFEST_FILE}"):
        try:
            content = json.loads(manifest.read_text("utf-8"))
            version = Version.from_dict(content)
        except (OSError, ValueError, VersionError):
            continue
        if content.get("store") == without_secrets(store) and copy_folder(home, version.number) == manifest.parent:
            found.append(version)
    return sorted(found, key=lambda version: -version.number)


def load_copy(home: Home, number: int, store: str) -> GestureClassifier | None:
    """Load a version's local copy; None when there is none, or it is not whole.

    Raises
    ------
    ModelFileError
        When the file is whole and still no gesture model that this program can read.
    """
    version = next((version for version in local_copies(home, store) if version.number == number), None)
    content = None if version is None else copied_content(home, version)
    return None if content is None else GestureClassifier(content, f"v{number}")


def copied_content(home: Home, version: Version) -> bytes | None:
    """Read the model file of a version's local copy; None when it is not there or not the one of that version."""
    try:
        content = read_bounded(copy_folder(home, version.number) / MODEL_FILE)
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == version.tags.get(HASH_TAG) else None


def keep_listing(home: Home, versions: list[Version], store: str) -> None:
    """Remember what the registry listed, for when it cannot be asked; a home that cannot be written to is no error."""
    content = {"store": without_secrets(store), "versions": [version.to_dict() for version in versions]}
    try:
        home.models.mkdir(parents=True, exist_ok=True)
        write_whole(home.models / LISTING_FILE, json.dumps(content).encode())
    except OSError:
        return


def kept_listing(home: Home, store: str) -> list[Version]:
    """Give what the registry listed last, newest first; nothing when that is not known."""
    try:
        content = json.loads((home.models / LISTING_FILE).read_text("utf-8"))
        versions = [Version.from_dict(entry) for entry in content["versions"]]
    except (OSError, ValueError, KeyError, TypeError, VersionError):
        return []
    return versions if content.get("store") == without_secrets(store) else []


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


def join_labels(labels: Iterable[str]) -> str:
    """Put labels into one line, with commas between them; one that has a comma itself is quoted, as in CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(labels)
    return line.getvalue()


def split_labels(line: str) -> tuple[str, ...]:
    """Read what :func:`join_labels` wrote."""
    return tuple(label for row in csv.reader([line]) for label in row if label)
