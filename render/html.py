"""Code as HTML: programs, sessions at the Python prompt, plain output.

The markup is Material's own, so that its styles and its copy button apply.
`data-search-exclude` keeps code out of the search index: the page says in
words what the code shows, and the index is loaded on every first visit.
"""

import doctest
import re
import sys
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonConsoleLexer, PythonLexer

_PARSER = doctest.DocTestParser()


# Names and punctuation have the colour of text: their tags would make a page a
# fifth longer and show nothing.
_PLAIN = re.compile(r'<span class="(?:n|nn|p|w)">([^<]*)</span>')

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


def link(repo_url: str, path: str) -> str:
    """A link to a file of this project.

    Args:
        repo_url: The project's repository at a code host.
        path: The file's path from the project's root.

    Returns:
        HTML, for a caption.

    Examples:
        >>> link("https://example.org/with", "examples/nova/releasing.py")
        '<a href="https://example.org/with/blob/HEAD/examples/nova/releasing.py">examples/nova/releasing.py</a>'
    """
    return f'<a href="{repo_url.rstrip("/")}/blob/HEAD/{path}">{path}</a>'


def beside(address: str) -> str:
    """The address of another page, for a link in a block's HTML.

    MkDocs leaves such a link alone: it starts at the page's own folder.
    Zensical takes it for one between source files, which lie one folder up.

    Args:
        address: From a page that is not its folder's index: `../find/`.

    Returns:
        What the engine at work turns into that address.

    Examples:
        >>> beside("../find/#s1")
        '../find/#s1'
    """
    if "zensical" in sys.modules:
        return address.removeprefix("../")
    return address


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


def table(headings: list[str], rows: list[list[str]]) -> str:
    """A table that a phone shows as a list of cards.

    Args:
        headings: HTML of the columns' headings.
        rows: HTML of the cells.

    Returns:
        HTML.

    Examples:
        >>> print(table(["File", 'In "a"'], [["a.py", "12"]]))
        <div class="cards"><table><thead><tr><th>File</th><th>In "a"</th></tr></thead><tbody><tr><td>a.py</td><td data-label="In &quot;a&quot;">12</td></tr></tbody></table></div>
    """
    labels = [
        re.sub(r"<[^>]*>", "", heading).replace('"', "&quot;")
        for heading in headings
    ]
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{label}">{cell}</td>'
            if number
            else f"<td>{cell}</td>"
            for number, (label, cell) in enumerate(
                zip(labels, row, strict=True)
            )
        )
        + "</tr>"
        for row in rows
    )
    return (
        '<div class="cards"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
