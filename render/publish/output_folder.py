"""The folder that a build replaces as a whole.

A build works in a folder beside it, on the same file system, and swaps the
two by renaming them: a build that fails or is stopped leaves the old site
whole. A site lists its files in a marker, and a folder that holds anything
else is refused: a build erases nothing but what a build made.
"""

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from render.paths import ROOT

MARKER = ".with-in-openstack"
_ABOUT = "# A build replaces this folder and these files in it. Add no others."
_WORKING = ".{}.unfinished-build"
_BEFORE = "before"


class FolderError(Exception):
    """A folder that no build may replace now, and the way out."""


def checked(folder: Path) -> Path:
    """Find where a site goes, and that nothing else is lost there.

    Args:
        folder: A new folder, an empty one, or a site from before.

    Returns:
        The folder, links followed.

    Raises:
        FolderError: It may not be replaced.
    """
    place, root = Path(os.path.realpath(folder)), Path(os.path.realpath(ROOT))
    other = "choose another folder with --site-dir"
    if root.is_relative_to(place):
        raise FolderError(f"{folder} is the project or holds it; {other}")
    if place.is_relative_to(root):
        top = root / place.relative_to(root).parts[0]
        if top != place and top.name != ".venv":
            raise FolderError(
                f"{folder} is inside {top.name}/ and not at the top of the "
                f"project; {other}"
            )
    if not os.path.lexists(place):
        return place
    if not place.is_dir():
        raise FolderError(
            f"{folder} is not a folder; move it away, or {other}"
        )
    if os.path.ismount(place):
        raise FolderError(
            f"{folder} is a mount point, which cannot be renamed; choose a "
            "folder in it with --site-dir"
        )
    if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        raise FolderError(f"{folder} may not be changed; chmod u+rwx it")
    if foreign := _foreign(place):
        if (place / MARKER).exists():
            other += ", or move that away"
        elif (place / "sitemap.xml").exists():
            # A site of an older version had no marker.
            other += ", or delete it if nothing in it is needed"
        raise FolderError(
            f"{folder} holds {foreign}, which is not from a build of this "
            f"version, and a build replaces the whole folder; {other}"
        )
    return place


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _foreign(folder: Path) -> str | None:
    """The first file that no build has put there."""
    marker = folder / MARKER
    made = {MARKER}
    if marker.is_file():
        made.update(marker.read_text("utf-8").splitlines()[1:])
    return next((name for name in _files(folder) if name not in made), None)


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """Lock a site's folder, and make a folder beside it to build in.

    Args:
        folder: Where the site goes.

    Yields:
        An empty folder, which is removed at the end. One that a killed build
        left is emptied.

    Raises:
        FolderError: The site's folder may not be replaced, or another build
            is about to.
    """
    place = checked(folder)
    working = place.with_name(_WORKING.format(place.name))
    try:
        working.parent.mkdir(parents=True, exist_ok=True)
        lock = _locked(working, folder)
    except OSError as error:
        raise FolderError(
            f"a build works beside {folder}, and cannot: {error}; choose "
            "another folder with --site-dir"
        ) from None
    try:
        _restore(working, place)
        for path in working.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        try:
            yield working
        finally:
            _restore(working, place)
            shutil.rmtree(working)
    finally:
        os.close(lock)


def _locked(working: Path, folder: Path) -> int:
    """Make a folder, and hold the only lock on it; the kernel frees it."""
    while True:
        with suppress(FileExistsError):
            working.mkdir(mode=0o700)
        try:
            lock = os.open(working, os.O_DIRECTORY | os.O_NOFOLLOW)
        except FileNotFoundError:
            continue
        with ExitStack() as until:
            until.callback(os.close, lock)
            held = os.fstat(lock)
            if held.st_uid != os.geteuid():
                raise FolderError(f"{working} is another user's; remove it")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FolderError(
                    f"another build is about to replace {folder}; wait for "
                    "it, or choose another folder with --site-dir"
                ) from None
            # A build that has just ended took its folder away.
            with suppress(FileNotFoundError):
                if os.path.samestat(held, working.lstat()):
                    until.pop_all()
                    return lock


def _restore(working: Path, place: Path) -> None:
    """Put the old site back if a build was stopped between two renames."""
    if (working / _BEFORE).exists() and not place.exists():
        (working / _BEFORE).rename(place)


def replace(folder: Path, working: Path, languages: Collection[str]) -> None:
    """Put new pages in the place of a site.

    Args:
        folder: Where the site goes.
        working: What `beside` gave: the pages are in its folders `en` and
            `zh`.
        languages: Which of them are new. The other pages stay.

    Raises:
        FolderError: The site's folder may not be replaced any more.
    """
    # Again: a minute may have passed.
    place, whole = checked(folder), working / "whole"
    if "en" in languages:
        (working / "en").rename(whole)
    elif place.is_dir():
        shutil.copytree(place, whole)
        shutil.rmtree(whole / "zh", ignore_errors=True)
    if "zh" in languages:
        whole.mkdir(exist_ok=True)
        (working / "zh").rename(whole / "zh")
    elif (place / "zh").is_dir():
        shutil.copytree(place / "zh", whole / "zh")
    names = sorted(name for name in _files(whole) if name != MARKER)
    (whole / MARKER).write_text("\n".join([_ABOUT, *names, ""]), "utf-8")
    if place.exists():
        shutil.copymode(place, whole)
        place.rename(working / _BEFORE)
    whole.rename(place)
