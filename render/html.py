"""The HTML that blocks and lessons share: code, inline markup, tables, links.

Code blocks have Material's own markup, so that its styles and its copy button
apply. `data-search-exclude` keeps code out of the search index: the page says
in words what the code shows, and the index is loaded on every first visit.
"""

import doctest
import re
import sys
from collections.abc import Iterable, Sequence
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer, PythonLexer

from render.languages.locale import mark
from render.sources import upstream

_PARSER = doctest.DocTestParser()

_CODE_SPAN = re.compile(r"`([^`]+)`")
# Long names are broken behind these, in parts of five letters or more; `.py`
# stays with its file.
_TAG_OR_NAME = re.compile(r"(<[^>]*>)|[^\s<]+")
_SEPARATOR = r"[./](?!py\b)(?=_*[^\W\d_])|(?<![._/])_(?=[^\W\d_])"
_PART = re.compile(rf"[^\s<]{{4,}}?(?:{_SEPARATOR})")
_SHORT_PART = re.compile(rf"[^\s<]{{4,}}?(?:{_SEPARATOR}|[a-z](?=[A-Z]))")
_LONG_WORD = re.compile(r"[A-Za-z]{16}")  # A shorter one fits a cell.
_NOVA_LINE = re.compile(r"\b(nova/[\w/]+\.py):(\d+)\b")

# Names, punctuation and operators have the colour of text: their tags would make
# a page a fourth longer and show next to nothing.
_PLAIN = re.compile(r'<span class="(?:n|nn|o|p|w)">([^<]*)</span>')

# One for all: making it takes as long as a program of some lines.
_FORMATTER = HtmlFormatter(nowrap=True)


def _spans(text: str, lexer: PythonLexer | PythonConsoleLexer) -> str:
    return _PLAIN.sub(r"\1", highlight(text, lexer, _FORMATTER))


def _block(language: str, caption: str, code: str, attributes: str) -> str:
    title = f'<span class="filename">{caption}</span>' if caption else ""
    return (
        f'<div class="language-{language} highlight" data-search-exclude'
        f"{attributes}>{title}<pre><code>{code}</code></pre></div>"
    )


def code(text: str, attributes: str = "") -> str:
    """A piece of code in running text.

    Args:
        text: The code.
        attributes: Attributes of the element, with a space before each.

    Returns:
        HTML.

    Examples:
        >>> code("a < b")
        '<code>a &lt; b</code>'
    """
    return f"<code{attributes}>{escape(text, quote=False)}</code>"


def inline(text: str) -> str:
    """Text with backticks and lines of Nova as HTML.

    Args:
        text: One line.

    Returns:
        HTML. A sentence that `say` found no translation of is marked.

    Examples:
        >>> inline("`a < b` in 2")
        '<code>a &lt; b</code> in 2'
        >>> print(inline("nova/utils.py:12"))
        <a href="https://opendev.org/openstack/nova/src/tag/34.0.0/nova/utils.py#L12" data-search-exclude>utils.py:12</a>
    """
    shown = _CODE_SPAN.sub(r"<code>\1</code>", escape(text, quote=False))
    shown = _NOVA_LINE.sub(
        lambda found: (
            f'<a href="{upstream.address("nova", found[1], int(found[2]))}"'
            " data-search-exclude>"
            f"{found[1].removeprefix('nova/')}:{found[2]}</a>"
        ),
        shown,
    )
    return mark(text, shown)


def breakable(shown: str) -> str:
    """Let long names break where a reader expects it, not inside a word.

    `docs/theme/material/assets/sites.js` does the same for the rows it makes.

    Args:
        shown: HTML.

    Returns:
        HTML in which words may break after dots, underscores and slashes, and
        in long words before a capital, in parts of five letters or more.

    Examples:
        >>> breakable("<code>abort_instance_claim</code>")
        '<code>abort_<wbr>instance_<wbr>claim</code>'
        >>> breakable('<a href="a/b_c/d.html">of Resource.__init__</a>')
        '<a href="a/b_c/d.html">of Resource.<wbr>__init__</a>'
        >>> breakable("nova/compute/manager.py:12")
        'nova/<wbr>compute/<wbr>manager.py:12'
        >>> breakable("os.path.join ConnectionError")
        'os.path.<wbr>join ConnectionError'
        >>> breakable("RescheduledException CreateVolumeTask.execute")
        'Rescheduled<wbr>Exception Create<wbr>Volume<wbr>Task.<wbr>execute'
    """

    def broken(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        part = _SHORT_PART if _LONG_WORD.search(found[0]) else _PART
        return part.sub(r"\g<0><wbr>", found[0])

    return _TAG_OR_NAME.sub(broken, shown)


def file_link(repo_url: str, path: str) -> str:
    """A link to a file of this project.

    Args:
        repo_url: The project's repository at a code host. One at example.org
            is a placeholder: nobody has said where the project is.
        path: The file's path from the project's root.

    Returns:
        HTML, for a caption; without a repository, the path alone.

    Examples:
        >>> file_link("https://git.test/with", "examples/start/tour.py")
        '<a href="https://git.test/with/blob/HEAD/examples/start/tour.py">examples/start/tour.py</a>'
        >>> file_link("https://example.org/with", "examples/start/tour.py")
        'examples/start/tour.py'
    """
    if "//example.org/" in repo_url:
        return path
    return f'<a href="{repo_url.rstrip("/")}/blob/HEAD/{path}">{path}</a>'


def sibling_url(url: str) -> str:
    """The URL of another page, for a link in a block's HTML.

    MkDocs leaves such a link alone: it is relative to the page's own folder.
    Zensical takes it for a link between source files, which are one folder up.

    Args:
        url: From a page that is not its folder's index: `../find/`.

    Returns:
        What the running engine turns into that URL.

    Examples:
        >>> sibling_url("../find/#s1")
        '../find/#s1'
    """
    if "zensical" in sys.modules:
        return url.removeprefix("../")
    return url


def program(source: str, caption: str = "", attributes: str = "") -> str:
    """A Python program.

    Args:
        source: The program's text.
        caption: HTML for the bar above it; no bar where it is empty.
        attributes: More attributes of the block, with a space before each.

    Returns:
        HTML.

    Examples:
        >>> "pass" in program("pass")
        True
    """
    return _block("python", caption, _spans(source, PythonLexer()), attributes)


def output(text: str, caption: str = "") -> str:
    """What a program printed.

    Args:
        text: The printed text.
        caption: HTML for the bar above it; no bar where it is empty.

    Returns:
        HTML without a copy button: there is nothing in it to paste.

    Examples:
        >>> print(output("1 < 2"))
        <div class="language-output no-copy highlight" data-search-exclude><pre><code><span class="go">1 &lt; 2</span></code></pre></div>
    """
    shown = f'<span class="go">{escape(text, quote=False)}</span>'
    return _block("output no-copy", caption, shown, "")


def session(text: str) -> str:
    r"""A session at the Python prompt, as doctest reads it.

    Args:
        text: Lines with `>>>` and `...`, and the output below them.

    Returns:
        HTML. Prompts have the class `gp` and output has the class `go`: the
        stylesheet keeps both out of what a reader selects. `data-copy` holds
        the input alone, for the copy button.

    Raises:
        ValueError: The text holds no example.

    Examples:
        >>> html = session(">>> with port:\n...     use(port)\n>>> 1 + 1\n2")
        >>> html.count('<span class="gp">'), html.count('<span class="go">')
        (4, 1)
        >>> print(html[html.index("data-copy"):html.index("><pre>")])
        data-copy="with port:
            use(port)
        <BLANKLINE>
        1 + 1
        "
    """
    parts = [p for p in _PARSER.parse(text) if isinstance(p, doctest.Example)]
    if not parts:
        raise ValueError(f"no `>>>` in {text!r}")
    shown, copied = [], []
    for example in parts:
        first, *rest = example.source.splitlines(keepends=True)
        if rest:
            # At a prompt, a block of several lines ends with an empty line.
            rest.append("\n")
        prompted = ">>> " + first + "".join("... " + line for line in rest)
        shown.append(_spans(prompted, PythonConsoleLexer()))
        copied += [first, *rest]
        if example.want:
            want = example.want.replace("<BLANKLINE>", "")
            shown.append(
                f'<span class="go">{escape(want, quote=False)}</span>'
            )
    copy = escape("".join(copied))
    return _block("pycon", "", "".join(shown), f' data-copy="{copy}"')


def fold(summary: str, content: str, attributes: str = "") -> str:
    """Content that a click on its summary shows.

    Args:
        summary: HTML.
        content: HTML.
        attributes: More attributes of the fold, with a space before each.

    Returns:
        HTML.

    Examples:
        >>> fold("Hint", "<p>Look.</p>")
        '<details class="fold"><summary>Hint</summary><p>Look.</p></details>'
    """
    return (
        f'<details class="fold"{attributes}><summary>{summary}</summary>'
        f"{content}</details>"
    )


def cards(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that a phone shows as a list of cards.

    Args:
        headings: HTML of the columns' headings.
        rows: HTML of the cells.

    Returns:
        HTML.

    Examples:
        >>> print(cards(["File", 'In "a"'], [["a.py", "12"]]))
        <div class="cards"><table><thead><tr><th>File</th><th>In "a"</th></tr></thead><tbody><tr><td>a.py</td><td data-label="In &quot;a&quot;">12</td></tr></tbody></table></div>
    """
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    labels = _labels(headings)
    body = "".join(
        f"<tr><td>{breakable(first)}</td>{_cells(rest, labels)}</tr>"
        for first, *rest in rows
    )
    return (
        '<div class="cards"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    attributes: str,
    *,
    ids: Sequence[str] = (),
    labelled: bool = True,
) -> str:
    """A table whose first column names the rows.

    Args:
        headings: HTML of the columns' headings.
        rows: HTML of the cells.
        attributes: Attributes of the table, with a space before each.
        ids: The rows' ids, if they have any.
        labelled: Whether cells repeat their heading, for styles that show a
            row as a card.

    Returns:
        HTML.

    Examples:
        >>> print(table(["File", "Uses"], [["a.py", "2"]], ' class="sorted"'))
        <table class="sorted"><thead><tr><th scope="col">File</th><th scope="col">Uses</th></tr></thead><tbody><tr><th scope="row">a.py</th><td data-label="Uses">2</td></tr></tbody></table>
    """
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    labels = _labels(headings) if labelled else [""] * (len(headings) - 1)
    starts = [f'<tr id="{one}">' for one in ids] or ["<tr>"] * len(rows)
    body = "".join(
        f'{start}<th scope="row">{breakable(first)}</th>'
        f"{_cells(rest, labels)}</tr>"
        for start, (first, *rest) in zip(starts, rows, strict=True)
    )
    return (
        f"<table{attributes}><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _labels(headings: Sequence[str]) -> list[str]:
    """The attribute that repeats a heading in its cells, but in the first."""
    texts = [re.sub(r"<[^>]*>", "", heading) for heading in headings[1:]]
    return [
        ' data-label="{}"'.format(text.replace('"', "&quot;"))
        for text in texts
    ]


def _cells(cells: Sequence[str], labels: Sequence[str]) -> str:
    return "".join(
        f"<td{label}>{breakable(cell)}</td>"
        for label, cell in zip(labels, cells, strict=True)
    )
