"""Links to the glossary, as an extension of Python-Markdown.

The glossary says which words are links to a term, beside the term:

    **Propagate** { #propagate links="propagate, propagates, propagated" }
    : An exception propagates if ...

Every other page but the home page then links the first of these words, once:

    If nothing handles it, the exception [propagates](glossary.md#propagate).

Links are in paragraphs and lists, and not in headings, tables, code and other
links. A word that the page's author has linked gets no second link. A page that
a language lacks is shown in English, and has the links of the English words.
"""

import functools
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from render import cache
from render.data import DataError, read_text
from render.languages import locale
from render.paths import ROOT

GLOSSARY = "reference/glossary.md"
HOME = "index.md"

# After attributes in braces, which are read at 8; before MkDocs turns links
# into addresses, at 0. Headings, at 5, end the language of a page: they run
# what comes after a page.
_BEFORE_HEADINGS = 6
_TERM = re.compile(r"\*\*.+\*\*[ ]*\{(.*\blinks=.*)\}")
_ATTRIBUTES = re.compile(r'[ ]*#([\w-]+)[ ]+links="([^"]*)"[ ]*')
_TEXT = {"p", "li"}
_HAN = re.compile(r"[\u3400-\u9fff]")
_LEFT_OUT = {"code", "table", *(f"h{level}" for level in range(1, 7))}


def words(language: str) -> dict[str, str]:
    """Return the words that link to the glossary.

    Args:
        language: A folder of `docs/`.

    Returns:
        The ids of terms by the words in lower case; none if the language has
        no glossary.

    Raises:
        DataError: A term has no id, or two terms have the same word.

    Examples:
        >>> words("en")["re-raised"], words("xx")
        ('re-raise', {})
    """
    path = ROOT / "docs" / language / GLOSSARY
    cache.reads(path)
    if not path.is_file():
        return {}
    found = path.stat()
    return _words(path, found.st_mtime_ns, found.st_size)


@functools.cache
def _words(path: Path, _stamp: int, _size: int) -> dict[str, str]:
    """Read the words of a glossary, again when the file changes."""
    known: dict[str, str] = {}
    for number, row in enumerate(read_text(path).split("\n"), 1):
        term = _TERM.fullmatch(row.strip())
        if not term:
            continue
        attributes = _ATTRIBUTES.fullmatch(term[1])
        if not attributes:
            why = f'write {{ #id links="word, words" }} after the term: {row}'
            raise DataError(path, number, why)
        for word in attributes[2].split(","):
            name = " ".join(word.lower().split())
            if not name:
                raise DataError(path, number, f"an empty word: {row}")
            if name in known:
                why = f"`{name}` links to #{known[name]}; take it out there"
                raise DataError(path, number, why)
            known[name] = attributes[1]
    return known


@functools.cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Match one of some words, the longest first."""
    longest = sorted(names, key=len, reverse=True)
    return re.compile("|".join(map(_whole, longest)), re.I)


def _whole(word: str) -> str:
    """Match a word, but not inside another; Chinese has no spaces between."""
    found = r"\s+".join(map(re.escape, word.split()))
    if word[0].isascii():
        found = rf"(?<![A-Za-z0-9_-]){found}"
    return rf"{found}(?![A-Za-z0-9_-])" if word[-1].isascii() else found


class Links(Treeprocessor):  # type: ignore[misc]  # Untyped.
    """Links the first uses of terms on a page."""

    def run(self, root: Element) -> None:
        """Change a page.

        Args:
            root: The page.

        Raises:
            DataError: The glossary is not as it has to be.
        """
        page = _page(self.md)
        if page == GLOSSARY:
            for term in root.iter("dt"):
                term.attrib.pop("links", None)
        elif page not in (None, HOME) and (known := words(_language(root))):
            glossary = posixpath.relpath(GLOSSARY, posixpath.dirname(page))
            _Linker(known, glossary).inside(root, False)


def _language(root: Element) -> str:
    """The language of a page's text: a site shows in English what it lacks."""
    is_own = _HAN.search("".join(root.itertext()))
    return locale.current() if is_own else "en"


class _Linker:
    """What is linked on a page so far."""

    def __init__(self, known: dict[str, str], glossary: str) -> None:
        self._known, self._glossary = known, glossary
        self._pattern = _pattern(tuple(known))
        self._seen: set[str] = set()

    def inside(self, element: Element, is_text: bool) -> None:
        """Link words in an element, in the order of reading."""
        if element.tag in _LEFT_OUT:
            return
        if element.tag == "a":
            for match in self._pattern.finditer("".join(element.itertext())):
                self._seen.add(self._id(match))
            return
        is_text |= element.tag in _TEXT
        children = [*element]
        if is_text:
            element.text, links = self._split(element.text)
            for at, link in enumerate(links):
                element.insert(at, link)
        for child in children:
            self.inside(child, is_text)
            if is_text:
                child.tail, links = self._split(child.tail)
                at = [*element].index(child) + 1
                for more, link in enumerate(links):
                    element.insert(at + more, link)

    def _id(self, match: re.Match[str]) -> str:
        return self._known[" ".join(match[0].lower().split())]

    def _split(self, text: str | None) -> tuple[str | None, list[Element]]:
        """Split a text at the words to link: what is before, and links."""
        if not text:
            return text, []
        matches = [*self._first(text)]
        ends = [match.start() for match in matches[1:]] + [len(text)]
        links = []
        for match, end in zip(matches, ends, strict=False):
            link = Element("a", {"class": "term"})
            link.set("href", f"{self._glossary}#{self._id(match)}")
            link.text, link.tail = match[0], text[match.end() : end]
            links.append(link)
        return (text[: matches[0].start()] if matches else text), links

    def _first(self, text: str) -> Iterator[re.Match[str]]:
        for match in self._pattern.finditer(text):
            if self._id(match) not in self._seen:
                self._seen.add(self._id(match))
                yield match


def _page(md: Markdown) -> str | None:
    """The file of the page that is converted, as the engine names it.

    Nothing, if it is no page: a docstring, for instance.
    """
    if "mkdocstrings_headings" in md.treeprocessors:
        return None
    if "relpath" in md.treeprocessors:  # MkDocs.
        return str(md.treeprocessors["relpath"].file.src_uri)
    if "rendering_context" in md.preprocessors:  # Zensical.
        return str(md.preprocessors["rendering_context"].page.path)
    return None


class GlossaryExtension(Extension):  # type: ignore[misc]  # Untyped.
    """Registers the processor."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Add the processor to a Markdown converter."""
        md.treeprocessors.register(Links(md), "glossary", _BEFORE_HEADINGS)


def makeExtension(**options: Any) -> GlossaryExtension:  # noqa: N802  # Its name.
    """Make the extension, as Python-Markdown asks for it by module name."""
    return GlossaryExtension(**options)
