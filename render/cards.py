"""Wide tables as cards on a phone.

An extension of Python-Markdown. Two columns of words fit a phone. A wider
table would scroll in its box there, and nothing shows that it does. Blocks
build theirs with `html.cards`.
"""

from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

# After inline markup (20), so that headings have their text.
_AFTER_INLINE = 7
_COLUMNS = 2  # So many fit,
_LONGEST = 22  # if no word, such as a function's name, has more characters.


class Cards(Treeprocessor):  # type: ignore[misc]  # Untyped.
    """Puts each wide table of a page into `<div class="cards">`."""

    def run(self, root: Element) -> None:
        r"""Change a page's tree.

        Args:
            root: The tree. Cells of tables that don't fit a phone get their
                column's heading as `data-label`. A row with one cell that
                says something is a title of those below.

        Examples:
            >>> md = Markdown(extensions=["tables", "render.cards"])
            >>> md.convert("a | `b` | c\n-- | -- | --\n1 | 2 | 3").count(
            ...     '<td data-label="b">2</td>'
            ... )
            1
            >>> "cards" in md.convert("a | b\n-- | --\n1 | 2")
            False
            >>> 'colspan="3"' in md.convert("a|b|c\n-|-|-\n**1** | | ")
            True
        """
        for parent in [*root.iter()]:
            for position, child in enumerate(parent):
                if child.tag != "table":
                    continue
                labels = ["".join(th.itertext()) for th in child.iter("th")]
                words = "\n".join(child.itertext()).split()
                if (
                    len(labels) > _COLUMNS
                    or len(max(words, key=len)) > _LONGEST
                ):
                    _label(child, labels)
                    parent[position] = _wrapped(child)


def _label(table: Element, labels: list[str]) -> None:
    for row in table.iter("tr"):
        cells = row.findall("td")
        first, *rest = cells or [row]
        if cells and not any("".join(cell.itertext()) for cell in rest):
            # A title of the rows below it.
            first.set("colspan", str(len(labels)))
            for cell in rest:
                row.remove(cell)
            continue
        for cell, label in zip(cells, labels, strict=False):
            if label:
                cell.set("data-label", label)


def _wrapped(table: Element) -> Element:
    div = Element("div", {"class": "cards"})
    div.tail, table.tail = table.tail, None
    div.append(table)
    return div


class CardsExtension(Extension):  # type: ignore[misc]  # Untyped.
    """Registers the treeprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Add the treeprocessor to a Markdown converter."""
        md.treeprocessors.register(Cards(md), "cards", _AFTER_INLINE)


def makeExtension(**options: Any) -> CardsExtension:  # noqa: N802  # Its name.
    """Make the extension, as Python-Markdown asks for it by module name."""
    return CardsExtension(**options)
