"""The catalogues of `docs/locale`: sentences outside pages, translated."""

import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import griffe
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from examples.reference.behaviour.cases import GROUPS
from render.blocks import recorded
from render.languages import nav
from render.languages.locale import has_words, paragraphs, read
from render.lessons.cases import cases
from render.lessons.lesson import explanation, proofs
from render.paths import DATA, LOCALE, ROOT
from reraise_lint import RULES
from survey.bodies import BODIES
from survey.purposes import PURPOSES

LANGUAGES = ("zh",)

Messages = dict[str, dict[str, set[str]]]


def messages() -> Messages:
    """Find all sentences outside pages that pages show.

    Returns:
        For each domain its sentences, and the files that they are in.
    """
    found: Messages = defaultdict(lambda: defaultdict(set))
    examples = griffe.load("examples", search_paths=[ROOT])
    for tab in examples.modules.values():
        if tab.name == "challenges":  # No lessons; their sentences are below.
            continue
        for name, module in sorted(tab.modules.items()):
            if module.docstring is None:
                continue
            texts = [explanation(module)]
            for proof in proofs(module):
                texts += [t for kind, t in proof.steps if kind == "text"]
            for line in (p for text in texts for p in paragraphs(text)):
                found[tab.name][line].add(f"examples/{tab.name}/{name}.py")
    for group, title in GROUPS.items():
        found["reference"][title].add("examples/reference/behaviour/cases.py")
        for case in cases(group):
            if has_words(case.words):
                file = f"examples/reference/behaviour/{group}.py"
                found["reference"][case.words].add(file)
    for path in sorted((DATA / "nova").glob("*.json")):
        for row in recorded.read(path):
            for value in row.values():
                if isinstance(value, dict):  # A link, whose text is a number.
                    continue
                for line in value if isinstance(value, list) else [value]:
                    if has_words(str(line)):
                        file = f"docs/data/nova/{path.name}"
                        found["recorded"][str(line)].add(file)
    for file, words in (
        ("survey/purposes.py", PURPOSES),
        ("survey/bodies.py", BODIES),
    ):
        for word in [*words.keys(), *words.values()]:
            if has_words(word):
                found["wild"][word].add(file)
    for rule in RULES.values():
        for sentence in rule.message, " ".join(rule.explanation.split()):
            found["render"][sentence].add("reraise_lint/rules")
    for title in nav.titles(nav.english()):
        found["nav"][title].add(nav.CONFIG.name)
    # What the modules of render/ and the checks of challenges say themselves:
    # the calls of `say`.
    for folder, domain in (
        ("render/blocks/wild", "wild"),
        ("render", "render"),
        ("examples/challenges", "challenges"),
    ):
        for name, _, text, *_ in extract_from_dir(
            ROOT / folder, keywords={"say": None}
        ):
            file = f"{folder}/{name}"
            if domain == "render" and file.startswith("render/blocks/wild/"):
                continue
            found[domain][str(text)].add(file)
    return found


def lacking(language: str) -> Iterator[str]:
    """Find what a language's catalogues lack.

    Args:
        language: A folder of `docs/locale`.

    Yields:
        A line for each sentence that pages show in English.
    """
    for domain, sentences in messages().items():
        path = LOCALE / language / f"{domain}.po"
        known = {str(m.id): m for m in read(path) if m.id}
        for sentence in sentences:
            message = known.get(sentence)
            if message and message.string and not message.fuzzy:
                continue
            at = str(path.relative_to(ROOT))
            if message and message.lineno:
                at += f":{message.lineno}"
            changed = message is not None and message.fuzzy
            what = "changed" if changed else "has no translation"
            yield f"{at}: {what}: {sentence}"


def update() -> None:
    """Bring all catalogues up to date.

    New sentences are added, changed ones are marked as fuzzy, and those that
    no page shows any more are taken out.
    """
    for domain, sentences in messages().items():
        for language in LANGUAGES:
            path = LOCALE / language / f"{domain}.po"
            path.write_bytes(updated(path, domain, sentences))


def updated(path: Path, domain: str, sentences: dict[str, set[str]]) -> bytes:
    """Update a catalogue.

    Args:
        path: Its file, which may not exist yet.
        domain: Its name.
        sentences: What it is to have, and the files that those are in.

    Returns:
        The file's new content.
    """
    template = Catalog(domain=domain)
    for sentence, files in sentences.items():
        template.add(sentence, locations=[(f, 0) for f in sorted(files)])
    kept = read(path)
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
