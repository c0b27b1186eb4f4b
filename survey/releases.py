"""Which releases are read, and how they come onto this machine.

`releases.csv` beside this file has their exact versions, so that the same
data can be made at any time. Packages are kept in `.survey/`, which git
ignores.
"""

import csv
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

PINS = Path(__file__).with_name("releases.csv")
CACHE = Path(__file__).parents[1] / ".survey"
_COLUMNS = ["project", "version", "cycle", "newest"]

# Services first, then libraries. The package `heat` is another project's, and
# `placement` a placeholder.
PROJECTS = (
    "barbican",
    "cinder",
    "designate",
    "glance",
    "horizon",
    "ironic",
    "keystone",
    "magnum",
    "manila",
    "masakari",
    "mistral",
    "neutron",
    "nova",
    "octavia",
    "openstack-heat",
    "openstack-placement",
    "swift",
    "tempest",
    "trove",
    "zun",
    "glance-store",
    "neutron-lib",
    "openstacksdk",
    "os-brick",
    "oslo.cache",
    "oslo.concurrency",
    "oslo.config",
    "oslo.db",
    "oslo.log",
    "oslo.messaging",
    "oslo.middleware",
    "oslo.policy",
    "oslo.privsep",
    "oslo.service",
    "oslo.utils",
    "oslo.versionedobjects",
    "oslo.vmware",
    "taskflow",
    "tooz",
)

# These count one major version a cycle; here, Ocata's.
SERIES = {"cinder": 10, "neutron": 10, "nova": 15}
CYCLES = (
    "Ocata",
    "Pike",
    "Queens",
    "Rocky",
    "Stein",
    "Train",
    "Ussuri",
    "Victoria",
    "Wallaby",
    "Xena",
    "Yoga",
    "Zed",
    "2023.1",
    "2023.2",
    "2024.1",
    "2024.2",
    "2025.1",
    "2025.2",
    "2026.1",
    "2026.2",
    "2027.1",
    "2027.2",
)


class ReleaseError(Exception):
    """A package could not be had; the message says which, and why."""


@dataclass(frozen=True)
class Release:
    """A release of a project.

    Attributes:
        project: Its name in the package registry.
        version: Its version.
        cycle: OpenStack's cycle, where the release is one of a series.
        newest: Whether it is the newest of its project.
    """

    project: str
    version: str
    cycle: str
    newest: bool

    def __str__(self) -> str:
        """Project and version."""
        return f"{self.project} {self.version}"


def pinned(pins: Path = PINS) -> list[Release]:
    """The releases to read, in the order of the file.

    Args:
        pins: A CSV file with the fields of `Release`.

    Returns:
        The releases.

    Raises:
        ReleaseError: A row does not have the fields.

    Examples:
        >>> nova = [r for r in pinned() if r.project == "nova"]
        >>> print(nova[0], nova[0].cycle)
        nova 15.1.5 Ocata
        >>> [r.version for r in nova if r.cycle == "Victoria"]
        ['22.4.0']
    """
    found = []
    with pins.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        for row in rows:
            if list(row) != _COLUMNS or None in row.values():
                raise ReleaseError(
                    f"{pins}:{rows.line_num}: a row does not have the fields "
                    f"{', '.join(_COLUMNS)}; `python -m survey --renew` "
                    "writes the file anew"
                )
            newest = row["newest"] == "yes"
            found.append(
                Release(row["project"], row["version"], row["cycle"], newest)
            )
    return found


def kept(release: Release, cache: Path = CACHE) -> Path | None:
    """The wheel of a release, if it is on this machine.

    Args:
        release: Which one.
        cache: The folder that keeps wheels.

    Returns:
        The wheel.
    """
    for wheel in cache.glob("*-*-*.whl"):
        project, version, _ = wheel.name.split("-", 2)
        if (_plain(project), version) == (
            _plain(release.project),
            release.version,
        ):
            return wheel
    return None


def fetch(release: Release, cache: Path = CACHE) -> Path:
    """The wheel of a release: kept, or else downloaded.

    A source distribution will not do: to learn what is in one, pip runs code
    of the package.

    Args:
        release: What to get.
        cache: The folder that keeps wheels.

    Returns:
        The wheel.

    Raises:
        ReleaseError: It could not be downloaded or kept.
    """
    if wheel := kept(release, cache):
        return wheel
    try:
        return _downloaded(release, cache)
    except OSError as error:
        raise ReleaseError(f"{release} could not be kept: {error}") from error


def _downloaded(release: Release, cache: Path) -> Path:
    cache.mkdir(exist_ok=True)
    # A wheel is moved in one step when it is whole: an interrupted download
    # leaves nothing that looks like one.
    with tempfile.TemporaryDirectory(dir=cache) as part:
        command = ["download", "--quiet", "--no-deps", "--dest", part]
        command += ["--only-binary", ":all:", "--ignore-requires-python"]
        done = _pip(*command, f"{release.project}=={release.version}")
        if done.returncode:
            raise ReleaseError(
                f"{release} could not be downloaded; run this again when the "
                f"network is back. pip says: {done.stderr.strip()}"
            )
        (wheel,) = Path(part).glob("*.whl")
        return wheel.rename(cache / wheel.name)


def renew(pins: Path = PINS) -> None:
    """Pin the newest releases, and each cycle's newest of the series.

    Args:
        pins: The file to write.

    Raises:
        ReleaseError: The registry did not answer for a project.
    """
    rows = []
    for project in PROJECTS:
        newest, *older = _versions(project)
        first = SERIES.get(project)
        last_of: dict[int, str] = {}
        for version in (newest, *older) if first else [newest]:
            last_of.setdefault(int(version.partition(".")[0]), version)
        for major, version in sorted(last_of.items()):
            cycle = CYCLES[major - first] if first else ""
            is_newest = "yes" if version == newest else ""
            rows.append([project, version, cycle, is_newest])
    with pins.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows(rows)


def _versions(project: str) -> list[str]:
    """All versions of a project, the newest first."""
    done = _pip("index", "versions", project)
    found = re.search("^Available versions: (.+)$", done.stdout, re.M)
    if done.returncode or not found:
        raise ReleaseError(
            f"no versions of {project}; pip says: {done.stderr.strip()}"
        )
    return found[1].split(", ")


def _pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    # uv, which makes the environment, does not download; it can run pip.
    uv = shutil.which("uv") or str(Path(sys.prefix, "bin", "uv"))
    command = [uv, "tool", "run", "pip", *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        raise ReleaseError(
            f"{uv} does not run: {error.strerror}; `make .venv/uv.done` "
            "installs it"
        ) from error


def _plain(project: str) -> str:
    """A project's name as wheels may or may not spell it."""
    return re.sub(r"[-_.]+", "-", project).lower()
