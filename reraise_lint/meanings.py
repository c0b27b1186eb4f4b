"""What an expression may stand for, and what several have in common."""

import ast
from dataclasses import dataclass, replace

from reraise_lint.flag import ON, UNKNOWN

HELPER = "save_and_reraise_exception"
LIBRARY = "excutils"


@dataclass(frozen=True)
class Imported:
    """Something imported, by its full name.

    Attributes:
        name: As `oslo_utils.excutils`.
    """

    name: str


@dataclass(frozen=True)
class Maker:
    """Makes a helper when it is called: the class, or an alias.

    Attributes:
        flag: What the flag is, if the call says nothing of it.
        own: Whether it is the library's class itself, so that its signature
            is known.
    """

    flag: int = ON
    own: bool = True


@dataclass(frozen=True)
class Helper:
    """A helper that has been made.

    Attributes:
        flag: `ON`, `OFF` or `UNKNOWN`, as it was made.
        own: Whether the library's class made it.
    """

    flag: int
    own: bool = True


@dataclass(frozen=True)
class Defined:
    """A function or class of the module.

    Attributes:
        node: Its definition.
    """

    node: ast.AST


Meaning = Imported | Maker | Helper | Defined


def agreed(found: list[Meaning | None]) -> Meaning | None:
    """Return what all of some meanings have in common."""
    first = found[0] if found else None
    if first is None or any(type(f) is not type(first) for f in found):
        return None
    if all(meaning == first for meaning in found):
        return first
    if isinstance(first, Helper | Maker):
        return replace(first, flag=UNKNOWN, own=False)
    if isinstance(first, Imported):
        ends = {getattr(f, "name", "").rpartition(".")[2] for f in found}
        return first if len(ends) == 1 else None  # An older name of it.
    return None


def foreign(meaning: Meaning | None) -> Meaning | None:
    """Return what a function of the module makes; its signature differs."""
    if isinstance(meaning, Helper | Maker):
        return replace(meaning, own=False)
    return None


def imported(full: str) -> Meaning:
    """Return what an imported name stands for: the helper, or itself."""
    if full.endswith(f"{LIBRARY}.{HELPER}"):
        return Maker()
    return Imported(full)


def is_library(meaning: Meaning | None) -> bool:
    """Whether an expression stands for the module `excutils`."""
    return (
        isinstance(meaning, Imported)
        and meaning.name.rpartition(".")[2] == LIBRARY
    )
