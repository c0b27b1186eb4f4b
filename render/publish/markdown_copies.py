"""The site for programs that read it: Markdown and llms.txt.

Both are made from the built pages, so that they say what these say, whichever
engine built them. mkdocs-llmstxt makes them as well, but it wants the navigation
a second time in the configuration, leads links with a fragment back to HTML,
pads each table to its widest cell, and doubles the time of a build.
"""

import html
import posixpath
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter

from render import cache
from render.languages.locale import current, say

# A page's Markdown is in the folder of its HTML.
MARKDOWN = "index.md"

# Material looks for a sitemap at each address whose relation is "alternate"
# and nothing else; the space keeps it from that.
_ALTERNATE = f'<link rel="alternate " type="text/markdown" href="{MARKDOWN}">'
_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]*)">')
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
_TITLE = re.compile(r"(<h1)\b")
_ARTICLE = re.compile(r"<article[^>]*>(.*)</article>", re.S)

_CODE = re.compile(r"<pre.*?</pre>", re.S)
_EMPTY = re.compile(r"(^```.*?^```$)|\n(?: *\n){2,}", re.M | re.S)
_COLOUR = re.compile(r"</?span[^>]*>")
_MARKS = {".path-succeeded": "✔ ", ".path-raised": "✖ "}
_CONTROLS = ".headerlink, .offer, [hidden], script, svg, button, form, select"


class PageError(Exception):
    """A built page lacks what each page has."""


@dataclass(frozen=True)
class Page:
    """What a built page says of itself.

    Attributes:
        url: Where it is in the world.
        description: What it is about, in a sentence.
        article: Its article's HTML.
    """

    url: str
    description: str
    article: str


def _language(code: Tag) -> str:
    """The language of a `pre`, which a block around it names."""
    block = code.find_parent(class_=re.compile("^language-"))
    names = str(block["class"]) if block else ""
    found = re.search(r"language-(\w+)", names)
    return found[1] if found else ""


_converter = MarkdownConverter(
    bullets="-",
    code_language_callback=_language,
    escape_asterisks=False,
    escape_underscores=False,
    heading_style=ATX,
)


def read(name: str, text: str) -> Page:
    """Read a built page.

    Args:
        name: Its file, from its language's folder.
        text: Its HTML.

    Returns:
        What it says of itself.

    Raises:
        PageError: It names no address, no description or no article.
    """

    def only(pattern: re.Pattern[str], what: str) -> str:
        found = pattern.search(text)
        if found is None:
            raise PageError(f"{name} has no {what}")
        return found[1]

    article = only(_ARTICLE, "<article>")
    only(_TITLE, "<h1>")
    return Page(
        url=html.unescape(only(_CANONICAL, 'link rel="canonical"')),
        description=html.unescape(only(_DESCRIPTION, "description")),
        article=article,
    )


def copied(name: str, page: Page) -> str:
    """Copy a page as Markdown.

    Args:
        name: Its file, from its language's folder.
        page: The page.

    Returns:
        Its article.
    """
    made: str = cache.result(
        f"markdown {current()} {name}",
        page.article,
        lambda: _markdown(page.article),
    )
    return made


def _markdown(article: str) -> str:
    """Turn an article into Markdown."""
    plain = _CODE.sub(lambda code: _COLOUR.sub("", code[0]), article)
    # Rows of a screen: who searches the text types a space.
    plain = plain.replace("&nbsp;", " ")
    soup = BeautifulSoup(plain, "html.parser")
    for picture in soup.select("svg[role=img][aria-label]"):
        picture.replace_with(f"({picture['aria-label']})")
    for each in soup.select(_CONTROLS):
        each.decompose()
    # What the stylesheet draws, and a cell's line breaks.
    for kind, mark in _MARKS.items():
        for each in soup.select(kind):
            each.insert(0, mark)
    for line in soup.select(":is(td, th) br"):
        line.replace_with(" / ")
    # A caption's second row is on the same line in Markdown.
    for small in soup.select("figcaption > small"):
        small.insert_before(": ")
    # Markdown has neither summaries nor groups of rows, and ends a cell at "|".
    for each in soup.select("summary"):
        each.name = "strong"
        each.wrap(soup.new_tag("p"))
    for table in soup.find_all("table"):
        first, *others = table.find_all("tbody") or [table]
        for body in others:
            first.extend(list(body.children))
            body.decompose()
        for cell in table.select("thead ~ tbody th"):
            cell.name = "td"
        for words in table.find_all(string=re.compile(r"\|")):
            words.replace_with(words.replace("|", "\\|"))
    # Of use to who can follow it at a glance.
    for term in soup.select("a.term"):
        term.unwrap()
    for link in soup.select("a[href]"):
        link["href"] = _to_markdown(str(link["href"]))
    written = _converter.convert_soup(soup).strip()
    # Code keeps its empty lines.
    return _EMPTY.sub(lambda found: found[1] or "\n\n", written) + "\n"


def _to_markdown(link: str) -> str:
    """Where a page's link leads who reads its Markdown.

    Examples:
        >>> _to_markdown("../skip_the_reraise/#the-program")
        '../skip_the_reraise/index.md#the-program'
        >>> _to_markdown("..")
        '../index.md'

        Links to other hosts, to files and inside the page stay:

        >>> _to_markdown("https://example.org/")
        'https://example.org/'
        >>> _to_markdown("#the-program")
        '#the-program'
    """
    path, mark, fragment = link.partition("#")
    if ":" in path or "?" in path or not path.endswith(("/", ".")):
        return link
    return f"{posixpath.normpath(f'{path}/{MARKDOWN}')}{mark}{fragment}"


def sections(nav: list[Any]) -> Iterator[tuple[str, list[str]]]:
    """Go through a navigation.

    Args:
        nav: As mkdocs.yml has it.

    Yields:
        The title of each tab, and the files of its pages.

    Raises:
        PageError: A tab has no title.

    Examples:
        >>> list(sections([{"Home": "index.md"}, {"Tab": ["a/b.md"]}]))
        [('Home', ['index.md']), ('Tab', ['a/b.md'])]
        >>> list(sections(["index.md"]))
        Traceback (most recent call last):
            ...
        render.publish.markdown_copies.PageError: nav: index.md has no title for its tab; write `- Title: index.md`
    """

    def files(item: Any) -> Iterator[str]:
        if isinstance(item, str):
            yield item
        else:
            for inner in item.values() if isinstance(item, dict) else item:
                yield from files(inner)

    for tab in nav:
        if isinstance(tab, str):
            raise PageError(
                f"nav: {tab} has no title for its tab; write `- Title: {tab}`"
            )
        [(title, content)] = tab.items()
        yield title, list(files(content))


def _built(file: str) -> str:
    """The HTML of a page's file, from the folder of its language."""
    stem = file.removesuffix(".md")
    stem = "" if stem == "index" else stem.removesuffix("/index") + "/"
    return f"{stem}index.html"


def built(nav: list[Any]) -> list[str]:
    """The HTML of a navigation's pages.

    Args:
        nav: As mkdocs.yml has it.

    Returns:
        The files, from the folder of their language.

    Raises:
        PageError: A tab has no title.

    Examples:
        >>> built([{"Home": "index.md"}, {"Tab": ["a/index.md", "a/b.md"]}])
        ['index.html', 'a/index.html', 'a/b/index.html']
    """
    return [_built(file) for _, files in sections(nav) for file in files]


def check(nav: list[Any], pages: Container[str]) -> None:
    """Find what a navigation names in vain.

    Args:
        nav: As mkdocs.yml has it.
        pages: The files of the pages.

    Raises:
        PageError: There is no such page.
    """
    for _, files in sections(nav):
        for file in files:
            if _built(file) not in pages:
                raise PageError(
                    f"nav names {file}, which is not among the pages; take "
                    "it out of nav, too, or put the page back"
                )


def beside(name: str) -> str:
    """The file of a page's Markdown, for that of its HTML."""
    return name.removesuffix("index.html") + MARKDOWN


def linked(text: str) -> str:
    """Add a link to a page's Markdown.

    Args:
        text: The page's HTML.

    Returns:
        Its HTML with the link.
    """
    return _CANONICAL.sub(rf"\g<0>\n      {_ALTERNATE}", text, count=1)


def overview(
    config: dict[str, Any],
    pages: Mapping[str, Page],
    copies: Mapping[str, str],
) -> str:
    """Make llms.txt.

    Args:
        config: What the pages were built from.
        pages: The pages, by their files.
        copies: Their Markdown.

    Returns:
        Its text.
    """
    name, about = config["site_name"], config["site_description"].strip()
    lines = [f"# {name}", f"> {about}"]
    lines.append(
        say("Each page has a copy in Markdown; the links lead to these.")
    )
    for title, files in sections(config["nav"]):
        told = []
        for file in map(_built, files):
            page = pages[file]
            heading = copies[file].partition("\n")[0].removeprefix("# ")
            told.append(
                f"- [{heading}]({page.url}{MARKDOWN}): {page.description}"
            )
        lines.append(f"## {title}")
        lines.append("\n".join(told))
    return "\n\n".join(lines) + "\n"
