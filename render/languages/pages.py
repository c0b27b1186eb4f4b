"""The Chinese pages: which are missing, and which fell behind.

A Chinese page has the blocks of its English page in the same order, and the
ids of its headings. `docs/locale/zh/pages.toml` records a digest of each
English block that it was translated from: when the English page changes, the
digests name the block. README.zh.md is recorded there, too.

A page that fell behind is shown with a note, a page that is missing in
English. So is one that fell behind and pulls in or links to what its English
page let go of: that may not exist any more, and a translation that lags fails
no build.
"""

import textwrap
import tomllib
from difflib import SequenceMatcher
from pathlib import Path

from render.languages.page_blocks import blocks, needs
from render.paths import LOCALE, ROOT

ENGLISH = ROOT / "docs" / "en"
CHINESE = ROOT / "docs" / "zh"
README = ROOT / "README.zh.md"
# What each Chinese page was translated from.
RECORD = LOCALE / "zh" / "pages.toml"

COMMAND = "python -m render.languages.translations"

_HEADER = f"""\
# What each Chinese page was translated from: a digest of each block of its
# English page. Written by `{COMMAND} record PAGE`.
"""


def counterpart(path: Path) -> Path:
    """Find the same page in the other language.

    Args:
        path: A page, or README.zh.md.

    Returns:
        Its path, whether or not there is such a file.

    Raises:
        ValueError: The path isn't a page.
    """
    for own, other in (ENGLISH, CHINESE), (CHINESE, ENGLISH):
        if path.is_relative_to(own):
            return other / path.relative_to(own)
    if path == README:
        return ROOT / "README.md"
    raise ValueError(f"{path} is in neither docs/en nor docs/zh")


def translated() -> list[Path]:
    """List the Chinese pages that have an English one."""
    return [
        p for p in sorted(CHINESE.rglob("*.md")) if counterpart(p).is_file()
    ]


def missing() -> list[Path]:
    """List the Chinese pages that do not exist yet."""
    return [
        counterpart(path)
        for path in sorted(ENGLISH.rglob("*.md"))
        if not counterpart(path).is_file()
    ]


def orphans() -> list[Path]:
    """List the Chinese pages whose English page does not exist any more."""
    return [
        path
        for path in sorted(CHINESE.rglob("*.md"))
        if not counterpart(path).is_file()
    ]


def recorded() -> dict[str, list[str]]:
    """Read what each Chinese page was translated from.

    Returns:
        For each English file, by its path in the project, digests of blocks.

    Raises:
        ValueError: The file is not TOML, or holds something else.
    """
    if not RECORD.is_file():
        return {}
    try:
        found = tomllib.loads(RECORD.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"{RECORD.relative_to(ROOT)}: {error}. After a merge, keep either "
            f"side, and run `{COMMAND} record` for the pages that differ"
        ) from error
    for name, digests in found.items():
        if not isinstance(digests, str):
            raise ValueError(
                f"{RECORD.relative_to(ROOT)}: `{name}` is not a text of "
                "digests. Delete it, and once its Chinese page says what it "
                f"says, run `{COMMAND} record` for that page"
            )
    return {name: digests.split() for name, digests in found.items()}


def record(page: Path) -> None:
    """Record that a Chinese page says what its English page says now.

    Args:
        page: A page in `docs/zh`, or README.zh.md.

    Raises:
        ValueError: The two pages differ in their number of blocks.
    """
    english = counterpart(page)
    own = blocks(page.read_text("utf-8"))
    theirs = blocks(english.read_text("utf-8"))
    if len(own) != len(theirs):
        raise ValueError(
            f"{page.relative_to(ROOT)} has {len(own)} blocks, "
            f"{english.relative_to(ROOT)} has {len(theirs)}: give it the same "
            "blocks in the same order, then record it"
        )
    known = recorded()
    known[str(english.relative_to(ROOT))] = [b.digest for b in theirs]
    write(known)


def write(known: dict[str, list[str]]) -> None:
    """Write what each Chinese page was translated from.

    Pages are apart and lines short, so that two branches merge unless both
    translated the same page.

    Args:
        known: As `recorded` returns it. Pages that do not exist any more are left out.
    """
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(
        _HEADER
        + "".join(
            f'\n"{name}" = """\n'
            + "\n".join(textwrap.wrap(" ".join(digests), 76))
            + '\n"""\n'
            for name, digests in sorted(known.items())
            if (ROOT / name).is_file()
        ),
        "utf-8",
    )


def behind(page: Path) -> list[str]:
    """Compare a Chinese page with its English page as it is now.

    Args:
        page: A page in `docs/zh`, or README.zh.md.

    Returns:
        A sentence for each English block that changed, came or went since
        the page was translated.
    """
    return _behind(page, recorded())


def _behind(page: Path, known: dict[str, list[str]]) -> list[str]:
    english = counterpart(page)
    own = blocks(page.read_text("utf-8"))
    theirs = blocks(english.read_text("utf-8"))
    at, source = page.relative_to(ROOT), str(english.relative_to(ROOT))
    if source not in known:
        return [
            f"{at}:1: what it was translated from is not recorded; when it "
            f"says what {source} says: `{COMMAND} record {at}`"
        ]
    found = []
    compared = SequenceMatcher(
        None, known[source], [b.digest for b in theirs], autojunk=False
    )
    for what, old, old_end, new, new_end in compared.get_opcodes():
        here = own[min(old, len(own) - 1)].line
        if what == "delete":
            found.append(
                f"{at}:{here}: {old_end - old} block(s) from here on are gone "
                f"from {source}"
            )
        elif what != "equal":
            did = "is new" if what == "insert" else "changed"
            for block in theirs[new:new_end]:
                said = textwrap.shorten(block.text, 60, placeholder=" ...")
                found.append(
                    f"{at}:{here}: {source}:{block.line} {did}: {said}"
                )
    return found


def states() -> dict[Path, str]:
    """Tell which Chinese pages are not up to date.

    Returns:
        By a page's path in `docs/zh`: `english` if the site shows its English
        page instead, `behind` if it shows an older translation.

    Raises:
        ValueError: The record is not TOML.
    """
    known = recorded()
    found = dict.fromkeys(missing(), "english")
    for page in translated():
        if _behind(page, known):
            own = needs(page.read_text("utf-8"))
            english = needs(counterpart(page).read_text("utf-8"))
            found[page] = "behind" if own <= english else "english"
    return found


def notes() -> dict[str, str]:
    """Tell which pages of the Chinese site carry a note, for its templates.

    Returns:
        As `states`, by the page's address from the root of its site.
    """
    return {_address(page): state for page, state in states().items()}


def untranslated() -> dict[str, str]:
    """Tell which English pages don't offer a Chinese one, for their template.

    Returns:
        `english`, by the page's address from the root of its site. If the
        record can't be read, which ends the Chinese build alone, only the
        pages that are missing.
    """
    try:
        known = states()
    except ValueError:
        known = dict.fromkeys(missing(), "english")
    return {
        _address(p): state for p, state in known.items() if state == "english"
    }


def _address(page: Path) -> str:
    inside = page.relative_to(CHINESE).with_suffix("").as_posix()
    return f"{inside}/".removesuffix("index/")


def english_fallbacks(folder: Path) -> bool:
    """Gather the pages of the Chinese site, if some of them are English.

    Args:
        folder: Where to. It gets a link to each page.

    Returns:
        Whether it did. If not, the pages are those of `docs/zh`.
    """
    found = states()
    if "english" not in found.values() and not orphans():
        return False
    for english in ENGLISH.rglob("*.md"):
        page = counterpart(english)
        place = folder / page.relative_to(CHINESE)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(english if found.get(page) == "english" else page)
    return True
