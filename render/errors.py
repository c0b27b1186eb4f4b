"""Where in a page something went wrong.

A function that fills a page gets a piece of its text, but neither the page nor
the line. The code that renders the page has both. So the exception carries the
piece.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from render.paths import ROOT

# How mkdocstrings says that a `:::` names nothing.
_COLLECTED = re.compile(r"Could not collect '([^']+)'")
# Most messages begin with a file, and a line of it.
_PLACE = re.compile(r"[\w./-]+\.\w+:\d+: ")


class RenderError(Exception):
    """Something cannot be rendered; the message begins with the file."""


@contextmanager
def inside(piece: str) -> Iterator[None]:
    """Let an exception that leaves a `with` statement take a piece along.

    Args:
        piece: A piece of the page's text.

    Yields:
        Nothing.
    """
    try:
        yield
    except Exception as error:
        vars(error).setdefault("piece", piece)
        raise


def explained(error: BaseException, page: Path | None = None) -> RenderError:
    """Say where something went wrong, and what.

    Args:
        error: What a build raised.
        page: The page that was rendered, if it is known.

    Returns:
        The same, for a person.

    Examples:
        >>> page = ROOT / "docs/en/troubleshoot/faq.md"
        >>> print(explained(ValueError("it is wrong"), page))
        docs/en/troubleshoot/faq.md: it is wrong
        >>> print(explained(ValueError("docs/en/troubleshoot/faq.md:3: it is wrong"), page))
        docs/en/troubleshoot/faq.md:3: it is wrong
    """
    if isinstance(error, RenderError):
        return error
    raised = [error]
    while following := raised[-1].__cause__ or raised[-1].__context__:
        raised.append(following)
    # MkDocs ends a build by an exception of its own.
    [first, *_] = [one for one in raised if hasattr(one, "page")] or raised
    page = page or getattr(first, "page", None)
    what = str(first) or repr(first)
    if page is None or _PLACE.match(what):
        return RenderError(what)
    # The Chinese site links to pages that it shows in English.
    page = page.resolve()
    where = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page
    found = _COLLECTED.search(what)
    pieces = [vars(one)["piece"] for one in raised if "piece" in vars(one)]
    pieces += [found[1]] if found else []
    text = page.read_text("utf-8") if page.is_file() else ""
    for piece in pieces:
        before, there, _ = text.partition(piece)
        if there:
            return RenderError(f"{where}:{before.count(chr(10)) + 1}: {what}")
    return RenderError(f"{where}: {what}")
