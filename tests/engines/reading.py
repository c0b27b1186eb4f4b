"""What a reader gets from a built page, whichever engine built it.

Each engine's theme makes header, sidebars and footer of its own: they are left
out. Read are the page's Markdown, which is made from its article (text,
headings, code and links), its ids and table of contents, its links to the
glossary, what search engines see, and what the site's own search knows.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from render.publish.output_folder import MARKER
from tests.site.parsed import elements, parsed, texts

# An aspect's name, and what it finds on a page, in order.
Aspects = dict[str, list[str]]

# What the engines' themes bring along.
_THEME = re.compile(r"assets/(javascripts|stylesheets)/")


def _words(text: str) -> str:
    return " ".join(text.split())


def _head(tree: "etree._Element") -> Iterator[str]:
    named = "//head/title | //head/meta[@name='description']"
    links = "//head/link[@hreflang or @rel='canonical']"
    for one in elements(tree, f"{named} | {links}"):
        kind = one.get("hreflang") or one.get("rel") or one.get("name") or ""
        value = one.get("content") or one.get("href") or one.text or ""
        yield _words(f"{one.tag} {kind}: {value}")


def _page(file: Path) -> Aspects:
    tree = parsed(file)
    contents = "(//nav[contains(@class, 'md-nav--secondary')])[last()]//a"
    markdown = file.with_name("index.md")
    return {
        "head": list(_head(tree)),
        "contents": [
            f"{one.get('href')} {_words(''.join(map(str, one.itertext())))}"
            for one in elements(tree, contents)
        ],
        "ids": texts(tree, "//article//@id"),
        "terms": texts(tree, "//article//a[@class='term']/@href"),
        "markdown": markdown.read_text("utf-8").splitlines()
        if file.name == "index.html"
        else [],
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
            found[place] = _page(file)
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
        page = file.suffix == ".html" or file.name == "index.md"
        if file.is_dir() or page or _THEME.match(name):
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
