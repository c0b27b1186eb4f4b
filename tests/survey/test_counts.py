"""The data say what the installed Nova says, counted in a second way."""

import ast
import csv
import importlib.metadata
import importlib.util
import io
import os
import tokenize
import zipfile
from pathlib import Path

import pytest

from reraise_lint import RULES
from reraise_lint.reading import parse
from survey import releases
from survey.__main__ import DATA
from survey.bodies import BODIES
from survey.flags import FLAGS
from survey.purposes import HELPER, PURPOSES
from survey.reading import is_test
from survey.sites import sites

MOST_BYTES = 600 * 1024


def table(name: str) -> list[dict[str, str]]:
    """A table of the data."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def calls(text: bytes) -> int:
    """How often a text calls the helper, by its tokens."""
    tokens = [
        token.string
        for token in tokenize.tokenize(io.BytesIO(text).readline)
        if token.type not in (tokenize.NL, tokenize.COMMENT)
    ]
    return sum(
        word == HELPER and after == "(" and before not in ("class", "def")
        for before, word, after in zip(
            tokens, tokens[1:], tokens[2:], strict=False
        )
    )


def nova() -> Path:
    """Return the folder that the installed Nova's package is in."""
    spec = importlib.util.find_spec("nova")
    assert spec
    assert spec.origin
    return Path(spec.origin).parents[1]


def test_installed_nova_is_in_the_data() -> None:
    """Its uses are the rows of the data, and are told the same way."""
    root, version = nova(), importlib.metadata.version("nova")
    told = "line function catches arguments flag body length bare_raise"
    found, counted = [], 0
    for path in sorted((root / "nova").rglob("*.py")):
        file = path.relative_to(root).as_posix()
        text = path.read_bytes()
        if not is_test(file) and HELPER.encode() in text:
            found += [
                [file, *(str(getattr(site, name)) for name in told.split())]
                for site in sites(parse(text), text)
            ]
            counted += calls(text)
    rows = [
        [row[name] for name in ("file", *told.split())]
        for row in table("sites")
        if (row["project"], row["version"]) == ("nova", version)
    ]
    assert found == rows
    assert len(rows) == counted == 189


@pytest.mark.parametrize("project", ["cinder", "neutron", "nova"])
def test_tokens_and_trees_agree_on_downloaded_releases(project: str) -> None:
    """Each has as many calls as rows; where all is checked, all are here."""
    newest = next(
        r for r in releases.pinned() if r.project == project and r.newest
    )
    fetched = bool(os.environ.get("CI"))
    wheel = releases.fetch(newest) if fetched else releases.kept(newest)
    if wheel is None:
        pytest.skip(f"{newest} is not downloaded: `make survey`")
    with zipfile.ZipFile(wheel) as archive:
        counted = sum(
            calls(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".py")
            and not is_test(name)
            and HELPER.encode() in archive.read(name)
        )
    (row,) = [
        row
        for row in table("releases")
        if (row["project"], row["version"]) == (project, newest.version)
    ]
    assert counted == int(row["helper"])
    assert counted == sum(r["project"] == project for r in table("sites"))


def test_every_pinned_release_is_in_the_data() -> None:
    """In the same order, and with uses that are the rows of the sites."""
    rows = table("releases")
    assert [(r["project"], r["version"]) for r in rows] == [
        (r.project, r.version) for r in releases.pinned()
    ]
    in_sites = [row["project"] for row in table("sites") if row["bare_raise"]]
    for row in rows:
        if row["newest"]:
            assert int(row["helper"]) == in_sites.count(row["project"]), row


def test_tables_use_the_words_that_are_explained() -> None:
    """Purposes, bodies, flags and rules are those of the modules."""
    assert {row["purpose"] for row in table("purposes")} <= PURPOSES.keys()
    assert {row["purpose"] for row in table("names")} <= PURPOSES.keys()
    assert {row["body"] for row in table("sites")} <= {*BODIES, ""}
    assert {row["flag"] for row in table("sites")} <= {*FLAGS, ""}
    words = {
        part.split(": ")[1]
        for row in table("sites")
        for part in filter(None, row["findings"].split("; "))
    }
    assert words <= RULES.keys()


def test_few_are_unexplained() -> None:
    """Hardly any are `other`: of all items, and of the helper's bodies."""
    counts = {"other": 0, "all": 0}
    for row in table("purposes"):
        counts["all"] += int(row["code"])
        counts["other"] += int(row["code"]) * (row["purpose"] == "other")
    assert counts["all"] > 5000
    assert counts["other"] < 0.01 * counts["all"]
    assert sum(row["body"] == "other" for row in table("sites")) < 10


def test_uses_are_counted_the_same_by_both_finders() -> None:
    """As an item of a `with`, and as a site; those without `with` apart."""
    items = {
        row["project"]: int(row["code"])
        for row in table("purposes")
        if row["purpose"] == "re-raise"
    }
    for project, count in items.items():
        entered = [
            row
            for row in table("sites")
            if row["project"] == project and row["body"]
        ]
        assert len(entered) == count, project


def test_bare_raises_are_those_of_the_trees() -> None:
    """Nova's, counted in its text and in its trees."""
    root = nova()
    counted = sum(
        isinstance(node, ast.Raise) and node.exc is None
        for path in (root / "nova").rglob("*.py")
        if not is_test(path.relative_to(root).as_posix())
        for node in ast.walk(parse(path.read_bytes()))
    )
    version = importlib.metadata.version("nova")
    assert [
        int(row["bare_raises"])
        for row in table("releases")
        if (row["project"], row["version"]) == ("nova", version)
    ] == [counted]


def test_data_are_small() -> None:
    """What the repository holds of them."""
    assert sum(p.stat().st_size for p in DATA.iterdir()) <= MOST_BYTES
