"""Asks your code what the survey asks OpenStack's: `python -m survey.check PATH`.

Prints a line for each place where a use of `save_and_reraise_exception()` looks
wrong: file and line, what, why, and the page on the pitfall. A finding is a
place to read; the text does not tell who calls a function.

The exit status is 0 where nothing looks wrong, 1 where something does, and 2
where a path does not exist. A file that is no Python, or that cannot be read,
is named and passed over.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from survey.reading import may_have_sites, parse
from survey.sites import SUSPICIONS, sites

PITFALLS = "docs/en/pitfalls"
# Folders that hold other people's code, or none.
_SKIPPED = {".git", ".tox", ".nox", ".venv", "venv", "node_modules"}


def findings(text: bytes) -> Iterator[tuple[int, str]]:
    """What looks wrong in a module.

    Args:
        text: The module.

    Yields:
        Lines, and which of `SUSPICIONS` is there.

    Raises:
        ValueError: It is no Python.

    Examples:
        >>> list(findings(b'''
        ... try:
        ...     plug(port)
        ... except OSError:
        ...     with excutils.save_and_reraise_exception():
        ...         raise PortError(port)
        ... '''))
        [(6, 'raise in the body')]
    """
    tree = parse(text)
    if may_have_sites(text):
        for site in sites(tree):
            yield from site.suspicions


def python_files(path: Path) -> Iterator[Path]:
    """The files to read: a file as it is, a folder's `*.py`, sorted.

    Args:
        path: A file or a folder.

    Yields:
        Files. Environments and version control's folders are left out.
    """
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*.py")):
        if file.is_file() and not (
            _SKIPPED & set(file.relative_to(path).parts)
        ):
            yield file


def check(paths: Iterable[Path]) -> int:
    """Print what looks wrong.

    Args:
        paths: Files and folders.

    Returns:
        The exit status.
    """
    status = 0
    for path in paths:
        if not path.exists():
            print(f"{path}: there is no such file", file=sys.stderr)
            return 2
        for file in python_files(path):
            try:
                if file.suffix != ".py":
                    raise ValueError("its name does not end in .py")
                found = sorted(findings(file.read_bytes()))
            except (OSError, ValueError) as error:
                print(f"{file}: passed over: {error}", file=sys.stderr)
                continue
            for line, what in found:
                why, page = SUSPICIONS[what]
                print(f"{file}:{line}: {what}: {why}; {PITFALLS}/{page}.md")
                status = 1
    return status


def main() -> int:
    """Run the command.

    Returns:
        Its exit status.
    """
    paths = [Path(argument) for argument in sys.argv[1:]]
    if not paths or any(str(path).startswith("-") for path in paths):
        print("usage: python -m survey.check PATH...", file=sys.stderr)
        return 2
    return check(paths)


if __name__ == "__main__":
    sys.exit(main())
