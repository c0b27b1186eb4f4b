"""Sentences outside pages, in the page's language.

The explanation and the lead-in sentences of a lesson, the words of a situation
and the cells of a recorded table stand once, in English, beside what they
speak of. Their translations stand in gettext catalogues, by the name of the
English sentence:

    docs/locale/<language>/<domain>.po

A domain is a folder of `examples/`, `recorded` for `render/nova/`.
`python -m render.language` brings the catalogues up to date: it adds what is
new, marks as fuzzy what changed, and takes out what is gone.
"""

import io
import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import griffe
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from examples.reference.behaviour.cases import GROUPS
from render import behaviour
from render.lesson import LessonExtension

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "docs" / "locale"
LANGUAGES = ("zh",)

Messages = dict[str, dict[str, set[str]]]

_CODE = re.compile(r"`[^`]*`|\bnova/[\w/]+\.py:\d+")
_LOG_LINE = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) ")
_WORD = re.compile(r"[A-Za-z]{2}")


class UntranslatedError(LookupError):
    """A page shows a sentence that its language has no words for."""


def paragraphs(text: str) -> list[str]:
    r"""The paragraphs of a docstring, each on one line.

    Args:
        text: Markdown without lists.

    Returns:
        What a catalogue calls the paragraphs by.

    Examples:
        >>> paragraphs("What\ncomes out.\n\nLook.")
        ['What comes out.', 'Look.']
    """
    return [" ".join(p.split()) for p in re.split(r"\n\s*\n", text) if p]


def has_words(cell: str) -> bool:
    """Whether a table's cell needs a translation.

    Args:
        cell: A line of a cell.

    Returns:
        False for code, numbers and log lines.

    Examples:
        >>> has_words("`OSError` of the driver"), has_words("`OSError`")
        (True, False)
        >>> has_words("ERROR Caught error"), has_words("+1 +0")
        (False, False)
    """
    if _LOG_LINE.match(cell):
        return False
    return bool(_WORD.search(_CODE.sub("", cell)))


def translate(text: str, language: str, domain: str) -> str:
    """A sentence in a language.

    Args:
        text: The English sentence, as `paragraphs` gives it.
        language: `en`, or a folder of `docs/locale`.
        domain: The catalogue.

    Returns:
        The sentence; as it is where the language is English.

    Raises:
        UntranslatedError: The catalogue has no translation of it.

    Examples:
        >>> translate("Look.", "en", "excutils")
        'Look.'
        >>> translate("Unheard of.", "zh", "excutils")
        Traceback (most recent call last):
            ...
        render.language.UntranslatedError: docs/locale/zh/excutils.po has no translation of `Unheard of.`: `python -m render.language` adds the sentence, write its msgstr
    """
    if language == "en":
        return text
    path = LOCALE / language / f"{domain}.po"
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    if found := _translations(path, stamp).get(text):
        return found
    raise UntranslatedError(
        f"{path.relative_to(ROOT)} has no translation of `{text}`: `python -m "
        "render.language` adds the sentence, write its msgstr"
    )


@cache
def _translations(path: Path, stamp: int) -> dict[str, str]:
    """A catalogue, read again when the file has changed."""
    return {
        str(message.id): str(message.string)
        for message in (read(path) if stamp else Catalog())
        if message.id and message.string and not message.fuzzy
    }


def read(path: Path) -> Catalog:
    """A catalogue as its file has it."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages() -> Messages:
    """All sentences outside pages that pages show.

    Returns:
        For each domain its sentences, and the files that they stand in.
    """
    found: Messages = defaultdict(lambda: defaultdict(set))
    examples = griffe.load(
        "examples",
        search_paths=[ROOT],
        extensions=griffe.load_extensions(LessonExtension("")),
    )
    for tab in examples.modules.values():
        for name, module in sorted(tab.modules.items()):
            if lesson := module.extra.get("lesson"):
                texts = [lesson["explanation"]]
                for proof in lesson["proofs"]:
                    texts += [t for kind, t in proof.steps if kind == "text"]
                for line in (p for text in texts for p in paragraphs(text)):
                    file = f"examples/{tab.name}/{name}.py"
                    found[tab.name][line].add(file)
    for group in GROUPS:
        for situation in behaviour.situations(group):
            if has_words(situation.words):
                file = f"examples/reference/behaviour/{group}.py"
                found["reference"][situation.words].add(file)
    for path in sorted((ROOT / "render" / "nova").glob("*.json")):
        for row in json.loads(path.read_text("utf-8")):
            for value in row.values():
                for line in value if isinstance(value, list) else [value]:
                    if has_words(str(line)):
                        file = f"render/nova/{path.name}"
                        found["recorded"][str(line)].add(file)
    return found


def updated(path: Path, domain: str, sentences: dict[str, set[str]]) -> bytes:
    """The text of a catalogue after its update."""
    template = Catalog(domain=domain)
    for sentence, files in sentences.items():
        template.add(sentence, locations=[(f, 0) for f in sorted(files)])
    kept = read(path) if path.is_file() else Catalog()
    kept.update(template)
    kept.obsolete.clear()
    lines = io.BytesIO()
    # No header: its dates would change the file where no sentence did.
    write_po(
        lines,
        kept,
        width=76,
        omit_header=True,
        include_lineno=False,
        include_previous=True,
    )
    return lines.getvalue()


def main() -> None:
    """Bring all catalogues up to date."""
    for domain, sentences in messages().items():
        for language in LANGUAGES:
            path = LOCALE / language / f"{domain}.po"
            text = updated(path, domain, sentences)
            path.write_bytes(text)
            left = [
                m for m in read(path) if m.id and (not m.string or m.fuzzy)
            ]
            print(
                f"{path.relative_to(ROOT)}: {len(sentences)} sentences, "
                f"{len(left)} to translate"
            )


if __name__ == "__main__":
    main()
