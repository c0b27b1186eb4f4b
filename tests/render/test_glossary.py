"""Pages link the first use of a term to the glossary."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from markdown import Markdown
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from render import glossary
from render.data import DataError
from render.languages import locale
from render.publish.markdown_copies import copied, read

TERMS = """\
# Glossary

**Propagate** { #propagate links="propagate, propagates" }
: It [leaves](how.md) a function.

**Traceback entry** { #traceback-entry links="traceback entry" }
: A place.

**Body** { #body }
: Statements.
"""
CHINESE = """\
**重新抛出（re-raise）** { #re-raise links="重新抛出, 再次抛出" }
: 再抛一次。
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a glossary in two languages."""
    for language, text in ("en", TERMS), ("zh", CHINESE):
        page = tmp_path / "docs" / language / glossary.GLOSSARY
        page.parent.mkdir(parents=True)
        page.write_text(text, "utf-8")
    monkeypatch.setattr(glossary, "ROOT", tmp_path)
    return tmp_path


class _Addresses(Treeprocessor):  # type: ignore[misc]  # Untyped.
    """Stands for that of MkDocs, which knows the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.file = SimpleNamespace(src_uri=page)

    def run(self, root: Any) -> None:
        """Leave addresses as they are."""


def shown(text: str, page: str = "learn/how.md") -> str:
    """A page's HTML."""
    md = Markdown(
        extensions=[
            "attr_list",
            "def_list",
            "tables",
            "toc",
            glossary.__name__,
        ]
    )
    md.treeprocessors.register(_Addresses(page), "relpath", 0)
    html: str = md.convert(text)
    return html


def linked(text: str, page: str = "learn/how.md") -> list[str]:
    """The texts of the links to the glossary on a page."""
    return re.findall(r'<a class="term"[^>]*>(.*?)</a>', shown(text, page))


def test_the_first_use_of_a_term_is_linked_once(project: Path) -> None:
    """Whichever of the term's words comes first, on the whole page."""
    text = "It *propagates*, and\n\n- it propagates.\n\nThey propagate."
    assert linked(text) == ["propagates"]
    href = 'href="../reference/glossary.md#propagate"'
    assert f'<em><a class="term" {href}>propagates</a></em>' in shown(text)


def test_two_terms_of_a_sentence_are_linked(project: Path) -> None:
    """And the text around them stays as it was."""
    text = "Before: Propagates a **b** traceback\nentry, `c` propagates. After"
    html = shown(text)
    assert linked(text) == ["Propagates"]
    assert re.findall(r"(?s)<a [^>]*>(.*?)</a>", html) == [
        "Propagates",
        "traceback\nentry",
    ]
    plain = re.sub(r"</?a[^>]*>", "", html)
    assert plain == (
        "<p>Before: Propagates a <strong>b</strong> traceback\nentry, "
        "<code>c</code> propagates. After</p>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "# It propagates",
        "- # It propagates",
        "`propagates`",
        "- a\n\n        propagates",
        "- a\n\n    | It propagates |\n    | --- |\n    | It propagates |",
        "It unpropagates, or propagates-x, propagates_x.",
        "The body.",
    ],
)
def test_what_is_not_linked(project: Path, text: str) -> None:
    """Headings, code, tables, parts of words, and terms without words."""
    assert linked(text) == []
    assert linked(f"{text}\n\nIt propagates.") == ["propagates"]


def test_an_authors_link_counts_as_the_first_use(project: Path) -> None:
    """It gets no link inside it, and none after it."""
    text = "It [propagates](x.md). They propagate; a traceback entry."
    assert linked(text) == ["traceback entry"]


@pytest.mark.parametrize("page", [glossary.GLOSSARY, glossary.HOME])
def test_the_glossary_and_the_home_page_have_no_links(
    project: Path, page: str
) -> None:
    """The glossary has ids, and its words aren't in its HTML."""
    assert linked("It propagates.", page) == []
    html = shown(TERMS, page)
    assert '<dt id="propagate"><strong>' in html or page == glossary.HOME
    assert ("links=" in html) == (page == glossary.HOME)


def test_a_docstring_has_no_links(project: Path) -> None:
    """It is converted apart from its page."""
    md = Markdown(extensions=[glossary.__name__])
    assert "term" not in md.convert("It propagates.")
    inner = Markdown(extensions=[glossary.__name__])
    inner.treeprocessors.register(_Addresses("a.md"), "relpath", 0)
    inner.treeprocessors.register(
        _Addresses("a.md"), "mkdocstrings_headings", 12
    )
    assert "term" not in inner.convert("It propagates.")


def test_zensical_names_the_page_in_another_place(project: Path) -> None:
    """Its context of a page is among what runs first."""

    class Context(Preprocessor):  # type: ignore[misc]  # Untyped.
        page = SimpleNamespace(path="learn/how.md")

        def run(self, lines: list[str]) -> list[str]:
            return lines

    md = Markdown(extensions=[glossary.__name__])
    md.preprocessors.register(Context(md), "rendering_context", 0)
    href = "../reference/glossary.md#propagate"
    assert href in md.convert("It propagates.")


def test_chinese_words_need_no_spaces_around_them(project: Path) -> None:
    """The words of a page are those of its language's glossary."""
    text = "# 标题\n\nPython再次抛出异常，再重新抛出，它 propagates。"
    with locale.activate("zh"):
        assert linked(text) == ["再次抛出"]
    assert linked(text) == ["propagates"]


def test_an_english_page_of_the_chinese_site_has_english_words(
    project: Path,
) -> None:
    """The Chinese glossary has Latin words that are verbs in English."""
    path = project / "docs" / "zh" / glossary.GLOSSARY
    path.write_text('**call** { #call links="call" }\n: 等待答复。\n', "utf-8")
    with locale.activate("zh"):
        assert linked("They call it, and it propagates.") == ["propagates"]
        assert linked("用 call 询问。") == ["call"]


def test_a_language_without_a_glossary_has_no_links(project: Path) -> None:
    """As in a preview of a few pages."""
    (project / "docs" / "en" / glossary.GLOSSARY).unlink()
    assert linked("It propagates.") == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('**Raise** { links="raise" }', 'write { #id links="word, words" }'),
        ('**Raise** { #raise links="raise, " }', "an empty word"),
        (
            '**Raise** { #raise links="Propagates" }',
            "`propagates` links to #propagate; take it out there",
        ),
    ],
)
def test_a_mistake_in_the_glossary_names_its_line(
    project: Path, row: str, said: str
) -> None:
    """It ends the build."""
    path = project / "docs" / "en" / glossary.GLOSSARY
    path.write_text(f"{TERMS}\n{row}\n: Text.\n", "utf-8")
    line = TERMS.count("\n") + 2
    with pytest.raises(DataError, match=re.escape(said)) as told:
        glossary.words("en")
    assert f"{glossary.GLOSSARY}:{line}: " in str(told.value)


def test_markdown_copies_have_the_words_without_links(project: Path) -> None:
    """Who reads them can search for a word."""
    page = (
        '<link rel="canonical" href="https://example.org/">'
        '<meta name="description" content="It."><article><h1>Title</h1>'
        f"{shown('It propagates, [there](x.md).')}</article>"
    )
    copy = copied("learn/how/index.html", read("how", page))
    assert copy == "# Title\n\nIt propagates, [there](x.md).\n"
