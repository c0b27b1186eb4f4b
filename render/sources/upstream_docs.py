"""Upstream's classes and functions, for the templates of mkdocstrings."""

from typing import Any

import griffe

from render import cache
from render.html import program
from render.languages.locale import current
from render.sources import upstream


def _shown(item: griffe.Object) -> dict[str, str]:
    # docutils takes longer to import than all of this from the cache.
    from render.sources import docstrings

    docs = item.docstring.value if item.docstring else ""
    shown = {"docs": docs and docstrings.to_html(docs)}
    if isinstance(item, griffe.Function):
        found = upstream.excerpt(
            item.path.replace("excutils.", "excutils:", 1)
        )
        shown["excerpt"] = program(found.source, upstream.caption(found))
    return shown


class UpstreamExtension(griffe.Extension):
    """Gives the objects of oslo.utils what the reference template shows."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Prepare `oslo_utils.excutils`, once its package is loaded."""
        if pkg.name == "oslo_utils":
            self._prepare(pkg["excutils"])

    def _prepare(self, item: griffe.Object) -> None:
        item.extra["upstream"] = cache.result(
            f"upstream {current()} {item.path}", None, lambda: _shown(item)
        )
        for member in item.members.values():
            if isinstance(member, griffe.Object):
                self._prepare(member)
