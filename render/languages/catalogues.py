"""Brings the catalogues of `docs/locale` up to date.

`python -m render.languages.catalogues` adds the sentences that are new, marks
as fuzzy those that changed, and takes out those that are gone.
"""

import io
import json
from collections import defaultdict
from pathlib import Path

import griffe
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from examples.reference.behaviour.cases import GROUPS
from render.blocks import behaviour, wild
from render.languages import nav
from render.languages.locale import has_words, paragraphs, read
from render.lessons.lesson import LessonExtension
from render.paths import DATA, LOCALE, ROOT
from survey.purposes import PURPOSES
from survey.sites import BODIES, SUSPICIONS

LANGUAGES = ("zh",)

Messages = dict[str, dict[str, set[str]]]


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
        if tab.name == "challenges":  # No lessons; their sentences are below.
            continue
        for name, module in sorted(tab.modules.items()):
            if lesson := module.extra.get("lesson"):
                texts = [lesson["explanation"]]
                for proof in lesson["proofs"]:
                    steps = proof["steps"]
                    texts += [t for kind, t in steps if kind == "text"]
                for line in (p for text in texts for p in paragraphs(text)):
                    file = f"examples/{tab.name}/{name}.py"
                    found[tab.name][line].add(file)
    for group, title in GROUPS.items():
        found["reference"][title].add("examples/reference/behaviour/cases.py")
        for situation in behaviour.situations(group):
            if has_words(situation.words):
                file = f"examples/reference/behaviour/{group}.py"
                found["reference"][situation.words].add(file)
    for path in sorted((DATA / "nova").glob("*.json")):
        for row in json.loads(path.read_text("utf-8")):
            for value in row.values():
                for line in value if isinstance(value, list) else [value]:
                    if has_words(str(line)):
                        file = f"docs/data/nova/{path.name}"
                        found["recorded"][str(line)].add(file)
    for word in [
        *wild.WORDS.values(),
        *(text for pair in PURPOSES.items() for text in pair),
        *(text for pair in BODIES.items() for text in pair),
        *(
            text
            for kind, (why, _) in SUSPICIONS.items()
            for text in (kind, why)
        ),
    ]:
        if has_words(word):
            found["wild"][word].add("render/blocks/wild.py")
    for title in nav.titles(nav.english()):
        found["nav"][title].add(nav.CONFIG.name)
    # What the modules of render/ and the checks of challenges say themselves:
    # the calls of `say`.
    for folder in "render", "examples/challenges":
        for file, _, text, *_ in extract_from_dir(
            ROOT / folder, keywords={"say": None}
        ):
            found[Path(folder).name][str(text)].add(f"{folder}/{file}")
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
