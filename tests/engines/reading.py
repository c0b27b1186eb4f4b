"""What a reader gets from a built page, whichever engine built it.

Each engine's theme makes header, sidebars and footer of its own: they are left
out. Read are the article, its table of contents, what search engines see, and
what the site's own search knows.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree

from render.publish.output_folder import MARKER

# An aspect's name, and what it finds on a page, in order.
Aspects = dict[str, list[str]]

_PARSER = etree.HTMLParser(encoding="utf-8")
_NOT_PROSE = {"pre", "script", "style"}
# What the engines' themes bring along.
_THEME = re.compile(r"assets/(javascripts|stylesheets)/")


def _found(element: "etree._Element", path: str) -> list["etree._Element"]:
    found = element.xpath(path)
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, etree._Element)]


def _text(element: "etree._Element") -> str:
    return "".join(map(str, element.itertext()))


def _words(text: str) -> str:
    return " ".join(text.split())


def _prose(element: "etree._Element") -> Iterator[str]:
    """Text with the name of the element that it stands in."""
    if element.tag in _NOT_PROSE:
        return
    if words := _words(element.text or ""):
        yield f"{element.tag}: {words}"
    for child in element:
        if isinstance(child.tag, str):
            yield from _prose(child)
        if words := _words(child.tail or ""):
            yield f"{element.tag}: {words}"


def _head(tree: "etree._Element") -> Iterator[str]:
    named = "//head/title | //head/meta[@name='description']"
    links = "//head/link[@hreflang or @rel='canonical']"
    for one in _found(tree, f"{named} | {links}"):
        kind = one.get("hreflang") or one.get("rel") or one.get("name") or ""
        value = one.get("content") or one.get("href") or _text(one)
        yield _words(f"{one.tag} {kind}: {value}")


def _code(element: "etree._Element", which: str) -> list[str]:
    session = "ancestor::*[contains(@class, 'language-pycon')]"
    return [
        _text(one)
        for one in _found(element, f".//pre//code[{which}({session})]")
    ]


_READERS: dict[str, Callable[["etree._Element", str], list[str]]] = {
    "text": lambda article, _: list(_prose(article)),
    "headings": lambda article, _: [
        f"{one.tag} #{one.get('id')}: {_words(_text(one))}"
        for one in _found(
            article,
            ".//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5]",
        )
    ],
    "ids": lambda article, _: [
        one.get("id") or "" for one in _found(article, ".//*[@id]")
    ],
    "code": lambda article, _: _code(article, "not"),
    "sessions": lambda article, _: _code(article, "boolean"),
    "links": lambda article, place: [
        urljoin(f"https://site/{place}", one.get("href"))
        for one in _found(article, ".//a[@href]")
    ],
}


def _page(file: Path, place: str) -> Aspects:
    tree = etree.parse(str(file), _PARSER).getroot()
    (article,) = _found(tree, "//article")
    contents = "(//nav[contains(@class, 'md-nav--secondary')])[last()]//a"
    return {
        "head": list(_head(tree)),
        "contents": [
            f"{one.get('href')} {_words(_text(one))}"
            for one in _found(tree, contents)
        ],
        **{name: read(article, place) for name, read in _READERS.items()},
    }


def read(site: Path, language: str = "") -> dict[str, Aspects]:
    """What a site says in one language.

    Args:
        site: The folder of a built site.
        language: The language's folder in it, with a slash at the end.

    Returns:
        The aspects of each page, by addresses from the site's root. The last
        one's address is the language's folder with a star: what belongs to no
        page.
    """
    root = site / language
    found: dict[str, Aspects] = {}
    for file in sorted(root.rglob("*.html")):
        place = file.relative_to(site).as_posix().removesuffix("index.html")
        if language or not place.startswith("zh/"):
            found[place] = _page(file, place)
    (index,) = [*root.glob("search/*.json"), *root.glob("search.json")]
    entries = json.loads(index.read_bytes())
    for one in entries.get("docs") or entries["items"]:
        where = one["location"]
        aspects = found[language + where.partition("#")[0]]
        text = f"{one['title']} | {one['text']}"
        if "\u200b" in text:
            aspects["words"] = ["with U+200B between Chinese words"]
        words = re.sub(r"<[^>]*>", " ", text).replace("\u200b", "")
        aspects.setdefault("search", []).append(f"{where}: {_words(words)}")
    found[f"{language}*"] = {"files": list(_files(root, index))}
    return found


def _files(root: Path, index: Path) -> Iterator[str]:
    """All but pages and themes, with a digest of their contents."""
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root).as_posix()
        if file.is_dir() or file.suffix == ".html" or _THEME.match(name):
            continue
        # The last is the list of all files, themes' too.
        if name.startswith("zh/") or name == MARKER:
            continue
        if file.name == "sitemap.xml":
            places = etree.parse(str(file)).getroot().iter("{*}loc")
            yield from sorted(f"{name}: {one.text}" for one in places)
        elif file == index or file.suffix == ".gz":
            yield name
        else:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            yield f"{name}: {digest[:12]}"
