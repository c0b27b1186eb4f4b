"""The site for programs that read it: Markdown and llms.txt.

Both are made from the built pages, so that they say what these say, whichever
engine built them. mkdocs-llmstxt makes them as well, but it wants the navigation
a second time in the configuration, leads links with a fragment back to HTML,
pads each table to its widest cell, and doubles the time of a build.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter

from render import cache
from render.languages.locale import current, say

# A page's Markdown stands beside its HTML.
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
_CONTROLS = ".headerlink, .offer, [hidden], script, svg, button, form, select"


class PageError(Exception):
    """A built page lacks what each page has."""


@dataclass(frozen=True)
class Page:
    """What a built page says of itself.

    Attributes:
        url: Where it is in the world.
        description: What it is about, in a sentence.
        markdown: Its article.
    """

    url: str
    description: str
    markdown: str


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


def read(path: Path, folder: Path) -> Page:
    """Read a built page.

    Args:
        path: Its HTML.
        folder: Its language's pages.

    Returns:
        What it says, and its article as Markdown.

    Raises:
        PageError: It names no address, no description or no article.
    """
    text = path.read_text("utf-8")

    def only(pattern: re.Pattern[str], what: str) -> str:
        found = pattern.search(text)
        if found is None:
            raise PageError(f"{path.relative_to(folder)} has no {what}")
        return found[1]

    article = only(_ARTICLE, "<article>")
    only(_TITLE, "<h1>")
    slot = f"markdown {current()} {path.relative_to(folder)}"
    return Page(
        url=html.unescape(only(_CANONICAL, 'link rel="canonical"')),
        description=html.unescape(only(_DESCRIPTION, "description")),
        markdown=cache.result(slot, article, lambda: _markdown(article)),
    )


def _markdown(article: str) -> str:
    """Turn an article into Markdown."""
    plain = _CODE.sub(lambda code: _COLOUR.sub("", code[0]), article)
    soup = BeautifulSoup(plain, "html.parser")
    for each in soup.select(_CONTROLS):
        each.decompose()
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
    for link in soup.select("a[href]"):
        link["href"] = _to_markdown(str(link["href"]))
    written = _converter.convert_soup(soup).strip()
    # Code keeps its empty lines.
    return _EMPTY.sub(lambda found: found[1] or "\n\n", written) + "\n"


def _to_markdown(link: str) -> str:
    """Where a page's link leads who reads its Markdown.

    Examples:
        >>> _to_markdown("../deciding/#the-program")
        '../deciding/index.md#the-program'
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
    return f"{path.removesuffix('/')}/{MARKDOWN}{mark}{fragment}"


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


def write(folder: Path, config: dict[str, Any]) -> None:
    """Write each page as Markdown, and llms.txt.

    Args:
        folder: A language's built pages.
        config: What they were built from.

    Raises:
        PageError: A page lacks what each has, or is not there.
    """
    name, about = config["site_name"], config["site_description"].strip()
    lines = [f"# {name}", f"> {about}"]
    lines.append(
        say("Each page has a copy in Markdown; the links lead to these.")
    )
    for title, files in sections(config["nav"]):
        told = []
        for file in files:
            path = folder / _built(file)
            if not path.is_file():
                raise PageError(
                    f"nav names {file}, which is not among the pages; take "
                    "it out of nav, too, or put the page back"
                )
            page = read(path, folder)
            path.with_name(MARKDOWN).write_text(page.markdown, "utf-8")
            text = path.read_text("utf-8")
            path.write_text(
                _CANONICAL.sub(rf"\g<0>\n      {_ALTERNATE}", text, count=1),
                "utf-8",
            )
            heading = page.markdown.partition("\n")[0].removeprefix("# ")
            told.append(
                f"- [{heading}]({page.url}{MARKDOWN}): {page.description}"
            )
        lines.append(f"## {title}")
        lines.append("\n".join(told))
    (folder / "llms.txt").write_text("\n\n".join(lines) + "\n", "utf-8")
