"""The registry of versions in MLflow, and the process that answers for it: ``python -m models.gesture.registry``.

MLflow takes seconds to import and stalls whoever does it, so the app asks this process. One JSON object a line comes
in, ``{"id": 1, "do": "list"}``, and one goes out, ``{"id": 1, "answer": ...}`` or ``{"id": 1, "error": "a sentence"}``;
before it ``{"id": 1}`` when MLflow is there and the question is begun, and again whenever a file that is fetched grew.
It ends when its standard input does. Nothing else outside of the trainer imports MLflow.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from models.errors import GestureError
from models.gesture.model_bounds import read_bounded
from models.gesture.store import Store, find_store, held, opening, quiet_mlflow
from models.gesture.versions import (
    CHALLENGER,
    CHAMPION,
    HASH_TAG,
    MODEL_FILE,
    REGISTERED_NAME,
    RegistryError,
    Version,
    VersionError,
    copied_content,
    copy_folder,
    keep_copy,
    keep_listing,
    local_copies,
)
from models.home import Home, find_home

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import RegisteredModel

HISTORY_TAG = "champion_history"
LONGEST_HISTORY = 50
GROWTH_S = 0.5


def _advice(store: Store) -> str:
    if store.home is not None:
        return "Check that the home folder can be written to and its disk has room."
    return "Check MLFLOW_TRACKING_URI and the network."


@contextmanager
def _said(store: Store) -> Iterator[None]:
    from mlflow.exceptions import MlflowException  # noqa: PLC0415 - imported already when this is entered

    try:
        yield
    except (MlflowException, OSError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        what = f"The model registry did not do what was asked: {first[:300].rstrip('.')}."
        raise RegistryError(f"{what} {_advice(store)}") from error


def size_of(folder: Path) -> int:
    """Give the size of all files below a folder; those that go while it is looked at count nothing."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # a file that is being fetched gets its own name once it is whole
                size += Path(parent, name).stat().st_size
    return size


@contextmanager
def _growing(folder: Path, alive: Callable[[], None]) -> Iterator[None]:
    """Say so whenever what is fetched into a folder grew."""
    ended = threading.Event()

    def watch() -> None:
        before = 0
        while not ended.wait(GROWTH_S):
            size = size_of(folder)
            if size > before:
                alive()
            before = size

    watcher = threading.Thread(target=watch, name="growing", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


class Registry:
    """The versions of ``gesture-classifier``.

    Parameters
    ----------
    home
        Where copies are kept.
    store
        The registry's address; ``MLFLOW_TRACKING_URI`` or the home folder by default.
    alive
        Called while something goes on that may take long.

    Raises
    ------
    GestureError
        From every method, when the registry cannot be reached or refuses.
    """

    def __init__(self, home: Home, store: Store | None = None, alive: Callable[[], None] = lambda: None) -> None:
        self.home = home
        self.alive = alive
        self.store = find_store(home) if store is None else store
        self._client: MlflowClient | None = None

    def client(self) -> MlflowClient:
        """Give MLflow's client; its import waits for the first use."""
        if self._client is None:
            quiet_mlflow()
            from mlflow import MlflowClient  # noqa: PLC0415 - seconds, which an empty registry does not cost

            with _said(self.store), opening(self.store):
                self._client = MlflowClient(self.store.tracking, self.store.registry)
                # The first question makes the tables of an empty store.
                self._client.search_registered_models(max_results=1)
        return self._client

    def prepare(self) -> None:
        """Do what the first question would take longest for: import MLflow, and open a store on this computer."""
        if not self.store.begun:
            return
        if self.store.home is not None:
            self.client()
        else:
            quiet_mlflow()
            import mlflow  # noqa: F401, PLC0415 - seconds

    def versions(self) -> list[Version]:
        """List all versions, newest first."""
        if not self.store.begun:
            return []
        client = self.client()
        with _said(self.store):
            # search_model_versions leaves the aliases empty; the model itself has them.
            model = self._model()
            aliases = _aliases(model)
            found: list[Version] = []
            token: str | None = None
            while True:
                page = client.search_model_versions(f"name = '{REGISTERED_NAME}'", 200, ["version_number DESC"], token)
                found += [
                    Version(
                        int(entry.version),
                        tuple(sorted(alias for alias, number in aliases.items() if number == int(entry.version))),
                        dict(entry.tags),
                        entry.creation_timestamp / 1000,
                        entry.run_id or "",
                    )
                    for entry in page
                    if entry.status == "READY"
                ]
                token = page.token
                if not token:
                    break
        found = _with_before(found, _history(model))
        keep_listing(self.home, found, self.store.registry)
        return found

    def find(self, name: str) -> Version:
        """Find a version by number or alias.

        Raises
        ------
        VersionError
            When there is none.
        """
        wanted = name.removeprefix("v") if name.removeprefix("v").isdigit() else name
        versions = self.versions()
        for version in versions:
            if wanted in {str(version.number), *version.aliases}:
                return version
        known = ", ".join(str(version.number) for version in versions[:8]) or "none yet"
        raise VersionError(
            f"There is no version {name!r} of {REGISTERED_NAME}. There are: {known}. 'gesture-train sweep' makes some."
        )

    def content(self, version: Version) -> bytes:
        """Download a version's model file."""
        if version.unusable:
            raise VersionError(f"Version {version.number} cannot be used. {version.unusable}")
        client = self.client()
        from mlflow.artifacts import download_artifacts  # noqa: PLC0415 - as above

        with tempfile.TemporaryDirectory() as folder, _said(self.store), _growing(Path(folder), self.alive):
            # An address such as models:/name/3 would be looked up in the process's default store, not in ours.
            place = client.get_model_version_download_uri(REGISTERED_NAME, str(version.number))
            path = download_artifacts(
                artifact_uri=f"{place}/{MODEL_FILE}", dst_path=folder, tracking_uri=self.store.tracking
            )
            return read_bounded(Path(path))

    def fetch(self, version: Version) -> Path:
        """Keep a version in the home folder, where it is not kept yet, and give its folder."""
        kept = {copy.number: copy for copy in local_copies(self.home, self.store.registry)}
        copy = kept.get(version.number)
        same = copy is not None and copy.tags.get(HASH_TAG) == version.tags.get(HASH_TAG)
        # A file that was cut short is fetched again.
        if same and copied_content(self.home, version) is not None:
            return copy_folder(self.home, version.number)
        return keep_copy(self.home, version, self.content(version), self.store.registry)

    def register(self, run_id: str, model_id: str, tags: Mapping[str, str]) -> Version:
        """Register a run's model, once: asked again for the same run, it gives the version that is there.

        Parameters
        ----------
        run_id
            The run that made it.
        model_id
            MLflow's id of the logged model that holds the pipeline and the model file.
        tags
            Of the version.
        """
        with self._alone():
            client = self.client()
            there = next((version for version in self.versions() if version.run_id == run_id), None)
            if there is not None:
                return there
            with _said(self.store):
                self._make_model()
                # An address such as models:/m-... would be looked up in the process's default store, not in ours.
                source = client.get_logged_model(model_id).artifact_location
                made = client.create_model_version(
                    REGISTERED_NAME, source, run_id=run_id, tags=dict(tags), model_id=model_id
                )
            return self.find(str(made.version))

    def challenge(self, version: Version) -> None:
        """Make a version the challenger."""
        with self._alone(), _said(self.store):
            self.client().set_registered_model_alias(REGISTERED_NAME, CHALLENGER, str(version.number))
        self.versions()

    def promote(self, version: Version) -> Version:
        """Make a version the live champion; the one before can be rolled back to."""
        if version.unusable:
            raise VersionError(f"Version {version.number} cannot become the champion. {version.unusable}")
        with self._alone():
            with _said(self.store):
                history = _history(self._model())
            self._crown(version.number, [*history, version.number])
        return self.find(str(version.number))

    def rollback(self) -> Version:
        """Make the champion before this one live again.

        Raises
        ------
        VersionError
            When there was none.
        """
        self.store.demand()
        with self._alone():
            present = {version.number for version in self.versions()}
            with _said(self.store):
                history = [number for number in _history(self._model()) if number in present]
            if len(history) < 2:
                raise VersionError(
                    "There is no champion before this one to go back to. Make another version the champion first."
                )
            self._crown(history[-2], history[:-1])
        return self.find(str(history[-2]))

    def _crown(self, number: int, history: list[int]) -> None:
        client = self.client()
        kept = [number for place, number in enumerate(history) if place == 0 or history[place - 1] != number]
        with _said(self.store):
            client.set_registered_model_alias(REGISTERED_NAME, CHAMPION, str(number))
            if _aliases(self._model()).get(CHALLENGER) == number:
                client.delete_registered_model_alias(REGISTERED_NAME, CHALLENGER)
            text = ",".join(map(str, kept[-LONGEST_HISTORY:]))
            client.set_registered_model_tag(REGISTERED_NAME, HISTORY_TAG, text)

    def _model(self) -> RegisteredModel | None:
        """Give what holds aliases and history; None while nothing was registered."""
        from mlflow.exceptions import MlflowException  # noqa: PLC0415 - imported already, with the client

        try:
            return self.client().get_registered_model(REGISTERED_NAME)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return None
            raise

    def _make_model(self) -> None:
        if self._model() is None:
            self.client().create_registered_model(REGISTERED_NAME, description="Hand gestures from 21 landmarks")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other programs on this machine from changing the registry meanwhile."""
        with held(self.home.root / "registry.lock") as had:
            if not had:
                raise RegistryError("Another program is changing the model registry. Try again when it is done.")
            yield


def _aliases(model: RegisteredModel | None) -> dict[str, int]:
    return {} if model is None else {str(alias): int(number) for alias, number in model.aliases.items()}


def _history(model: RegisteredModel | None) -> list[int]:
    """List the champions so far, the present one last, also when it was chosen in MLflow's own pages."""
    text = "" if model is None else model.tags.get(HISTORY_TAG, "")
    history = [int(word) for word in text.split(",") if word.isdigit()]
    present = _aliases(model).get(CHAMPION)
    return history if present is None or history[-1:] == [present] else [*history, present]


def _with_before(versions: list[Version], history: list[int]) -> list[Version]:
    """Give the versions again, the champion with the number of the one that it can be rolled back to."""
    present = {version.number for version in versions}
    kept = [number for number in history if number in present]
    before = kept[-2] if len(kept) > 1 else None
    return [replace(version, before=before) if CHAMPION in version.aliases else version for version in versions]


def answer(registry: Registry, request: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Do what one request asks.

    Raises
    ------
    GestureError
        With the sentence that goes back.
    """
    name = str(request.get("version", ""))
    actions: dict[str, Callable[[], Any]] = {
        "list": lambda: [version.to_dict() for version in registry.versions()],
        "find": lambda: registry.find(name).to_dict(),
        "fetch": lambda: {"folder": str(registry.fetch(registry.find(name)))},
        "promote": lambda: registry.promote(registry.find(name)).to_dict(),
        "rollback": lambda: registry.rollback().to_dict(),
    }
    action = actions.get(str(request.get("do")))
    if action is None:
        raise RegistryError(f"The registry process does {', '.join(actions)}, but not {request.get('do')!r}.")
    return action()


def serve(requests: TextIO, answers: TextIO, registry: Registry) -> None:
    """Answer requests, one a line, until there are no more."""
    writing = threading.Lock()

    def say(reply: Mapping[str, object]) -> None:
        with writing:
            answers.write(json.dumps(reply) + "\n")
            answers.flush()

    for line in requests:
        if line.strip():
            say(_reply(line, registry, say))


def _reply(line: str, registry: Registry, say: Callable[[Mapping[str, object]], None]) -> Mapping[str, object]:
    number: object = None
    try:
        request = json.loads(line)
        number = request.get("id")
        registry.alive = lambda: say({"id": number})
        registry.prepare()
        registry.alive()
        return {"id": number, "answer": answer(registry, request)}
    except (GestureError, ValueError, AttributeError) as error:
        return {"id": number, "error": str(error)}
    except Exception as error:  # noqa: BLE001 - whatever MLflow and its store raise, there is an answer
        traceback.print_exc()
        first = (str(error).splitlines() or [""])[0]
        return {
            "id": number,
            "error": f"The model registry failed ({type(error).__name__}: {first[:200]})."
            f" {_advice(registry.store)} Models that were used before still work.",
        }


def main() -> int:
    """Serve on standard input and output; whatever MLflow prints goes to standard error."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        serve(sys.stdin, answers, Registry(find_home()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
