"""The built site: its links, its metadata, its weight, its own mistakes."""

import ast
import gzip
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree

from render.languages import pages
from render.paths import INPUTS
from tests.project import (
    BUDGETS,
    LESSONS,
    PAGES,
    ROOT,
    address,
    examples,
    page,
    refuse,
    refusing,
)
from tests.site.parsed import parsed, texts

# The language's folder in the site, and the bytes of its search index for a
# page.
_LANGUAGES = {
    "": BUDGETS["search_index"]["en"],
    "zh": BUDGETS["search_index"]["zh"],
}

# Chinese pages that are shown in English or fell behind: `make translations`
# lists them, and no test fails for it.
_LAGGING = {Path("zh", address, "index.html") for address in pages.notes()}

Documents = dict[Path, "etree._Element"]


@pytest.fixture(scope="module")
def documents(site: Path) -> Documents:
    """Every HTML file of the site, parsed."""
    return {path: parsed(path) for path in sorted(site.rglob("*.html"))}


def test_every_page_is_built(site: Path, documents: Documents) -> None:
    """The site has the pages, 404.html, and nothing else."""
    expected = {
        site / language / name
        for language in _LANGUAGES
        for name in [
            "404.html",
            *(f"{address(path)}index.html" for path in PAGES),
        ]
    }
    assert set(documents) == expected


def test_every_internal_link_resolves(
    site: Path, documents: Documents
) -> None:
    """Addresses and fragments name files and elements that exist."""
    ids = {
        path: {*texts(tree, "//@id"), *texts(tree, "//a/@name"), ""}
        for path, tree in documents.items()
    }

    def problem(source: Path, link: str) -> str:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            return ""
        target = source
        if parts.path.startswith("/"):
            target = site / unquote(parts.path).lstrip("/")
        elif parts.path:
            target = (source.parent / unquote(parts.path)).resolve()
        if target.is_dir():
            target /= "index.html"
        if not target.is_file():
            return f"{source.relative_to(site)}: {link} names no file."
        if target.relative_to(site) in _LAGGING:
            return ""  # The id may be of a heading that is not there yet.
        if target in ids and unquote(parts.fragment) not in ids[target]:
            return (
                f"{source.relative_to(site)}: {link} names no id in "
                f"{target.relative_to(site)}."
            )
        return ""

    refuse(
        filter(
            None,
            (
                problem(path, link)
                for path, tree in documents.items()
                for link in sorted({*texts(tree, "//@href | //@src")})
            ),
        )
    )


def test_links_to_other_hosts_are_https(
    site: Path, documents: Documents
) -> None:
    """Whether they are alive is what `make links` asks."""
    found = [
        (path, link)
        for path, tree in documents.items()
        for link in texts(tree, "//a/@href")
        if urlsplit(link).netloc
    ]
    assert found
    refuse(
        f"{path.relative_to(site)}: {link} is not https."
        for path, link in found
        if urlsplit(link).scheme != "https"
    )


def test_every_page_names_itself(site: Path, documents: Documents) -> None:
    """One h1, and a title and a description that no other page has.

    A page that is shown in English has those of its English page.
    """
    seen: dict[str, Path] = {}

    def problems() -> Iterator[str]:
        for path, tree in documents.items():
            own = path.relative_to(site)
            if (count := len(texts(tree, "//h1"))) != 1:
                yield f"{own}: {count} elements h1; a page has one."
            if path.name == "404.html" or own in _LAGGING:
                continue
            for what, xpath in (
                ("title", "//head/title"),
                ("description", "//meta[@name='description']/@content"),
            ):
                found = texts(tree, xpath)
                if len(found) != 1 or not found[0].strip():
                    yield f"{own}: {len(found)} {what}s; a page has one."
                elif found[0] in seen:
                    yield f"{own}: the {what} of {seen[found[0]]} as well."
                else:
                    seen[found[0]] = own

    refuse(problems())


def test_pages_name_their_twins(site: Path, documents: Documents) -> None:
    """Search engines get links to both languages, readers have a link."""
    root = "http://127.0.0.1:8000/"

    def problems() -> Iterator[str]:
        for path, language in (
            (path, language) for path in PAGES for language in _LANGUAGES
        ):
            place = site / language / address(path) / "index.html"
            tree, own = documents[place], place.relative_to(site)
            links = "//link[contains(@rel, 'alternate') and @hreflang]"
            told = dict(
                zip(
                    texts(tree, f"{links}/@hreflang"),
                    texts(tree, f"{links}/@href"),
                    strict=True,
                )
            )
            english = f"{root}{address(path)}"
            chinese = f"{root}zh/{address(path)}"
            if told != {"en": english, "zh": chinese, "x-default": english}:
                yield f"{own}: its languages are {told}."
            canonical = texts(tree, "//link[@rel='canonical']/@href")
            if canonical != [chinese if language else english]:
                yield f"{own}: its own address is {canonical}."
            twin = site / ("" if language else "zh") / address(path)
            [link] = texts(tree, "//a[@data-twin]/@href")
            if (place.parent / link).resolve() != twin:
                yield f"{own}: the other language is {link}."

    refuse(problems())


def _raises(lesson: Path) -> bool:
    """Whether a statement shows a traceback or catches an exception."""
    return any(
        "Traceback (most recent" in example.want
        or any(
            isinstance(n, ast.Try) for n in ast.walk(ast.parse(example.source))
        )
        for example in examples(lesson)
        if example.listed
    )


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_tells_what_happened(
    site: Path, documents: Documents, lesson: Path
) -> None:
    """Below a session of its own, to the end that the doctest shows."""
    tree = documents[site / address(page(lesson)) / "index.html"]
    shown = tree.xpath("//*[contains(@class, 'history')]")
    assert isinstance(shown, list)
    assert len(shown) <= 1
    if not shown:
        assert not _raises(lesson), "raises, and tells nothing"
        return
    (told,) = shown
    assert isinstance(told, etree._Element)
    assert told.get("data-search-exclude") is not None
    size = len(gzip.compress(etree.tostring(told)))
    most = BUDGETS["parts"]["history"]
    assert size <= most, f"{size} bytes after gzip, more than {most}"

    # The caption names the statement, and the session above has it.
    (call,) = texts(told, "(./figcaption | ./summary)/code")
    above = told.getprevious()
    assert above is not None
    assert "language-pycon" in (above.get("class") or "")
    assert call in "".join(map(str, above.itertext()))
    want = next(
        example.want
        for example in examples(lesson)
        if call in [line.strip() for line in example.source.splitlines()]
    ).splitlines()

    (text,) = texts(told, "./ol/li[last()]")
    (verb,) = texts(told, "./ol/li[last()]/b")
    about = texts(told, "./ol/li[last()]/b/following-sibling::code[1]")
    if verb == "printed":
        more = re.search(r" and (\d+) more lines?", text)
        first = want[-1 - int(more[1] if more else 0)]
        assert first.strip().startswith(about[0].strip().removesuffix("…"))
    elif want and "Traceback" in want[0]:
        assert verb == "reaches the caller"
        assert about[0].removesuffix("…") in want[-1]
    else:
        # Nothing is printed, so it is said where the exception went; a line
        # in the log may be all that is shown.
        assert verb in ("reaches the caller", "caught", "suppressed")
        logged = texts(told, "./ol/li[starts-with(b, 'logged')]")
        assert len(want) == len(logged)


def test_a_chinese_page_weighs_what_its_twin_weighs(site: Path) -> None:
    """Little more: `twin` in tests/budgets.toml."""

    def weight(language: str, path: Path) -> int:
        place = site / language / address(path) / "index.html"
        return place.stat().st_size

    refuse(
        f"zh/{address(path)}: {weight('zh', path)} bytes, in English "
        f"{weight('', path)}"
        for path in PAGES
        if Path("zh", address(path), "index.html") not in _LAGGING
        and weight("zh", path) > weight("", path) * BUDGETS["parts"]["twin"]
    )


def test_chinese_sentences_stand_close(
    site: Path, documents: Documents
) -> None:
    """No space and no zero-width space between them, nor in them."""
    wrong = re.compile(
        r"\u200b|[\u3001\u3002\uff00-\uff1f]\s+(?=[\u3400-\u9fff])"
    )
    prose = "//article//*[self::p or self::li or self::dd or self::h1]"

    def problems() -> Iterator[str]:
        for path, tree in documents.items():
            if path.is_relative_to(site / "zh"):
                for text in texts(tree, prose):
                    if found := wrong.search(text.strip()):
                        near = text[max(0, found.start() - 9) : found.end()]
                        yield f"{path.relative_to(site)}: {near!r}"

    refuse(problems())


@pytest.mark.parametrize(("language", "bytes_per_page"), _LANGUAGES.items())
def test_the_search_index_is_small(
    site: Path, language: str, bytes_per_page: int
) -> None:
    """Every reader loads it; code and prompts stay out."""
    index = (site / language / "search" / "search_index.json").read_bytes()
    assert not re.search(rb">>>|&gt;&gt;&gt;", index), (
        "search_index.json holds prompts: give the block that they come from "
        "the attribute data-search-exclude"
    )
    size, limit = len(gzip.compress(index, 9)), len(PAGES) * bytes_per_page
    assert size <= limit, (
        f"search_index.json has {size} bytes after gzip, {limit} are allowed: "
        "keep what is not prose out of it by data-search-exclude"
    )


Build = Callable[[str], str]


@pytest.fixture
def broken(tmp_path: Path) -> Build:
    """Builds a copy of the project with more text on one page."""

    def build(text: str) -> str:
        for name in INPUTS:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, tmp_path / name)
        changed = tmp_path / page(LESSONS[0]).relative_to(ROOT)
        with changed.open("a", encoding="utf-8") as file:
            file.write(f"\n\n{text}\n")
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict"],
            cwd=tmp_path,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode, f"the build passed:\n{done.stdout}"
        return done.stdout

    return build


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("::: examples.gone", "examples.gone"),
        ("```upstream\noslo_utils.excutils:gone\n```", "`gone`"),
    ],
    ids=["directive", "upstream"],
)
def test_an_unknown_name_fails_the_build(
    broken: Build, text: str, name: str
) -> None:
    """The output says which page and which name."""
    said = broken(text)
    assert "Traceback" not in said
    assert str(page(LESSONS[0]).relative_to(ROOT / "docs" / "en")) in said
    assert name in said


@pytest.mark.parametrize("name", ["404.html", "zh/404.html"])
def test_who_finds_no_page_is_helped(
    site: Path, documents: Documents, name: str
) -> None:
    """By the search, the tabs, and the first pages of both languages."""
    tree = documents[site / name]
    links = texts(tree, "//article//a/@href")
    assert {*map(posixpath.normpath, links)} == {"/", "/zh"}
    languages = texts(tree, "//html/@lang | //article//p/@lang")
    assert {*languages} == {"en", "zh"}
    assert texts(tree, "//input[contains(@class, 'md-search__input')]/@name")
    assert len(texts(tree, "//nav[@class='md-tabs']//a/@href")) > 5


def test_only_an_interface_has_mkdocstrings_style(
    documents: Documents,
) -> None:
    """Each other page is lighter by it."""

    def problems() -> Iterator[str]:
        for path, tree in documents.items():
            styles = texts(tree, "//link[@rel='stylesheet']/@href")
            styled = any("_mkdocstrings" in style for style in styles)
            wanted = bool(tree.xpath("//*[contains(@class, 'doc-heading')]"))
            seen[wanted] += 1
            if styled != wanted:
                yield f"{path}: has the style: {styled}, needs it: {wanted}"

    seen = {True: 0, False: 0}
    refuse(problems())
    assert all(seen.values())


@pytest.mark.parametrize("language", _LANGUAGES)
def test_loading_a_page_does_not_style_every_element_again(
    site: Path, language: str
) -> None:
    """The theme's rule for a switch of the colour scheme is not there."""
    [palette] = (site / language).glob("assets/stylesheets/palette.*.css")
    assert "color-switching" not in palette.read_text("utf-8")


@refusing
def test_a_page_shows_each_proof_once(site: Path) -> Iterator[str]:
    """With its function, or in the complete program at the end."""
    for lesson in LESSONS:
        place = site / address(page(lesson)) / "index.html"
        prompts = texts(parsed(place), "//*[@class='proof']//*[@class='gp']")
        shown = sum(prompt.startswith(">>>") for prompt in prompts)
        if shown != len(examples(lesson)):
            yield (
                f"{place.relative_to(site)}: shows {shown} of the "
                f"{len(examples(lesson))} examples of "
                f"{lesson.relative_to(ROOT)}. Name the whole module once, "
                "below its functions."
            )
