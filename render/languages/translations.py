"""What is left to translate into Chinese, and the commands for it.

    python -m render.languages.translations             # list it
    python -m render.languages.translations new docs/zh/troubleshoot/faq.md
    python -m render.languages.translations record docs/zh/troubleshoot/faq.md
    python -m render.languages.translations sentences

`new` begins a page as a copy of the English one, with the ids of its headings.
`record` notes that a page says what its English page says now. `sentences`
brings the catalogues up to date. The list ends with status 1 if there is
anything in it.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from render.languages import catalogues, pages
from render.languages.page_blocks import with_ids
from render.paths import ROOT


def left() -> Iterator[str]:
    """Find what is missing or behind in Chinese.

    Yields:
        A line for each page, block, sentence and title.
    """
    for page in pages.missing():
        own = page.relative_to(ROOT)
        yield f"{own}: missing; `{pages.COMMAND} new {own}` begins it"
    for page in pages.orphans():
        yield f"{page.relative_to(ROOT)}: its English page is gone; delete it"
    for page in [*pages.translated(), pages.README]:
        yield from pages.behind(page)
    for language in catalogues.LANGUAGES:
        yield from catalogues.lacking(language)


def summary() -> Iterator[str]:
    """Count what readers of Chinese get in English.

    Yields:
        Nothing if everything is translated.
    """
    states = [*pages.states().values()]
    sentences = len([*catalogues.lacking("zh")])
    counts = {
        "Chinese pages shown in English": states.count("english"),
        "Chinese pages behind their English pages": states.count("behind"),
        "Sentences shown in English on Chinese pages": sentences,
    }
    yield from (f"{what}: {n}" for what, n in counts.items() if n)
    if any(counts.values()):
        yield "`make translations` lists them."


def new(page: Path) -> None:
    """Begin a Chinese page.

    Args:
        page: Its path in `docs/zh`.

    Raises:
        ValueError: It exists, or has no English page.
    """
    english = pages.counterpart(page)
    if page.exists():
        raise ValueError(f"{page} exists already")
    if not english.is_file():
        raise ValueError(f"there is no {english} to translate")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(f"{with_ids(english.read_text('utf-8'))}\n", "utf-8")


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        prog=pages.COMMAND,
        description="List what is left to translate into Chinese.",
    )
    commands = parser.add_subparsers(dest="command")
    for name, help_ in (
        ("new", "begin a page"),
        ("record", "note that a page is up to date"),
    ):
        command = commands.add_parser(name, help=help_)
        command.add_argument("pages", nargs="+", type=Path, metavar="page")
    commands.add_parser("sentences", help="bring the catalogues up to date")
    commands.add_parser("summary", help="say how much is left, in a line")
    given = parser.parse_args()
    try:
        if given.command in ("new", "record"):
            act = new if given.command == "new" else pages.record
            for page in given.pages:
                act(page.resolve())
            return 0
        if given.command == "sentences":
            catalogues.update()
            return 0
        if given.command == "summary":
            for line in summary():
                print(line)
            return 0
        found = list(left())
    except (OSError, ValueError) as error:
        parser.exit(2, f"{error}\n")
    print("\n".join(found) or "Every Chinese page and sentence is up to date.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
