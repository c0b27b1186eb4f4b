"""The language of the page that is being made.

The Chinese build lists this module as an extension of Python-Markdown:

    render.languages.locale:
      language: zh

While a page is converted, `say` gives the sentences of fenced blocks and of
lessons in that language. They stand once, in English, beside what they speak
of; their translations stand in gettext catalogues, by the name of the English
sentence:

    docs/locale/<language>/<domain>.po

A domain is a folder of `examples/`, `recorded` for `docs/data/nova/`, `nav` for
the navigation, `render` for what the modules of `render/` say themselves.
`python -m render.languages.catalogues` brings the catalogues up to date.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from render.paths import LOCALE, ROOT

_CODE = re.compile(r"`[^`]*`|\bnova/[\w/]+\.py:\d+")
# A message begins with a capital letter or with code; "ERROR in cell0" is none.
_LOG_LINE = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) (?![a-z])")
_WORD = re.compile(r"[A-Za-z]{2}")

_FULL_WIDTH = "\u3000-\u303f\uff00-\uffef\u2014\u2018-\u201d\u2026"
_HAN = "\u3400-\u9fff"
_BREAK = re.compile(
    rf"(?<=[{_FULL_WIDTH}])[ ]*\n[ ]*|[ ]*\n[ ]*(?=[{_FULL_WIDTH}])"
    rf"|(?<=[{_HAN}])[ ]*\n[ ]*(?=[{_HAN}])"
)

_language: ContextVar[str] = ContextVar("language", default="en")


class UntranslatedError(LookupError):
    """A page shows a sentence that its language has no words for."""


@contextmanager
def use(language: str) -> Iterator[None]:
    """Speak a language inside a `with` statement.

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
    """The language that `say` speaks."""
    return _language.get()


def say(text: str, domain: str = "render") -> str:
    """A sentence in the language of the page.

    Args:
        text: The English sentence. In `render`, a literal: the catalogue is
            made from the calls.
        domain: The catalogue.

    Returns:
        The sentence; as it is where it has no words, but code or log lines.

    Raises:
        UntranslatedError: The catalogue has no translation of it.

    Examples:
        >>> say("What it printed")
        'What it printed'
        >>> with use("zh"):
        ...     say("What it printed")
        '输出'
    """
    return translate(text, current(), domain) if has_words(text) else text


def say_all(text: str, domain: str) -> str:
    r"""The paragraphs of a docstring in the language of the page.

    Args:
        text: Markdown without lists.
        domain: The catalogue.

    Returns:
        Markdown.

    Raises:
        UntranslatedError: The catalogue lacks one of them.

    Examples:
        >>> say_all("What\ncomes out.\n\nLook.", "excutils")
        'What\ncomes out.\n\nLook.'
    """
    if current() == "en":
        return text
    return "\n\n".join(say(p, domain) for p in paragraphs(text))


def paragraphs(text: str) -> list[str]:
    r"""The paragraphs of a docstring, each on one line.

    Args:
        text: Markdown without lists.

    Returns:
        What a catalogue calls the paragraphs by.

    Examples:
        >>> paragraphs("What\ncomes out.\n\nLook.")
        ['What comes out.', 'Look.']
    """
    return [" ".join(p.split()) for p in re.split(r"\n\s*\n", text) if p]


def has_words(cell: str) -> bool:
    """Whether a table's cell needs a translation.

    Args:
        cell: A line of a cell.

    Returns:
        False for code, numbers and log lines.

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
    """A sentence in a language.

    Args:
        text: The English sentence, as `paragraphs` gives it.
        language: `en`, or a folder of `docs/locale`.
        domain: The catalogue.

    Returns:
        The sentence; as it is where the language is English.

    Raises:
        UntranslatedError: The catalogue has no translation of it.

    Examples:
        >>> translate("Look.", "en", "excutils")
        'Look.'
        >>> translate("Unheard of.", "zh", "excutils")
        Traceback (most recent call last):
            ...
        render.languages.locale.UntranslatedError: docs/locale/zh/excutils.po has no translation of `Unheard of.`: `python -m render.languages.catalogues` adds the sentence, write its msgstr
    """
    if language == "en":
        return text
    path = LOCALE / language / f"{domain}.po"
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    if found := _translations(path, stamp).get(text):
        return found
    raise UntranslatedError(
        f"{path.relative_to(ROOT)} has no translation of `{text}`: `python -m "
        "render.languages.catalogues` adds the sentence, write its msgstr"
    )


@cache
def _translations(path: Path, stamp: int) -> dict[str, str]:
    """A catalogue, read again when the file has changed."""
    return {
        str(message.id): str(message.string)
        for message in (read(path) if stamp else Catalog())
        if message.id and message.string and not message.fuzzy
    }


def read(path: Path) -> Catalog:
    """A catalogue as its file has it."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def joined(text: str) -> str:
    r"""Lines as one text, without a space between Chinese sentences.

    Args:
        text: Lines.

    Returns:
        The text; other line ends stay.

    Examples:
        >>> joined("一句。\n`with`\n的\n又一句。"), joined("One.\nTwo.")
        ('一句。`with`\n的又一句。', 'One.\nTwo.')
    """
    return _BREAK.sub("", text)


class _Begin(Preprocessor):  # type: ignore[misc]  # Untyped.
    """Speaks a language from here on."""

    def __init__(self, md: Markdown, language: str, until: ExitStack) -> None:
        super().__init__(md)
        self.language, self.until = language, until

    def run(self, lines: list[str]) -> list[str]:
        self.until.enter_context(use(self.language))
        return lines


class _End(Postprocessor):  # type: ignore[misc]  # Untyped.
    """Speaks as before the page."""

    def __init__(self, md: Markdown, until: ExitStack) -> None:
        super().__init__(md)
        self.until = until

    def run(self, text: str) -> str:
        self.until.close()
        return text


class _Joined(Treeprocessor):  # type: ignore[misc]  # Untyped.
    """Joins lines that end in full-width punctuation.

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
    """Sets the language of a build."""

    def __init__(self, **options: Any) -> None:
        """Take the option `language`."""
        self.config = {"language": ["en", "A folder of docs/locale"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Add the processors to a Markdown converter."""
        until = ExitStack()
        begin = _Begin(md, self.getConfig("language"), until)
        md.preprocessors.register(begin, "language", 1000)  # First of all.
        md.postprocessors.register(_End(md, until), "language", -1000)
        # Links and code spans are found at 20; they end lines, too.
        md.treeprocessors.register(_Joined(md), "joined", 1)


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
