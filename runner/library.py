"""The two halves of the standard library: the second is fetched if needed."""

import importlib.abc
import importlib.machinery
import zipimport
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BOOT = "/lib/python314.zip"
REST = "/lib/rest.zip"


class RestNeededError(BaseException):
    """A program imports a module of the second half of the library."""


class Rest(importlib.abc.MetaPathFinder):
    """Finds what the first half of the standard library does not have.

    An import can't wait until the second half has been fetched. The first one
    that needs it ends the run; the page fetches it and asks again.

    Attributes:
        names: The names of its modules.
        needed: Whether the run in progress has imported one of its modules
            before it was there.
        refused: Whether the page could not fetch it.
    """

    def __init__(self) -> None:
        """Begin without any modules."""
        self.names: set[str] = set()
        self._written = False
        self.needed = self.refused = False

    def begin(self, content: Any) -> None:
        """Prepare for a run.

        Args:
            content: The second half as a buffer of JavaScript's, empty if it
                could not be fetched, or `None` if nobody has asked for it.
        """
        self.needed = self.refused = False
        if content is None or self._written:
            return
        Path(REST).write_bytes(content.to_bytes())
        try:
            zipimport.zipimporter(REST)
        except zipimport.ZipImportError:  # Nothing came, or only a part.
            self.refused = True
        else:
            self._written = True

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: object = None
    ) -> Any:
        """Find a module."""
        if name not in self.names:
            return None
        if self.refused:
            raise ModuleNotFoundError(
                f"No module named {name!r}", name=name, path=REST
            )
        if not self._written:
            self.needed = True
            raise RestNeededError(name)
        where = [p.replace(BOOT, REST) for p in path or [BOOT]]
        return importlib.machinery.PathFinder.find_spec(name, where)
