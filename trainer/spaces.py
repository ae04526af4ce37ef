"""Search spaces: tables of what a sweep tries, ours or the user's, checked before anything runs."""

from __future__ import annotations

import hashlib
import itertools
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from models.errors import GestureError
from models.gesture.features import RECIPES, Recipe
from models.home import expanded
from trainer.sweeping.families import FAMILIES

SPACE_FOLDER = Path(__file__).resolve().parent / "search_spaces"
BUILT_IN = ("default", "classic", "quick")
MOST_CONFIGURATIONS = 2000
_SETTINGS = ("recipe", "augment")


class SpaceError(GestureError):
    """A search space that asks for something that cannot be tried."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One thing to try.

    Attributes
    ----------
    family
        A key of :data:`trainer.sweeping.families.FAMILIES`.
    params
        Parameters by name, sorted; layer sizes are tuples.
    recipe
        Feature recipe.
    augment
        Changed copies of each training hand that are trained on besides.
    """

    family: str
    params: tuple[tuple[str, Any], ...]
    recipe: Recipe
    augment: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """The parameters as scikit-learn takes them."""
        return dict(self.params)

    @property
    def shown(self) -> str:
        """The parameters for people, in one line."""
        text = ", ".join(f"{name}={_plain(value)}" for name, value in self.params)
        return text + (f", augment={self.augment}" if self.augment else "")

    @property
    def key(self) -> str:
        """Short digest of all of it: the same for the same configuration, whichever space it stands in."""
        content = json.dumps([self.family, self.params, self.recipe, self.augment], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Give parameters and settings as JSON knows them."""
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in self.params}
        return values | ({"augment": self.augment} if self.augment else {})


@dataclass(frozen=True, slots=True)
class Space:
    """A table of configurations.

    Attributes
    ----------
    name
        What it is called: a built-in name, or the file's.
    configurations
        What is tried; nothing twice.
    rows
        Training hands that are used at most; None for all.
    """

    name: str
    configurations: tuple[Configuration, ...]
    rows: int | None = None


def load_space(name: str) -> Space:
    """Read a space by name or file and check all of it.

    Parameters
    ----------
    name
        ``default``, ``classic``, ``quick``, or the path of a TOML file.

    Raises
    ------
    SpaceError
        When there is no such space, or it names a family, parameter or value that cannot be.
    """
    path = SPACE_FOLDER / f"{name}.toml" if name in BUILT_IN else expanded(name)
    if not path.is_file():
        raise SpaceError(
            f"There is no search space {name!r}: expected {', '.join(BUILT_IN)} or a TOML file."
            f" The built-in ones in {SPACE_FOLDER} can be copied and changed."
        )
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SpaceError(f"The search space {path} cannot be read as TOML: {error}.") from error
    return parse_space(content, name if name in BUILT_IN else path.stem, str(path))


def parse_space(content: Mapping[str, Any], name: str, place: str) -> Space:
    """Expand the tables of a space.

    Parameters
    ----------
    content
        ``recipe``, ``augment`` and ``rows`` for all, and one list of tables for each family; in a table every list is
        tried in all combinations, and ``recipe`` and ``augment`` may stand too.
    name, place
        What it is called, and where it stands, for messages.

    Raises
    ------
    SpaceError
        As in :func:`load_space`.
    """
    common = {key: content[key] for key in (*_SETTINGS, "rows") if key in content}
    found: dict[Configuration, None] = {}
    for family, tables in content.items():
        if family in common:
            continue
        if family not in FAMILIES:
            raise SpaceError(f"{place}: there is no family {family!r}. Known are {', '.join(FAMILIES)}.")
        for table in tables if isinstance(tables, list) else [tables]:
            if not isinstance(table, dict):
                raise SpaceError(f"{place}: {family} must be a table such as [[{family}]], but is {table!r}.")
            for configuration in _expand(family, {**common, **table}, place):
                found[configuration] = None
                if len(found) > MOST_CONFIGURATIONS:
                    raise SpaceError(f"{place}: more than {MOST_CONFIGURATIONS} configurations. Shorten the lists.")
    if not found:
        raise SpaceError(f"{place}: nothing to try. Add a table such as [[svm]] with C = [1, 10].")
    return Space(name, tuple(found), _rows(common.get("rows"), place))


def _expand(family: str, table: Mapping[str, Any], place: str) -> list[Configuration]:
    recipe = table.get("recipe", "geometry")
    if recipe not in RECIPES:
        raise SpaceError(f"{place}: there is no feature recipe {recipe!r}. Known are {', '.join(RECIPES)}.")
    augment = table.get("augment", 0)
    if not isinstance(augment, int) or isinstance(augment, bool) or not 0 <= augment <= 20:
        raise SpaceError(f"{place}: augment must be a whole number from 0 to 20, but is {augment!r}.")
    names = [name for name in table if name not in (*_SETTINGS, "rows")]
    choices = [_choices(family, name, table[name], place) for name in names]
    return [
        Configuration(family, tuple(sorted(zip(names, values, strict=True))), cast("Recipe", recipe), augment)
        for values in itertools.product(*choices)
    ]


def _choices(family: str, name: str, written: object, place: str) -> list[Any]:
    known = FAMILIES[family].parameters
    if name not in known:
        raise SpaceError(f"{place}: {family} has no parameter {name!r}. It has {', '.join(known)}.")
    allowed = known[name]
    # A list is a list of choices, except where one value is itself a list, as layer sizes are.
    values = [written] if allowed.test(written) or not isinstance(written, list) else written
    if not values:
        raise SpaceError(f"{place}: {family} {name} is an empty list. Name at least one value, or leave it out.")
    for value in values:
        if not allowed.test(value):
            raise SpaceError(f"{place}: {family} {name} takes {allowed.words}, but {value!r} came.")
    return [tuple(value) if isinstance(value, list) else value for value in values]


def _rows(value: object, place: str) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 100:
        raise SpaceError(f"{place}: rows must be a whole number from 100 on, but is {value!r}.")
    return value


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return "x".join(str(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
