"""The fenced blocks that pages may hold, as an extension of Python-Markdown.

It is pymdownx.superfences with these blocks, which mkdocs.yml names once:

    render.blocks.registry:
      repo_url: https://example.org/the-project

A block is a function from its text to HTML. Any exception ends the build:
superfences alone would show the block's text as if it were code.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from mkdocs.exceptions import BuildError
from pymdownx.superfences import SuperFencesCodeExtension, SuperFencesException

from render import cache
from render.blocks import (
    cases,
    cases_table,
    challenge,
    changes,
    compare,
    flow,
    lint,
    path,
    playground,
    recorded,
    release,
    run,
    upstream,
    wild,
)
from render.languages import locale
from render.paths import ROOT

Block = Callable[[str], str]


class PageError(SuperFencesException, BuildError):  # type: ignore[misc]  # Untyped.
    """A page has a wrong block. MkDocs prints no traceback of a BuildError."""


def blocks(repo_url: str) -> dict[str, Block]:
    """The blocks by their names, as pages write them behind three backticks.

    Args:
        repo_url: The project's repository at a code host, for links to files.

    Returns:
        Functions from the text of a block to HTML.
    """
    return {
        "cases": cases.block,
        "cases_table": cases_table.block,
        "challenge": partial(challenge.block, repo_url=repo_url),
        "changes": changes.block,
        "compare": compare.block,
        "flow": flow.block,
        "lint": partial(lint.block, repo_url=repo_url),
        "path": path.block,
        "playground": playground.block,
        "recorded": recorded.block,
        "release": release.block,
        "run": partial(run.block, repo_url=repo_url),
        "upstream": upstream.block,
        "wild": wild.block,
    }


def ends_build(name: str, block: Block) -> Callable[..., str]:
    """Let every exception of a block end the build.

    What a block shows is taken over from earlier builds.

    Args:
        name: The block's name.
        block: The block. What it returns depends on its text, the language,
            and files that it reads by `render.data`.

    Returns:
        A formatter of superfences. It raises nothing but
        SuperFencesException, the only one that superfences lets through; for
        a BuildError, whose message is written for the page's author, a
        PageError. The message names the lines of pages that hold the block.

    Examples:
        >>> ends_build("release", lambda text: text.gone)("text")
        Traceback (most recent call last):
            ...
        pymdownx.superfences.SuperFencesException: ```release: AttributeError: 'str' object has no attribute 'gone'
    """

    def formatter(source: str = "", *_: Any, **__: Any) -> str:
        text = source.strip()
        slot = f"block {name} {locale.current()} {text}"
        given = getattr(block, "keywords", None)
        try:
            shown: str = cache.result(slot, given, lambda: block(text))
            return shown
        except BuildError as error:
            raise PageError(f"{_places(name, text)}: {error}") from error
        except Exception as error:
            raise SuperFencesException(
                f"{_places(name, text)}: {type(error).__name__}: {error}"
            ) from error

    return formatter


def _places(name: str, text: str) -> str:
    """A block's name after the lines of pages where the block begins."""
    fence = re.compile(rf"^([ \t]*)```{name}[ \t]*\n(.*?)^\1```", re.M | re.S)
    found: list[str] = []
    # A Chinese build shows English pages where there are no Chinese ones.
    for language in dict.fromkeys([locale.current(), "en"]):
        for page in sorted((ROOT / "docs" / language).rglob("*.md")):
            content = page.read_text("utf-8")
            found += [
                f"{page.relative_to(ROOT)}:{1 + content.count(chr(10), 0, m.start())}"
                for m in fence.finditer(content)
                if m[2].split() == text.split()
            ]
        if found:
            break
    return ": ".join([*found, f"```{name}"])


def _refuse_options(name: str, given: dict[str, Any], *_: Any) -> bool:
    """Let options after a block's name fail the build: no block takes any."""
    if given:
        raise PageError(f"```{name} takes no options: {', '.join(given)}")
    return True


def makeExtension(repo_url: str) -> SuperFencesCodeExtension:  # noqa: N802  # Its name.
    """Make the extension, as Python-Markdown asks for it by module name.

    Args:
        repo_url: The option of that name in mkdocs.yml.

    Returns:
        The extension.
    """
    return SuperFencesCodeExtension(
        custom_fences=[
            {
                "name": name,
                "class": name,
                "format": ends_build(name, block),
                "validator": _refuse_options,
            }
            for name, block in blocks(repo_url).items()
        ]
    )
