"""The language of the page that is being made.

The Chinese build lists this module as an extension of Python-Markdown:

    render.languages.locale:
      language: zh

While a page is converted, `say` translates the sentences of fenced blocks and
of lessons. Each is written once, in English, beside what it is about; its
translation is in a gettext catalogue:

    docs/locale/<language>/<domain>.po

A domain is a folder of `examples/`, `recorded` for `docs/data/nova/`, `nav` for
the navigation, `render` for what the modules of `render/` say themselves.

A sentence without a translation stays in English. `make translations` lists
such sentences.
"""

import functools
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po
from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from render import cache
from render.data import DataError, read_text
from render.paths import LOCALE

_CODE = re.compile(r"`[^`]*`|\bnova/[\w/]+\.py:\d+")
# A message begins with a capital letter or with code; "ERROR in cell0" is none.
_LOG_LINE = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) (?![a-z])")
# Babel takes a string without one of its quotes, and loses the sentence.
_CATALOGUE_LINE = re.compile(
    r"""#.*|((msgid(_plural)?|msgctxt|msgstr(\[\d\])?)[ ])?"([^"\\]|\\.)*"|"""
)
# What is filled in, and a brace that is alone.
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_WORD = re.compile(r"[A-Za-z]{2}")

_FULL_WIDTH = "\u3000-\u303f\uff00-\uffef\u2014\u2018-\u201d\u2026"
_HAN = "\u3400-\u9fff"
_BREAK = re.compile(
    rf"(?<=[{_FULL_WIDTH}])[ ]*\n[ ]*|[ ]*\n[ ]*(?=[{_FULL_WIDTH}])"
    rf"|(?<=[{_HAN}])[ ]*\n[ ]*(?=[{_HAN}])"
)

_language: ContextVar[str] = ContextVar("language", default="en")


class English(str):
    """A sentence that stays in English on a page in another language.

    What turns it into HTML marks it, for screen readers and fonts.
    """

    __slots__ = ()


@contextmanager
def activate(language: str) -> Iterator[None]:
    """Activate a language inside a `with` statement.

    Args:
        language: `en`, or a folder of `docs/locale`.

    Yields:
        Nothing.
    """
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def current() -> str:
    """Return the active language."""
    return _language.get()


def say(text: str, domain: str = "render") -> str:
    """Translate a sentence into the active language.

    Args:
        text: The English sentence. In `render`, a literal: the catalogue is
            made from the calls.
        domain: The catalogue.

    Returns:
        The sentence. Code and log messages stay; only the commas of a list of
        code are those of the language.

    Examples:
        >>> say("Output"), say("`spawn`, `destroy`")
        ('Output', '`spawn`, `destroy`')
        >>> with activate("zh"):
        ...     say("Output"), say("`spawn`, `destroy`")
        ('输出', '`spawn`、`destroy`')
    """
    if has_words(text):
        return translate(text, current(), domain)
    return text if _LOG_LINE.match(text) else listed(text.split("`, `"), "`")


def listed(items: Iterable[str], quote: str = "") -> str:
    """Join the items of a list as the active language does.

    Args:
        items: The items.
        quote: What ends each item and begins the next one.

    Examples:
        >>> listed(["2", "4-6"])
        '2, 4-6'
        >>> with activate("zh"):
        ...     listed(["2", "4-6"])
        '2、4-6'
    """
    comma = "、" if current() == "zh" else ", "
    return f"{quote}{comma}{quote}".join(items)


def mark(text: str, html: str) -> str:
    """Mark HTML as English if its text stays in English.

    Args:
        text: What `say` returned.
        html: The same as HTML.

    Returns:
        HTML.

    Examples:
        >>> mark("Text", "Text"), mark(English("Text"), "Text")
        ('Text', '<span lang="en">Text</span>')
    """
    return (
        f'<span lang="en">{html}</span>' if isinstance(text, English) else html
    )


def say_all(text: str, domain: str) -> str:
    r"""Translate the paragraphs of a docstring into the active language.

    Args:
        text: Markdown without lists.
        domain: The catalogue.

    Returns:
        Markdown. A paragraph that stays in English is marked as such.

    Examples:
        >>> say_all("It is\nre-raised.\n\nIt is not.", "learn")
        'It is\nre-raised.\n\nIt is not.'
        >>> with activate("zh"):
        ...     print(say_all("No catalogue has this.", "learn"))
        No catalogue has this.
        {: lang=en }
    """
    if current() == "en":
        return text
    found = [say(p, domain) for p in paragraphs(text)]
    return "\n\n".join(
        f"{p}\n{{: lang=en }}" if isinstance(p, English) else p for p in found
    )


def paragraphs(text: str) -> list[str]:
    r"""Split a docstring into its paragraphs, each on one line.

    Args:
        text: Markdown without lists.

    Returns:
        The sentences that a catalogue has.

    Examples:
        >>> paragraphs("It is\nre-raised.\n\nIt is not.")
        ['It is re-raised.', 'It is not.']
    """
    return [" ".join(p.split()) for p in re.split(r"\n\s*\n", text) if p]


def has_words(cell: str) -> bool:
    """Tell whether a table's cell needs a translation.

    Args:
        cell: A line of a cell.

    Returns:
        False for code, numbers and log messages.

    Examples:
        >>> has_words("`OSError` of the driver"), has_words("`OSError`")
        (True, False)
        >>> has_words("ERROR Caught error"), has_words("+1 +0")
        (False, False)
        >>> has_words("ERROR in cell0")
        True
    """
    if _LOG_LINE.match(cell):
        return False
    return bool(_WORD.search(_CODE.sub("", cell)))


def translate(text: str, language: str, domain: str) -> str:
    """Translate a sentence.

    Args:
        text: The English sentence, as `paragraphs` returns it.
        language: `en`, or a folder of `docs/locale`.
        domain: The catalogue.

    Returns:
        The sentence; the English one, as `English`, if the catalogue has no
        translation of it.

    Examples:
        >>> translate("Learn", "en", "nav"), translate("Learn", "zh", "nav")
        ('Learn', '学习')
        >>> type(translate("No catalogue has this.", "zh", "nav"))
        <class 'render.languages.locale.English'>
    """
    if language == "en":
        return text
    path = LOCALE / language / f"{domain}.po"
    cache.reads(path)
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _translations(path, stamp).get(text) or English(text)


@functools.cache
def _translations(path: Path, stamp: int) -> dict[str, str]:
    """Read the translations of a catalogue, again when the file changes."""
    return {
        str(message.id): str(message.string)
        for message in read(path)
        if message.id and message.string and not message.fuzzy
    }


def read(path: Path) -> Catalog:
    """Read a catalogue.

    Args:
        path: Its file.

    Returns:
        Its sentences; none if there is no such file.

    Raises:
        DataError: The file is not a catalogue.
    """
    if not path.is_file():
        return Catalog()
    lines = read_text(path).split("\n")
    for number, line in enumerate(lines, 1):
        if not _CATALOGUE_LINE.fullmatch(line.strip()):
            why = f'neither a comment nor msgid or msgstr with a "string": {line}'
            raise DataError(path, number, why)
    try:
        found = read_po(lines, abort_invalid=True)
    except PoFileError as error:
        why = str(error).rpartition(" on ")[0]
        raise DataError(path, error.lineno + 1, why) from error
    for message in found:
        known = _BRACES.findall(str(message.id))
        for name in _BRACES.findall(str(message.string)):
            if message.id and not message.fuzzy and name not in known:
                why = (
                    f"{name} in msgstr is not in msgid, which has "
                    f"{', '.join(known) or 'none'}: write it as msgid does"
                )
                raise DataError(path, message.lineno, why)
    return found


def joined(text: str) -> str:
    r"""Join lines, without a space between Chinese sentences.

    Args:
        text: Lines.

    Returns:
        The text; other line ends stay.

    Examples:
        >>> joined("一句。\n`with`\n的\n又一句。"), joined("One.\nTwo.")
        ('一句。`with`\n的又一句。', 'One.\nTwo.')
    """
    return _BREAK.sub("", text)


class _Activate(Preprocessor):  # type: ignore[misc]  # Untyped.
    """Activate the language of a page."""

    def __init__(self, md: Markdown, language: str, until: ExitStack) -> None:
        super().__init__(md)
        self.language, self.until = language, until

    def run(self, lines: list[str]) -> list[str]:
        self.until.enter_context(activate(self.language))
        return lines


class _Restore(Postprocessor):  # type: ignore[misc]  # Untyped.
    """Activate the language that was active before the page."""

    def __init__(self, md: Markdown, until: ExitStack) -> None:
        super().__init__(md)
        self.until = until

    def run(self, text: str) -> str:
        self.until.close()
        return text


class _JoinLines(Treeprocessor):  # type: ignore[misc]  # Untyped.
    """Join lines that end in full-width punctuation.

    A browser shows the end of a line as a space, and between Chinese
    sentences there is none.
    """

    def run(self, root: Element) -> None:
        self._inside(root, "")

    def _inside(self, element: Element, before: str) -> str:
        """Join the lines of an element; returns the last letter so far."""
        if element.tag == "pre":
            return ""
        if element.tag != "code":
            element.text = self._joined(before, element.text or "")
        before = (element.text or before)[-1:]
        for child in element:
            before = self._inside(child, before)
            child.tail = self._joined(before, child.tail or "")
            before = (child.tail or before)[-1:]
        return before

    def _joined(self, before: str, text: str) -> str:
        # A break in `before` is that between two blocks, and stays.
        return _BREAK.sub(
            lambda found: found[0] if found.start() < len(before) else "",
            before + text,
        )[len(before) :]


class LanguageExtension(Extension):  # type: ignore[misc]  # Untyped.
    """Activate a language while pages are converted."""

    def __init__(self, **options: Any) -> None:
        """Take the option `language`."""
        self.config = {"language": ["en", "A folder of docs/locale"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Add the processors to a Markdown converter."""
        until = ExitStack()
        first = _Activate(md, self.getConfig("language"), until)
        md.preprocessors.register(first, "language", 1000)
        md.postprocessors.register(_Restore(md, until), "language", -1000)
        # Links and code spans are found at 20; they end lines, too.
        md.treeprocessors.register(_JoinLines(md), "joined", 1)


def makeExtension(**options: Any) -> LanguageExtension:  # noqa: N802  # Its name.
    r"""Make the extension, as Python-Markdown asks for it by module name.

    Examples:
        >>> from markdown import markdown
        >>> print(markdown("一句。\n`with`\n的**一句。**\n  又一句", extensions=[
        ...     makeExtension(language="zh")]))
        <p>一句。<code>with</code>
        的<strong>一句。</strong>又一句</p>
        >>> print(markdown("# 一\n\n“二”\n三", extensions=[
        ...     makeExtension(language="zh")]))
        <h1>一</h1>
        <p>“二”三</p>
    """
    return LanguageExtension(**options)
