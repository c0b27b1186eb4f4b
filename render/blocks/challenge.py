"""A lesson's task, as a formatter of pymdownx.superfences.

In a page, a block named `challenge` holds the name of a folder in
`examples/challenges/`, then two lines of prose, the hint and what there is to
say of the solution, each behind the word to fold it under:

    ```challenge
    cleanup_fails
    Hint: The helper sees that an exception left its body.
    Solution: The `raise` goes.
    ```

The words stand in the page, so that each language has its own; the code
stands in `examples/`, once.
"""

import re
from html import escape
from typing import Any

from render import html
from render.blocks import fences
from render.paths import ROOT

_WORDS = re.compile(r"([^:\uff1a]+)(?:: +|\uff1a)(.+)")


class Challenge:
    """The start of a challenge, its hint and its solution, both folded."""

    def __init__(self, repo_url: str) -> None:
        """Take the option from mkdocs.yml.

        Args:
            repo_url: The project's repository, for the link to the file.
        """
        self.repo_url = repo_url

    @fences.ends_build
    def __call__(self, source: str, *_: Any, **__: Any) -> str:
        r"""Show what a reader changes, and fold what helps.

        Args:
            source: The block's text: a name, and two lines of prose.

        Returns:
            HTML. `data-challenge` holds the name, for the script that runs
            the check. Hint and solution are kept out of the search's index.

        Raises:
            FenceError: There is no such challenge, or a line is missing.

        Examples:
            >>> show = Challenge("https://example.org")
            >>> show("gone")
            Traceback (most recent call last):
                ...
            render.blocks.fences.FenceError: ```challenge: there is no examples/challenges/gone/start.py
            >>> show("cleanup_fails\nHint: Look.")
            Traceback (most recent call last):
                ...
            render.blocks.fences.FenceError: ```challenge: cleanup_fails wants two lines below its name, `Hint: ...` and `Solution: ...`
        """
        name, *lines = source.strip().splitlines()
        path = f"examples/challenges/{name}/start.py"
        start = ROOT / path
        if not start.is_file():
            raise fences.FenceError(f"```challenge: there is no {path}")
        words = [
            found.groups() for found in map(_WORDS.fullmatch, lines) if found
        ]
        if len(words) != 2 or len(lines) != 2:
            raise fences.FenceError(
                f"```challenge: {name} wants two lines below its name, "
                "`Hint: ...` and `Solution: ...`"
            )
        begin = html.program(
            start.read_text("utf-8").strip(),
            html.file_link(self.repo_url, path),
        )
        solution = start.with_name("solution.py").read_text("utf-8")
        (hint, explained), (word, said) = words
        return (
            f'<div class="challenge" data-challenge="{name}">{begin}'
            + _fold(hint, explained)
            + _fold(word, said, html.program(solution.strip()))
            + "</div>"
        )


def _fold(summary: str, text: str, code: str = "") -> str:
    return html.fold(
        escape(summary),
        f"<p>{html.inline(text)}</p>{code}",
        " data-search-exclude",
    )
