"""Which files are behind a change of the number of uses."""

import csv
from pathlib import Path

from survey.__main__ import write
from survey.reading import Reading
from survey.releases import Release
from survey.sites import Site


def reading(uses: dict[str, int]) -> Reading:
    """What a release says that has these files with so many uses each."""
    sites = [
        (file, Site(line, bare_raise="yes"))
        for file, count in uses.items()
        for line in range(count)
    ]
    return Reading(files=set(uses), sites=sites)


def test_files_that_changed_came_and_went(tmp_path: Path) -> None:
    """Only those, each against the release before it in its series."""
    write(
        [
            (
                Release("ship", "1", "Yoga", False),
                reading({"same.py": 2, "more.py": 1, "gone.py": 3}),
            ),
            (
                Release("ship", "2", "Zed", True),
                reading({"same.py": 2, "more.py": 4, "new.py": 1}),
            ),
            (Release("port", "7", "Zed", True), reading({"more.py": 9})),
            (Release("crate", "7", "", True), reading({"more.py": 9})),
        ],
        tmp_path,
    )
    with (tmp_path / "changes.csv").open(encoding="utf-8") as file:
        assert [list(row.values()) for row in csv.DictReader(file)] == [
            ["ship", "2", "gone.py", "3", ""],
            ["ship", "2", "more.py", "1", "4"],
            ["ship", "2", "new.py", "", "1"],
        ]
