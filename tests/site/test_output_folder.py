"""A build replaces a site as a whole, and nothing that is not a site."""

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import pytest

from render.publish import build, output_folder
from render.publish.output_folder import FolderError
from tests.project import INTERRUPTIBLE, ROOT


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a page and an environment."""
    root = tmp_path / "home" / "project"
    for name in "docs/page.md", ".venv/bin/python", "README.md":
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.setattr(output_folder, "ROOT", root)
    return root


def built(
    folder: Path, text: str, languages: Collection[str] = ("en", "zh")
) -> None:
    """Put a site of a page a language into a folder."""
    with output_folder.beside(folder) as working:
        for language in languages:
            (working / language / "lesson").mkdir(parents=True)
            (working / language / "lesson/index.html").write_text(text)
        output_folder.replace(folder, working, languages)


def _content(folder: Path) -> dict[str, str]:
    """What the files below a folder say, links not followed."""
    return {
        path.relative_to(folder).as_posix(): (
            os.readlink(path) if path.is_symlink() else path.read_text()
        )
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def _pages(folder: Path) -> dict[str, str]:
    names = "lesson/index.html", "zh/lesson/index.html"
    return {name: (folder / name).read_text() for name in names}


def test_deleting_is_advised_for_a_site_alone(project: Path) -> None:
    """One of an older version, which has no marker; never for other files."""
    for name in "docs", "old":
        (project / name).mkdir(exist_ok=True)
        (project / name / "index.html").write_text("page")
    (project / "old" / "sitemap.xml").write_text("pages")
    for name, advised in ("docs", False), ("old", True):
        with pytest.raises(FolderError) as told:
            output_folder.checked(project / name)
        assert ("delete it" in str(told.value)) == advised


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (".", "is the project or holds it"),
        ("..", "is the project or holds it"),
        ("docs", "docs holds page.md"),
        ("docs/new", "is inside docs/"),
        ("site/zh", "is inside site/"),
        (".venv", ".venv holds bin/python"),
        ("README.md", "is not a folder"),
        ("../thesis", "thesis holds chapter.md"),
        ("../thesis/chapter.md/site", "a build works beside .*, and cannot"),
        ("to_thesis", "to_thesis holds chapter.md"),
        ("to_file", "is not a folder"),
        ("public/site", "is inside public/"),
        ("to_docs/new", "is inside docs/"),
        ("to_itself", "is not a folder"),
    ],
)
def test_a_folder_without_a_site_is_refused(
    project: Path,
    name: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Before anything is built, with the reason; nothing changes."""
    built(project / "site", "before")
    thesis = project.parent / "thesis"
    thesis.mkdir()
    (thesis / "chapter.md").write_text("Years of work.")
    (project / "to_thesis").symlink_to(thesis)
    (project / "to_file").symlink_to("README.md")
    (project / "to_docs").symlink_to("docs")
    (project / "to_itself").symlink_to("to_itself")
    before = _content(project.parent)
    monkeypatch.chdir(project)
    # Where the folder is not refused, the build ends soon.
    monkeypatch.setattr(build, "CONFIGS", {"en": "mkdocs.gone.yml"})
    command = ["build", "build", "--site-dir", name]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit, match=f"^Not built: .*{words}") as told:
        build.main()
    # The way out.
    assert "--site-dir" in str(told.value)
    assert _content(project.parent) == before


def test_a_file_that_was_added_to_a_site_is_not_erased(project: Path) -> None:
    """Not even one that came while the new site was built."""
    site = project / "site"
    built(site, "before")
    with output_folder.beside(site) as working:
        (site / "CNAME").write_text("example.org")
        (working / "en").mkdir()
        with pytest.raises(FolderError, match=r"site holds CNAME.*move that"):
            output_folder.replace(site, working, ["en"])
    assert (site / "CNAME").read_text() == "example.org"
    assert {*_pages(site).values()} == {"before"}


def test_a_folder_that_may_not_be_changed_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is built."""
    built(project / "site", "before")
    # Who runs the tests may be root, who may change all.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FolderError, match=r"may not be changed; chmod"):
        output_folder.checked(project / "site")


@pytest.mark.parametrize("name", ["site", "out", ".venv/check", "../www/a"])
def test_a_site_is_replaced(project: Path, name: str) -> None:
    """One from before, as a whole; an empty folder and none, too."""
    (project / "out").mkdir()
    site = project / name
    built(site, "before")
    (site / "lesson/old.html").touch()
    marker = site / output_folder.MARKER
    marker.write_text(marker.read_text() + "lesson/old.html\n")
    site.chmod(0o750)
    built(site, "after")
    assert stat.S_IMODE(site.stat().st_mode) == 0o750
    assert {*_pages(site).values()} == {"after"}
    assert not (site / "lesson/old.html").exists()
    assert [path.name for path in site.parent.glob(".*unfinished*")] == []


def test_the_site_that_a_link_leads_to_is_replaced(project: Path) -> None:
    """The link stays."""
    (project / "site").symlink_to(project.parent / "www")
    for text in "before", "after":
        built(project / "site", text)
    assert (project / "site").is_symlink()
    assert {*_pages(project.parent / "www").values()} == {"after"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_other_language_stays(project: Path, language: str) -> None:
    """And is still known as part of the site."""
    site = project / "site"
    built(site, "before")
    built(site, "after", [language])
    expected = [language == "en", language == "zh"]
    assert [text == "after" for text in _pages(site).values()] == expected
    built(site, "again")


def test_a_build_that_fails_leaves_the_old_site(project: Path) -> None:
    """And nothing beside it."""
    built(project / "site", "before")
    before = _content(project)
    with suppress(OSError), output_folder.beside(project / "site") as working:
        (working / "en").mkdir()
        raise OSError(errno.ENOSPC, "No space left on device")
    assert _content(project) == before
    assert not list(project.glob(".*unfinished*"))


def test_the_old_site_comes_back_after_a_kill_between_two_renames(
    project: Path,
) -> None:
    """What the killed build left beside it goes."""
    site, left = project / "site", project / ".site.unfinished-build"
    built(site, "before")
    left.mkdir()
    site.rename(left / "before")
    (left / "whole").mkdir()
    with output_folder.beside(site) as working:
        assert working == left
        assert not list(working.iterdir())
    assert {*_pages(site).values()} == {"before"}
    assert not left.exists()


def test_two_builds_do_not_replace_one_folder_at_once(project: Path) -> None:
    """The second one ends at once; the first one does not notice."""
    site = project / "site"
    with output_folder.beside(site) as working:
        (working / "en").mkdir()
        with (
            pytest.raises(FolderError, match=r"another build .* wait for it"),
            output_folder.beside(site),
        ):
            pass
        output_folder.replace(site, working, ["en"])
    built(site, "after")


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
)
def test_a_stopped_build_leaves_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    """In a second, without a traceback, and with the status of the signal."""
    site, temporary = tmp_path / "www" / "site", tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        [
            *INTERRUPTIBLE,
            *(sys.executable, "-m", "render.publish.build"),
            *("build", "--site-dir", str(site)),
        ],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        while not list(tmp_path.glob("www/.*")) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.5)  # Until it runs MkDocs.
        process.send_signal(number)
        try:
            # A whole build takes longer.
            said, _ = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, said) == (128 + number, "")
    assert not list(site.parent.iterdir())
    assert not list(temporary.iterdir())
