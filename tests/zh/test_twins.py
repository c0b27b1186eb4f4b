"""A Chinese page says what its English page says, in the same order.

`python -m render.languages.translations` lists what is missing and what fell
behind.
"""

import re
import string
import tomllib
from calendar import month_name
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from render.languages import catalogues, locale, translations
from render.languages.translations import (
    CHINESE,
    ENGLISH,
    Block,
    blocks,
    headings,
    matter,
)
from render.paths import LOCALE
from tests.project import ROOT, directives, nav, refuse, where

PAGES = sorted(CHINESE.rglob("*.md"))
TEXTS = [*PAGES, translations.README]
TERMS = tomllib.loads((ROOT / "docs" / "terms.toml").read_text("utf-8"))[
    "term"
]

_FENCE = re.compile(r"^```(\w+)\n(.*)^```$", re.M | re.S)
_CODE = re.compile(r"(`+)(.+?)\1")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ATTRIBUTES = re.compile(r" *\{:? *[.#][^}]*\}")
_MARKER = re.compile(r"^\s*(?:#+|[-*:]|\d+\.) ")
_TAG = re.compile(r"</?[a-z][^>]*>")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
# "May" alone is another word.
_MONTH = re.compile(rf"\b({'|'.join(month_name[1:])})(?= \d{{4}})")
# Fenced blocks that hold sentences, by how they begin.
_TOLD = r"```(?:challenge|playground|wild\nsay)\n"
_HAN = r"\u3400-\u9fff"

# Words of Python that a Chinese sentence may name more often than the English.
_KEYWORDS = {"with", "except", "raise", "try", "finally", "return", "as"}
_KEYWORDS |= {"__context__", "__cause__", "__enter__", "__exit__"}


def _by_page(
    problems: Callable[[Path], Iterator[str]], pages: list[Path] = PAGES
) -> None:
    refuse(problem for page in pages for problem in problems(page))


def _pairs(page: Path) -> Iterator[tuple[Block, Block]]:
    """The blocks of a page behind its front matter, English ones first."""
    first = 2 if page == translations.README else 1  # It begins with a link.
    theirs = blocks(translations.twin(page).read_text("utf-8"))[first:]
    own = blocks(page.read_text("utf-8"))[first:]
    return zip(theirs, own, strict=False)


def _prose(text: str) -> str:
    """A block without its code, links' addresses, attributes and tags."""
    text = _ATTRIBUTES.sub("", text)
    for pattern in (_CODE, _LINK, _TAG):
        text = pattern.sub(lambda m: "]" if m[0][0] == "]" else "A", text)
    return re.sub(r"\*\*|[\[\]]", "", text)


def _code(text: str) -> Counter[str]:
    return Counter(found[1] for found in _CODE.findall(text))


def _numbers(text: str) -> set[str]:
    """The numbers of a block; a month has a name in English alone."""
    months = [*month_name]
    text = _MONTH.sub(lambda m: str(months.index(m[0])), _prose(text))
    return set(_NUMBER.findall(text))


def _counted(text: str) -> set[str]:
    """The numbers of the survey that a sentence names."""
    said = text.startswith("```wild\nsay\n")
    return set(re.findall(r"\{[^}]+\}", text)) if said else set()


def test_both_languages_have_the_same_pages() -> None:
    """Until then a page is shown in the other language, with a note."""
    refuse(
        f"{path.relative_to(ROOT)}: missing; `python -m "
        "render.languages.translations new` begins it"
        for path in translations.missing()
    )
    refuse(
        f"{where(page, 1)}: there is no "
        f"{translations.twin(page).relative_to(ROOT)}"
        for page in PAGES
        if not translations.twin(page).is_file()
    )


def test_pages_follow_the_english_ones() -> None:
    """A page that fell behind is named with the block."""
    _by_page(lambda page: iter(translations.behind(page)), TEXTS)


def test_the_navigation_is_the_same() -> None:
    """The same files in the same order; titles are Chinese."""
    assert nav("mkdocs.zh.yml") == nav("mkdocs.yml")


def test_the_readmes_link_to_each_other() -> None:
    """By their first lines."""
    for path, link in (
        (translations.README, "[English](README.md)"),
        (translations.twin(translations.README), "[中文](README.zh.md)"),
    ):
        assert path.read_text("utf-8").splitlines()[0] == link


def test_a_changed_block_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changed, came and went in English is told by place and words."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "ENGLISH", tmp_path / "en")
    monkeypatch.setattr(translations, "CHINESE", tmp_path / "zh")
    english, page = tmp_path / "en" / "a.md", tmp_path / "zh" / "a.md"
    for path in english, page:
        path.parent.mkdir()
        path.write_text("---\ndescription: d\n---\n\n# A\n\nB\n\nC\n\nD\n")
    translations.follow(page)
    assert translations.behind(page) == []
    translations.follow(page)
    assert page.read_text().count("follows:") == 1
    english.write_text(
        "---\ndescription: d\n---\n\n# A\n\nB2\n\nC\n\nNew\n\nD\n"
    )
    changed, new = translations.behind(page)
    assert changed == "zh/a.md:9: en/a.md:7 changed: B2"
    assert new.endswith("en/a.md:11 is new: New")
    with pytest.raises(ValueError, match="5 blocks, the English page has 6"):
        translations.follow(page)
    english.write_text("---\ndescription: d\n---\n\n# A\n\nB\n\nD\n")
    [gone] = translations.behind(page)
    assert "zh/a.md:11: 1 block(s)" in gone


def test_the_front_matter_is_the_same() -> None:
    """Title and description are Chinese; all else is the English page's."""

    def problems(page: Path) -> Iterator[str]:
        own = matter(page.read_text("utf-8"))
        theirs = matter(translations.twin(page).read_text("utf-8"))
        text = str(own.get("description", ""))
        if not 40 <= len(text) <= 100:
            yield (
                f"{where(page, 1)}: the description has {len(text)} "
                "characters; write 40 to 100"
            )
        if '"' in text:
            yield f'{where(page, 1)}: a `"` in the description'
        if own.keys() - {"follows"} != theirs.keys():
            yield f"{where(page, 1)}: other keys than the English page"
        for key in theirs.keys() & own.keys() - {"title", "description"}:
            if own[key] != theirs[key]:
                yield f"{where(page, 1)}: another `{key}`"

    _by_page(problems)


def test_headings_have_the_english_ids() -> None:
    """A link to a heading works in both languages."""

    def problems(page: Path) -> Iterator[str]:
        own = headings(page.read_text("utf-8"))
        theirs = headings(translations.twin(page).read_text("utf-8"))
        if own != theirs:
            for name in own:
                if name not in theirs:
                    yield f"{where(page, 1)}: heading #{name}: not in English"
            for name in theirs:
                if name not in own:
                    yield (
                        f"{where(page, 1)}: no heading {{ #{name} }}; inside "
                        r"an id, `__` is written `\_\_`"
                    )
            if sorted(own) == sorted(theirs):
                yield f"{where(page, 1)}: headings in another order"

    _by_page(problems)


def test_directives_are_the_same() -> None:
    """Both pages show the same modules."""
    refuse(
        f"{where(page, 1)}: other `:::` lines than the English page"
        for page in PAGES
        if [n for _, n in directives(page)]
        != [n for _, n in directives(translations.twin(page))]
    )


def _kind(text: str) -> str:
    """What a block is, by how it begins."""
    for kind, start in {
        "heading": r"(#+) ",
        "fence": r"(```\w*)",
        "directive": r":::",
        "table": r"\|",
        "list": r"[-*] ",
        "numbered list": r"\d+\. ",
        "definition": r".*\n: ",
        "admonition": r"!!! ",
        "HTML": r"(</?\w+)",
    }.items():
        if found := re.match(start, text):
            return f"{kind} {''.join(found.groups())}".strip()
    return "paragraph"


def _rows(text: str) -> int:
    """The rows or the items of a table or a list."""
    return len(re.findall(r"^(?:\||\s*[-*] |\s*\d+\. |: )", text, re.M))


def test_blocks_are_of_the_same_kind() -> None:
    """Paragraph for paragraph, table for table, item for item."""

    def problems(page: Path) -> Iterator[str]:
        own = blocks(page.read_text("utf-8"))
        theirs = blocks(translations.twin(page).read_text("utf-8"))
        if len(own) != len(theirs):
            yield (
                f"{where(page, 1)}: {len(own)} blocks, the English page has "
                f"{len(theirs)}"
            )
        for their, block in _pairs(page):
            if _kind(their.text) != _kind(block.text):
                yield (
                    f"{where(page, block.line)}: {_kind(block.text)}, in "
                    f"English line {their.line}: {_kind(their.text)}"
                )
                return
            if _rows(their.text) != _rows(block.text):
                yield (
                    f"{where(page, block.line)}: {_rows(block.text)} rows or "
                    f"items, in English {_rows(their.text)}"
                )

    _by_page(problems, TEXTS)


def _fixed(kind: str, content: str) -> list[str]:
    """The lines of a fenced block, less the words that are translated."""
    lines = content.splitlines()
    if kind == "recorded":
        return [line.partition(":")[0] for line in lines]
    if kind == "playground":
        return [line.partition(": ")[0] for line in lines]
    if kind == "challenge" or (kind == "wild" and lines[0] == "say"):
        return [lines[0], *("" for _ in lines[1:])]
    if kind in ("tree", "pipeline", "routes", "actions"):
        rest = [line.partition(": ")[0] for line in lines[1:]]
        return [str(lines[0].count(" | ")), *rest]
    if kind == "path":
        return [_step(line) for line in lines]
    return lines


def _step(line: str) -> str:
    """A line of a path, less its sentence."""
    indent = line[: len(line) - len(line.lstrip())]
    word = line.split()[0]
    if word in ("service", "with"):
        return line
    if word in ("call", "rpc", "cast", "handler"):
        return line.partition(": ")[0]
    return f"{indent}{word}" if word in "+-" else f"{indent}..."


def test_fenced_blocks_are_the_same() -> None:
    """Only headings and sentences in them are translated."""

    def problems(page: Path) -> Iterator[str]:
        for their, block in _pairs(page):
            left, right = _FENCE.match(their.text), _FENCE.match(block.text)
            if not left or not right:
                continue
            wanted = _fixed(left[1], left[2])
            found = _fixed(right[1], right[2])
            for number, (a, b) in enumerate(
                zip(wanted, found, strict=False), block.line + 1
            ):
                if a != b:
                    yield f"{where(page, number)}: `{b}`, in English `{a}`"
            if len(wanted) != len(found):
                yield f"{where(page, block.line)}: another number of lines"

    _by_page(problems, TEXTS)


def test_code_numbers_and_links_are_the_same() -> None:
    """Block by block, nothing of them is lost and nothing is new."""

    def problems(page: Path) -> Iterator[str]:
        english = translations.twin(page).read_text("utf-8")
        known = {*_code(english), *_KEYWORDS}
        for their, block in _pairs(page):
            at = where(page, block.line)
            fence = _FENCE.match(block.text)
            if fence and not re.match(_TOLD, block.text):
                continue
            for text in _counted(their.text) ^ _counted(block.text):
                yield (
                    f"{at}: {text} stands on one of the two pages only "
                    f"(English line {their.line})"
                )
            own, wanted = _code(block.text), _code(their.text)
            for text in wanted.keys() - own.keys():
                yield f"{at}: `{text}` of English line {their.line} is missing"
            for text in own.keys() - wanted.keys() - known:
                yield f"{at}: `{text}` is not on the English page"
            numbers = _numbers(their.text) ^ _numbers(block.text)
            if numbers:
                yield (
                    f"{at}: {', '.join(sorted(numbers))} stand on one of the "
                    f"two pages only (English line {their.line})"
                )
            links = Counter(_LINK.findall(their.text))
            if links != Counter(_LINK.findall(block.text)):
                yield f"{at}: other links than English line {their.line}"

    _by_page(problems, TEXTS)


def _sentences(page: Path) -> Iterator[tuple[int, str]]:
    """Lines of prose and cells of tables, with the lines' numbers."""
    for block in blocks(page.read_text("utf-8")):
        fence = _FENCE.match(block.text)
        if fence and not re.search(f"[{_HAN}]", fence[2]):
            continue
        for number, line in enumerate(block.text.splitlines(), block.line):
            text = _MARKER.sub("", line)
            cells = text.split("|") if text.startswith("|") else [text]
            yield from ((number, _prose(cell.strip())) for cell in cells)


_TYPOGRAPHY = {
    f"[{_HAN}][A-Za-z0-9]|[A-Za-z0-9%][{_HAN}]": (
        "a space between Chinese and Latin letters, digits or code"
    ),
    f"[{_HAN}][,;!?]|[{_HAN}]:(?! )|[{_HAN}]\\.(?!\\w)": (
        "full-width punctuation after Chinese: ，；：！？。"
    ),
    # A function's `()` in a description stands without backticks.
    f"[{_HAN}] ?\\(|(?<!\\()\\) ?[{_HAN}]": (
        "full-width brackets in Chinese: （）"
    ),
    " [，。；：！？、（）“”]|[，。；：！？、（）“”] (?=\\S)": (
        "no space beside full-width punctuation"
    ),
    f"[「」『』]|\\.\\.\\.[{_HAN}]|。。": "quotes are “”, dots are ……",
    "(?<![*\\w])\\*[^*\\s][^*]*\\*(?!\\*)": "no italics; write **bold** or “”",
}


def test_typography() -> None:
    """What Chinese readers see at once, and translators overlook."""

    def problems(page: Path) -> Iterator[str]:
        for number, line in _sentences(page):
            for pattern, rule in _TYPOGRAPHY.items():
                if found := re.search(pattern, line):
                    near = line[max(0, found.start() - 8) : found.end() + 8]
                    yield f"{where(page, number)}: {rule}: ...{near}..."

    _by_page(problems, TEXTS)


def test_one_sentence_a_line() -> None:
    """A change of one sentence is a change of one line."""

    def problems(page: Path) -> Iterator[str]:
        for block in blocks(page.read_text("utf-8"))[1:]:
            if block.text.startswith("```challenge"):
                continue  # Its hint is one line, its solution another.
            for number, line in enumerate(block.text.splitlines(), block.line):
                # Inside quotes, brackets and cells there may be more.
                two = re.search(r"[。！？](?![”）\s]|$)", _prose(line))
                if two and not line.startswith("|"):
                    yield f"{where(page, number)}: two sentences"

    _by_page(problems)


def test_nothing_is_left_in_english() -> None:
    """A paragraph that is the same in both was not translated."""

    def problems(page: Path) -> Iterator[str]:
        for their, block in _pairs(page):
            words = re.findall(r"\b[a-z]{2,}\b", _prose(block.text))
            fixed = re.match(rf"(?!{_TOLD})```|:::", block.text)
            if their.text == block.text and len(words) > 2 and not fixed:
                yield f"{where(page, block.line)}: still English"

    _by_page(problems, TEXTS)


def _banned(tongue: str, text: str) -> Iterator[tuple[int, str, str]]:
    """The lines with a word that a term stands for, and the term."""
    for number, line in enumerate(text.splitlines(), 1):
        for term in TERMS:
            for word in term.get(f"not_{tongue}", []):
                edge = r"\b" if tongue == "en" else ""
                if re.search(f"{edge}{re.escape(word)}{edge}", line, re.I):
                    yield number, word, term[tongue]


@pytest.mark.parametrize(
    ("tongue", "text", "term"),
    [
        ("zh", "它会再次抛出异常。", "重新抛出"),
        ("en", "Read the stack trace.", "traceback"),
    ],
)
def test_a_banned_word_is_found(tongue: str, text: str, term: str) -> None:
    """The test below can fail."""
    assert [found[2] for found in _banned(tongue, text)] == [term]


def test_one_term_for_one_thing() -> None:
    """No page and no catalogue uses a word that docs/terms.toml rules out."""

    def problems() -> Iterator[str]:
        english = [*ENGLISH.rglob("*.md"), *(ROOT / "examples").rglob("*.py")]
        chinese = [*TEXTS, *(LOCALE / "zh").glob("*.po")]
        for tongue, paths in (("en", english), ("zh", chinese)):
            for path in sorted(paths):
                text = path.read_text("utf-8")
                for number, word, term in _banned(tongue, text):
                    yield f"{where(path, number)}: `{word}`: write {term}"

    refuse(problems())


def test_the_glossary_has_the_terms() -> None:
    """What it explains is called there as everywhere."""
    text = (CHINESE / "reference" / "glossary.md").read_text("utf-8")
    terms = {term["zh"] for term in TERMS}
    refuse(
        f"the glossary explains {name}, docs/terms.toml has no such term"
        for name in re.findall(r"^\*\*(.+?)(?:（.*)?\*\*$", text, re.M)
        if re.search(f"[{_HAN}]", name.replace("、", "")) and name not in terms
    )


def test_terms_are_told_apart() -> None:
    """No term is ruled out by another, and none is listed twice."""
    for tongue in "en", "zh":
        terms = Counter(term[tongue] for term in TERMS)
        assert [t for t, count in terms.items() if count > 1] == []
        for text in terms:
            assert [*_banned(tongue, text)] == []


def test_catalogues_hold_what_pages_show() -> None:
    """`python -m render.languages.catalogues` has nothing to change."""

    def problems() -> Iterator[str]:
        for domain, sentences in catalogues.messages().items():
            path = LOCALE / "zh" / f"{domain}.po"
            if path.read_bytes() != catalogues.updated(
                path, domain, sentences
            ):
                yield (
                    f"{where(path, 1)}: not up to date; run `python -m "
                    "render.languages.catalogues` and translate what it names"
                )

    refuse(problems())


def test_catalogues_are_complete() -> None:
    """No sentence is left in English, and none follows an older one."""
    refuse(
        f"{where(path, message.lineno or 1)}: `{message.id}` "
        f"{'changed; translate it again' if message.fuzzy else 'is empty'}"
        for path in sorted((LOCALE / "zh").glob("*.po"))
        for message in locale.read(path)
        if message.id and (message.fuzzy or not message.string)
    )


def _named(text: str) -> Counter[tuple[str, str | None]]:
    """The names in braces, each with how its value is shown."""
    parsed = string.Formatter().parse(text)
    return Counter((name, shown) for _, name, _, shown in parsed if name)


def test_checks_say_their_values() -> None:
    """What a check observed stands in its Chinese sentence, each once."""
    path = LOCALE / "zh" / "challenges.po"
    refuse(
        f"{where(path, message.lineno or 1)}: other names in braces than "
        f"`{message.id}`"
        for message in locale.read(path)
        if _named(str(message.id)) != _named(str(message.string))
    )


def test_catalogues_keep_code_and_numbers() -> None:
    """A translation holds its sentence's code and numbers."""

    def problems() -> Iterator[str]:
        for path in sorted((LOCALE / "zh").glob("*.po")):
            for message in locale.read(path):
                english, text = str(message.id), str(message.string)
                if not text or message.fuzzy:
                    continue
                at = where(path, message.lineno or 1)
                if _code(english).keys() - _code(text).keys():
                    yield f"{at}: code of `{english}` is missing"
                if _numbers(english) != _numbers(text):
                    yield f"{at}: other numbers than `{english}`"
                if english.endswith(":") and not text.endswith("："):
                    yield f"{at}: the sentence leads to an example: end in ："
                for pattern, rule in _TYPOGRAPHY.items():
                    if found := re.search(pattern, _prose(text)):
                        yield f"{at}: {rule}: {found[0]}"

    refuse(problems())
