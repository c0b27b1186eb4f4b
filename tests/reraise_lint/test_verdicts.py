"""Every finding that is called certain in released code was read by a person.

`verdicts.csv` has what they found. It covers the newest releases of the
survey's 39 projects, and some more. A release that is installed here, or kept
in `.survey/`, is checked against it: a finding without a verdict fails, and so
does a verdict without a finding.
"""

import csv
import importlib.metadata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reraise_lint import RULES, NotReadError, check
from reraise_lint.rules import CERTAIN
from survey.releases import Release, kept, pinned

_VERDICTS = Path(__file__).with_name("verdicts.csv")
Row = tuple[str, int, str]


def verdicts(release: Release) -> set[Row]:
    """What was found in a release: path, line and code."""
    with _VERDICTS.open(encoding="utf-8", newline="") as file:
        return {
            (row["path"], int(row["line"]), row["code"])
            for row in csv.DictReader(file)
            if (row["project"], row["version"])
            == (release.project, release.version)
        }


def installed(release: Release) -> importlib.metadata.Distribution | None:
    """What is installed of a release."""
    try:
        found = importlib.metadata.distribution(release.project)
    except importlib.metadata.PackageNotFoundError:
        return None
    return found if found.version == release.version else None


# Without the survey's wheels, those that come with Nova.
HERE = [r for r in pinned() if r.newest and (installed(r) or kept(r))]


def modules(release: Release) -> Iterator[tuple[str, bytes]]:
    """The Python files of a release: paths in it, and their text."""
    wheel = kept(release)
    if wheel is not None:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith(".py"):
                    yield name, archive.read(name)
        return
    distribution = installed(release)
    assert distribution is not None
    for file in distribution.files or []:
        if file.suffix == ".py":
            yield file.as_posix(), Path(str(file.locate())).read_bytes()


def certain(release: Release) -> set[Row]:
    """What the checker is certain of in a release."""
    found = set()
    for path, source in modules(release):
        try:
            findings = check(source)
        except NotReadError:
            continue
        found |= {
            (path, finding.line, finding.code)
            for finding in findings
            if RULES[finding.code].grade == CERTAIN
        }
    return found


@pytest.mark.parametrize("release", HERE, ids=lambda r: r.project)
def test_certain_findings_have_a_verdict(release: Release) -> None:
    """And nothing that has one is missed."""
    assert certain(release) == verdicts(release)


def test_nova_is_among_them() -> None:
    """Its environment has several projects with findings."""
    found = {release.project for release in HERE}
    assert found >= {"nova", "oslo.utils", "oslo.versionedobjects"}


def test_verdicts_are_true() -> None:
    """A false one is a defect of the checker."""
    with _VERDICTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["verdict"] for row in rows} == {"true"}
    assert all(row["why"] for row in rows)
    assert {RULES[row["code"]].grade for row in rows} == {CERTAIN}
