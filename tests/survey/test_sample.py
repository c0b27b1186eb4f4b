"""Fifty items drawn at random, each read in its source and judged by hand."""

import ast
import csv
import importlib.metadata
import importlib.util
from pathlib import Path

import pytest

from reraise_lint.reading import parse
from survey.names import Names
from survey.purposes import PURPOSES, entered, managers, purpose
from survey.statements import statements
from tests.survey.test_counts import table

VERDICTS = Path(__file__).with_name("verdicts.csv")
KEY = "project", "version", "file", "line"


def verdicts() -> list[dict[str, str]]:
    """What a person says of each: its purpose, and where that is seen."""
    with VERDICTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_item_of_the_sample_is_judged() -> None:
    """In the same order, with a purpose that there is, and with a reason."""
    judged = verdicts()
    assert len(judged) == 50
    assert [[row[name] for name in (*KEY, "text")] for row in judged] == [
        [row[name] for name in (*KEY, "text")] for row in table("sample")
    ]
    for row in judged:
        assert row["judged"] in PURPOSES, row
        assert row["why"], row


def test_at_least_95_of_100_are_right() -> None:
    """The classifier says what the person says."""
    wrong = [
        f"{row['file']}:{row['line']}: {said['purpose']}, not {row['judged']}"
        for said, row in zip(table("sample"), verdicts(), strict=True)
        if said["purpose"] != row["judged"]
    ]
    assert len(wrong) <= 0.05 * len(verdicts()), "\n".join(wrong)


def test_nova_in_the_sample_is_the_installed_nova() -> None:
    """Its items are where the sample has them, and are classified so."""
    version = importlib.metadata.version("nova")
    spec = importlib.util.find_spec("nova")
    assert spec
    assert spec.origin
    root = Path(spec.origin).parents[1]
    rows = [
        row
        for row in table("sample")
        if (row["project"], row["version"]) == ("nova", version)
    ]
    assert rows
    for row in rows:
        tree = parse((root / row["file"]).read_bytes())
        names = Names(tree)
        own = set[str]().union(*map(managers, statements(tree)))
        found = [
            (ast.unparse(item.context_expr), purpose(name, own))
            for node in statements(tree)
            for item in getattr(node, "items", ())
            if item.context_expr.lineno == int(row["line"])
            for name in [entered(item.context_expr, names)]
        ]
        assert (row["text"], row["purpose"]) in found, row


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("closing(self.backend.get_connection())", "database"),
        ("closing(backends.fetch(conf).get_connection())", "database"),
        ("closing(fetch(conf))", "database"),
        ("self.facade._produce_asyncio_block(mode=1)", "database"),
        ("self.ldap.get_connection()", "connection"),
        ("Listener().driver.get_connection()", "connection"),
        ("Listener()", "event"),
        ("action_wrapper", "own"),
    ],
)
def test_names_that_misled(expression: str, says: str) -> None:
    """What keeps a connection to storage, and an item of keywords."""
    tree = ast.parse(f'action_wrapper = kwargs.get("wrapper")\n{expression}')
    line = tree.body[-1]
    assert isinstance(line, ast.Expr)
    assert purpose(entered(line.value, Names(tree)), set()) == says
