"""Pages at the old addresses of pages that moved.

`docs/moved.toml` has them, for both languages:

    "old/address/" = "new/address/"
"""

import html
import os
import tomllib
from pathlib import Path

from render.languages.locale import say

_PAGE = """\
<!doctype html>
<html lang="{language}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'">
    <meta http-equiv="refresh" content="0; url={link}">
    <meta name="robots" content="noindex">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <link rel="canonical" href="{url}">
    <title>{title}</title>
  </head>
  <body>
    <h1>{title}</h1>
    <p><a href="{link}">{link_text}</a></p>
  </body>
</html>
"""


class MovedError(Exception):
    """The list of moved pages does not fit the pages."""


def read(path: Path) -> dict[str, str]:
    """Read which addresses lead to which.

    Args:
        path: The list.

    Returns:
        New addresses by old ones.

    Raises:
        MovedError: An address has no slash at its end, begins with one, or
            leaves the site.
    """
    found: dict[str, str] = tomllib.loads(path.read_text("utf-8"))
    for address in (*found, *found.values()):
        page = address.partition("#")[0]
        if not page.endswith("/") or {"", ".."} & {*page[:-1].split("/")}:
            raise MovedError(
                f'{path.name}: "{address}" is no address of a page; write it '
                'as "folder/page/", from the first page'
            )
    return found


def write(folder: Path, moved: dict[str, str], language: str) -> list[Path]:
    """Write the pages that lead on.

    Args:
        folder: A language's built pages.
        moved: New addresses by old ones.
        language: Theirs.

    Returns:
        The pages.

    Raises:
        MovedError: A page stands at an old address, or none at a new one.
    """
    written = []
    for old, new in moved.items():
        path = folder / old / "index.html"
        target, mark, fragment = new.partition("#")
        if path.exists():
            raise MovedError(
                f'moved.toml: "{old}" is a page; take the line out, or the page'
            )
        if target in moved or not (folder / target / "index.html").is_file():
            raise MovedError(
                f'moved.toml: "{old}" leads to "{target}", which is no page; '
                "name the page where readers are to end"
            )
        there = (folder / target / "index.html").read_text("utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        link = f"{os.path.relpath(target, old)}/{mark}{fragment}"
        path.write_text(
            _PAGE.format(
                language=language,
                title=html.escape(say("This page has moved")),
                link=html.escape(link),
                link_text=html.escape(say("To its new address")),
                url=_canonical(there),
            ),
            "utf-8",
        )
        written.append(path)
    return written


def _canonical(page: str) -> str:
    mark = '<link rel="canonical" href="'
    return page.partition(mark)[2].partition('"')[0]
