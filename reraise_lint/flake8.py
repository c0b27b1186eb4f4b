"""The plugin for flake8: `reraise_lint.flake8:Plugin`, with the prefix SRE."""

import ast
from collections.abc import Iterator
from typing import Any

import reraise_lint
from reraise_lint.checker import check
from reraise_lint.reading import NotReadError


class Plugin:
    """Reports the rules that are used by default.

    flake8 selects codes and handles `# noqa` itself.
    """

    name = "reraise-lint"
    version = reraise_lint.__version__

    def __init__(self, tree: ast.AST, lines: list[str]) -> None:
        """Take a module from flake8.

        Args:
            tree: The module as flake8 parsed it. It is parsed again, and
                only if it has the helper's name in it.
            lines: The module's lines.
        """
        self._lines = lines

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """Yield line, column, message and plugin of each finding."""
        source = "".join(self._lines).encode("utf-8", "surrogatepass")
        try:
            findings = check(_without_cookie(source), noqa=False)
        except NotReadError:
            return  # flake8 reports what isn't Python itself.
        for found in findings:
            yield (
                found.line,
                found.column - 1,
                f"{found.code} {found.message}",
                type(self),
            )


def _without_cookie(source: bytes) -> bytes:
    """Take out what declares another encoding: flake8 has decoded it."""
    lines = source.split(b"\n", 2)
    for number, line in enumerate(lines[:2]):
        if line.lstrip().startswith(b"#") and b"coding" in line:
            lines[number] = b"#"
    return b"\n".join(lines)
