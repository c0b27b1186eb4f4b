"""What programs read: Markdown, llms.txt, data on pages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree

from render.publish import markdown_copies
from tests.project import BUDGETS, PAGES, address, nav, refuse, refusing
from tests.site.parsed import parsed, texts

ROOT = "http://127.0.0.1:8000/"
LANGUAGES = {"": "en", "zh": "zh"}
PLACES = [(n, path) for n in LANGUAGES for path in PAGES]


@refusing
def test_each_page_has_its_markdown(site: Path) -> Iterator[str]:
    """The page names it; it has the heading, the headings and all code."""
    for language, path in PLACES:
        place = site / language / address(path)
        tree = parsed(place / "index.html")
        own = (place / "index.md").relative_to(site)
        link = "//link[@type='text/markdown']/@href"
        if texts(tree, link) != ["index.md"]:
            yield f"{own}: its page names {texts(tree, link)}"
        text = (place / "index.md").read_text("utf-8")
        if not text.startswith("# "):
            yield f"{own}: begins with {text[:40]!r}"
        blocks = re.findall(r"^```\w*\n(.*?)\n```$", text, re.M | re.S)
        shown = {block.strip() for block in blocks}
        for code in texts(tree, "//article//pre//code"):
            if code.strip() and code.strip() not in shown:
                yield f"{own}: lacks the code {code[:60]!r}"
        headings = len(re.findall(r"^#+ .", _without(text), re.M))
        wanted = len(texts(tree, "//article//*[self::h1 or self::h2]"))
        deeper = len(texts(tree, "//article//*[self::h3 or self::h4]"))
        if headings != wanted + deeper:
            yield f"{own}: {headings} headings, the page {wanted + deeper}"


def _without(text: str) -> str:
    """Markdown without its code."""
    return re.sub(r"^```.*?^```$", "CODE", text, flags=re.M | re.S)


def test_markdown_holds_no_html_and_no_controls(site: Path) -> None:
    """It is what a person would write, in the page's language."""
    wrong = re.compile(
        r"</?(div|span|p|a|td|br|details)\b|¶|\xa0|data:image|本页有中文版"
    )

    def problems() -> Iterator[str]:
        for language, path in PLACES:
            place = site / language / address(path) / "index.md"
            text = re.sub(
                r"`[^`\n]*`", "code", _without(place.read_text("utf-8"))
            )
            if found := wrong.search(text):
                near = text[max(0, found.start() - 30) : found.end() + 30]
                yield f"{place.relative_to(site)}: {near!r}"
            if "\n\n\n" in text:
                yield f"{place.relative_to(site)}: more than one empty line"

    refuse(problems())


@refusing
def test_links_of_markdown_lead_to_markdown(site: Path) -> Iterator[str]:
    """Each names a file beside it; who follows them stays in Markdown."""
    for language, path in PLACES:
        place = site / language / address(path) / "index.md"
        for link in re.findall(
            r"\]\(([^)\s]+)", _without(place.read_text("utf-8"))
        ):
            parts = urlsplit(link)
            if parts.scheme or not parts.path:
                continue
            target = (place.parent / unquote(parts.path)).resolve()
            own = place.relative_to(site)
            if not target.exists():
                yield f"{own}: {link} names no file."
            elif target.name == "index.html" or (
                target.is_dir() and not parts.query
            ):
                yield f"{own}: {link} leads to HTML."


@refusing
def test_tables_are_tables(site: Path) -> Iterator[str]:
    """Each row has as many cells as its heading, also where "|" is text."""
    for language, path in PLACES:
        place = site / language / address(path) / "index.md"
        text = _without(place.read_text("utf-8"))
        for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
            rows = table.splitlines()
            counts = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
            if len(counts) > 1 or not re.match(r"[| -]+$", rows[1]):
                yield f"{place.relative_to(site)}: {rows[:3]}, {counts}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_llms_txt_lists_the_navigation(site: Path, language: str) -> None:
    """Every page once, in order, with its title and what it is about."""
    text = (site / language / "llms.txt").read_text("utf-8")
    assert re.match(r"# .+\n\n> .+\n\n", text)
    listed = re.findall(r"^- \[(.+)\]\((\S+)\): (.{30,})$", text, re.M)
    root = f"{ROOT}zh/" if language else ROOT
    wanted = [
        f"{root}{address(page_)}index.md"
        for page_ in (_english(name) for name in nav())
    ]
    assert [link for _, link, _ in listed] == wanted
    for _, link, _ in listed:
        assert (site / link.removeprefix(ROOT)).is_file()
    if language:
        assert "一份 Markdown" in text


def _english(name: str) -> Path:
    return next(p for p in PAGES if p.as_posix().endswith(f"/docs/en/{name}"))


@refusing
def test_each_page_says_what_it_is(site: Path) -> Iterator[str]:
    """To those that show a link to it, and to search engines."""
    for language, path in PLACES:
        place = site / language / address(path) / "index.html"
        tree, own = parsed(place), place.relative_to(site)
        [about] = texts(tree, "//meta[@name='description']/@content")
        [url] = texts(tree, "//link[@rel='canonical']/@href")
        told = {
            name: texts(tree, f"//meta[@property='og:{name}']/@content")
            for name in ("description", "url", "type", "locale", "image")
        }
        home = not address(path)
        if told != {
            "description": [about],
            "url": [url],
            "type": ["website" if home else "article"],
            "locale": ["zh_CN" if language else "en_US"],
            "image": [f"{ROOT}assets/with.png"],
        }:
            yield f"{own}: og: says {told}"
        [title] = texts(tree, "//meta[@property='og:title']/@content")
        if not texts(tree, "//title")[0].startswith(title):
            yield f"{own}: og:title says {title!r}"
        [data] = texts(tree, "//script[@type='application/ld+json']")
        thing = json.loads(data)
        wanted = {
            "@context": "https://schema.org",
            "@type": "WebSite" if home else "TechArticle",
            "url": url,
            "description": about,
            "inLanguage": LANGUAGES[language],
            "image": f"{ROOT}assets/with.png",
        }
        if {**thing, **wanted} != thing:
            yield f"{own}: its data says {thing}, not {wanted}"
        if {"author", "datePublished", "dateModified"} & {*thing}:
            yield f"{own}: its data names an author or a date"
        if not home and (
            thing["headline"] != title
            or thing["isPartOf"]["inLanguage"] != LANGUAGES[language]
        ):
            yield f"{own}: its data says {thing}"


def test_the_picture_has_the_size_that_pages_say(site: Path) -> None:
    """1200 by 630 pixels; a small file."""
    picture = (site / "assets" / "with.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20]) == 1200
    assert int.from_bytes(picture[20:24]) == 630
    assert len(picture) < BUDGETS["parts"]["picture"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sitemap_has_both_languages(site: Path, language: str) -> None:
    """Each page of its own, with its twins, and no date that is not true."""
    root = etree.parse(str(site / language / "sitemap.xml")).getroot()
    spaces = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    found = {}
    for each in root.findall("s:url", spaces):
        links = each.findall("x:link", spaces)
        found[each.findtext("s:loc", namespaces=spaces)] = {
            link.get("hreflang"): link.get("href") for link in links
        }
        assert each.find("s:lastmod", spaces) is None
    own = f"{ROOT}zh/" if language else ROOT
    assert found == {
        f"{own}{address(path)}": {
            "en": f"{ROOT}{address(path)}",
            "zh": f"{ROOT}zh/{address(path)}",
        }
        for path in PAGES
    }


def test_a_page_that_lacks_something_is_named() -> None:
    """A description that a quote has emptied, or none, ends the build."""
    with pytest.raises(
        markdown_copies.PageError, match=r"index\.html has no link rel"
    ):
        markdown_copies.read("index.html", "<article><h1>One</h1></article>")


def test_a_deleted_page_that_nav_still_names_is_named() -> None:
    """MkDocs only warns of it, when it serves."""
    with pytest.raises(
        markdown_copies.PageError,
        match=r"nav names faq\.md, .* take it out of nav",
    ):
        markdown_copies.check([{"FAQ": "faq.md"}], [])


@refusing
def test_markdown_keeps_marks_and_pictures(site: Path) -> Iterator[str]:
    """What a stylesheet draws, and the words of a picture."""
    for language, path in PLACES:
        folder = site / language / address(path)
        tree = parsed(folder / "index.html")
        copy = (folder / "index.md").read_text("utf-8")
        own = (folder / "index.md").relative_to(site)
        for kind, mark in ("path-succeeded", "✔ "), ("path-raised", "✖ "):
            shown = len(texts(tree, f"//*[contains(@class, '{kind}')]"))
            if shown > copy.count(mark):
                yield f"{own}: {shown} of {kind}, {copy.count(mark)} {mark}"
        for words in texts(tree, "//article//svg[@role='img']/@aria-label"):
            if " ".join(words.split()) not in " ".join(copy.split()):
                yield f"{own}: no words of the picture: {words}"
