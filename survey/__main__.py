"""Regenerate the data: `python -m survey`, or `make survey`.

`--renew` first pins the newest releases. Downloads are kept: after an
interruption, the same command continues with the rest. The data are replaced
only after every release was read.
"""

import argparse
import ast
import csv
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from survey import releases
from survey.purposes import PURPOSES, last_part
from survey.reading import ReadError, Reading, read
from survey.releases import Release, ReleaseError

DATA = Path(__file__).with_name("data")
SEED = 2026  # Of the sample that a person judges.
Row = list[str | int]
Readings = list[tuple[Release, Reading]]


def remake(pinned: list[Release], cache: Path, data: Path) -> int:
    """Read releases and write the data.

    Args:
        pinned: What to read.
        cache: The folder that keeps wheels.
        data: The folder to write to.

    Returns:
        The exit status: 1 where a release could not be had or read; the data
        are then as they were.
    """
    readings: Readings = []
    missing = 0
    for number, release in enumerate(pinned, 1):
        print(f"[{number}/{len(pinned)}] {release}", flush=True)
        try:
            wheel = releases.fetch(release, cache)
            reading = read(wheel, helper_only=not release.newest)
        except (ReleaseError, ReadError) as error:
            missing += 1
            print(error, file=sys.stderr)
            continue
        for file, why in reading.unreadable:
            print(f"{release}: {file} not parsed: {why}", file=sys.stderr)
        readings.append((release, reading))
    if missing:
        print(
            f"{missing} of {len(pinned)} releases are missing; the data are "
            "as they were. What was downloaded is kept: run this again.",
            file=sys.stderr,
        )
        return 1
    write(readings, data)
    return 0


def write(readings: Readings, data: Path) -> None:
    """Write the tables that the package's docstring describes.

    Args:
        readings: Releases, and what they say.
        data: The folder.
    """
    newest = [(r, reading) for r, reading in readings if r.newest]
    data.mkdir(exist_ok=True)
    _table(
        data / "releases.csv",
        "project version cycle newest date lines test_lines helper "
        "test_helper bare_raises",
        (
            [
                release.project,
                release.version,
                release.cycle,
                "yes" if release.newest else "",
                reading.date,
                reading.lines,
                reading.test_lines if release.newest else "",
                sum(bool(site.bare_raise) for _, site in reading.sites),
                reading.test_sites if release.newest else "",
                reading.bare_raises,
            ]
            for release, reading in readings
        ),
    )
    _table(
        data / "sites.csv",
        "project version file line function catches arguments flag body "
        "length bare_raise findings",
        (
            [
                release.project,
                release.version,
                file,
                site.line,
                site.function,
                site.catches,
                site.arguments,
                site.flag,
                site.body,
                site.length,
                site.bare_raise,
                "; ".join(f"{line}: {code}" for line, code in site.findings),
            ]
            for release, reading in newest
            for file, site in reading.sites
        ),
    )
    _table(
        data / "purposes.csv",
        "project purpose code tests",
        (
            [release.project, purpose, code[purpose], tests[purpose]]
            for release, reading in newest
            for code in [_purposes(reading, tests=False)]
            for tests in [_purposes(reading, tests=True)]
            for purpose in PURPOSES
            if code[purpose] or tests[purpose]
        ),
    )
    _table(
        data / "names.csv", "purpose name code tests projects", _names(newest)
    )
    _table(
        data / "sample.csv",
        "project version file line text purpose",
        _sample(newest),
    )
    _table(
        data / "changes.csv",
        "project version file before after",
        _changes(readings),
    )
    _table(
        data / "unreadable.csv",
        "project version file why",
        (
            [release.project, release.version, file, why]
            for release, reading in readings
            for file, why in reading.unreadable
        ),
    )


def _purposes(reading: Reading, *, tests: bool) -> Counter[str]:
    return Counter(i.purpose for i in reading.items if i.tests == tests)


def _sample(newest: Readings) -> Iterable[Row]:
    """Items outside tests, drawn at random and always the same."""
    items = [
        (release, item)
        for release, reading in newest
        for item in reading.items
        if not item.tests
    ]
    chosen = random.Random(SEED).sample(range(len(items)), min(50, len(items)))
    for release, item in (items[number] for number in sorted(chosen)):
        yield [
            release.project,
            release.version,
            item.file,
            item.expression.lineno,
            ast.unparse(item.expression),
            item.purpose,
        ]


def _changes(readings: Readings) -> Iterable[Row]:
    """Files whose uses of the helper differ from the cycle before."""
    cycles = [(r, reading) for r, reading in readings if r.cycle]
    for (earlier, old), (release, new) in pairwise(cycles):
        if earlier.project == release.project:
            was, now = _uses(old), _uses(new)
            for file in sorted(was.keys() | now.keys()):
                if was[file] != now[file]:
                    before = was[file] if file in old.files else ""
                    after = now[file] if file in new.files else ""
                    named = [release.project, release.version, file]
                    yield [*named, before, after]


def _uses(reading: Reading) -> Counter[str]:
    return Counter(file for file, site in reading.sites if site.bare_raise)


def _names(newest: Readings) -> Iterable[Row]:
    """Each purpose's most frequent names, by their last word."""
    code, tests = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    projects: dict[tuple[str, str], set[str]] = {}
    for release, reading in newest:
        for item in reading.items:
            key = item.purpose, last_part(item.name)
            (tests if item.tests else code)[key] += 1
            projects.setdefault(key, set()).add(release.project)
    for purpose in PURPOSES:
        keys = [key for key in projects if key[0] == purpose]
        keys.sort(key=lambda key: (-code[key] - tests[key], key))
        for key in keys[:20]:
            yield [*key, code[key], tests[key], len(projects[key])]


def _table(path: Path, columns: str, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns.split())
        writer.writerows(rows)


def main() -> int:
    """Run the command.

    Returns:
        Its exit status.
    """
    parser = argparse.ArgumentParser(prog="python -m survey")
    parser.add_argument(
        "--renew", action="store_true", help="pin the newest releases first"
    )
    given = parser.parse_args()
    try:
        if given.renew:
            releases.renew()
        pinned = releases.pinned()
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    status = remake(pinned, releases.CACHE, DATA)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{time.process_time():.0f} s of processor time, {memory} MB")
    return status


if __name__ == "__main__":
    sys.exit(main())
