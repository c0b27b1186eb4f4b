"""The lists of events, of lessons that are hard to run."""

import sys
from pathlib import Path

import pytest

from render.lessons import history
from render.lessons.history import Found, HistoryError, Lesson, Runs


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that lessons are imported from."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def told(folder: Path, name: str, source: str, *sessions: str) -> Found | None:
    """What is found in a module that has one docstring."""
    (folder / f"{name}.py").write_text(source, "utf-8")
    return Runs([Lesson(name, (sessions,))])[name]


def test_list_is_of_the_first_statement_that_catches(written: Path) -> None:
    """A statement that only raises is skipped if a later one catches."""
    source = "def fail(): raise OSError('no')\n"
    found = told(
        written,
        "choice",
        source,
        ">>> fail()\nTraceback (most recent call last):\nOSError: no",
        ">>> 1\n1\n>>> try:\n...     fail()\n... except OSError as error:\n"
        "...     print(error)\nno",
    )
    assert found is not None
    assert (found.proof, found.session) == (0, 1)
    assert found.html == (
        '<figure class="history" data-search-exclude><figcaption>'
        "Step by step: <code>fail()</code></figcaption><ol>"
        "<li><b>called</b> <code>fail()</code></li>"
        "<li><b>raised</b> <code>OSError: no</code> "
        "<code class=\"at\">def fail(): raise OSError('no')</code></li>"
        "<li><b>reaches the caller</b> <code>OSError: no</code> "
        '<code class="at">except OSError as error:</code></li>'
        "<li><b>printed</b> <code>no</code> "
        '<code class="at">print(error)</code></li>'
        "</ol></figure>"
    )


def test_text_is_escaped(written: Path) -> None:
    """HTML in messages, outputs and source lines has no effect."""
    found = told(
        written, "markup", "", ">>> raise ValueError('<b>&')", ">>> 1\n1"
    )
    assert found is not None
    assert "ValueError: &lt;b&gt;&amp;</code>" in found.html
    assert "<b>&" not in found.html


def test_a_statement_that_never_ends(written: Path) -> None:
    """Its list ends at the limit, and is folded."""
    source = (
        "def retry():\n"
        "    while True:\n"
        "        try:\n"
        "            raise OSError('no')\n"
        "        except BaseException:\n"
        "            pass\n"
    )
    found = told(written, "endless", source, ">>> retry()")
    assert found is not None
    assert found.html.startswith('<details class="fold history"')
    assert "<b>not shown</b> what follows the first 3000 steps" in found.html


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "import os\nos._exit(3)\n",
            "harmful cannot be run for its page, exit code 3:",
        ),
        ("raise OSError('broken lesson')\n", "broken lesson"),
        ("import time\ntime.sleep(60)\n", "did not end within 4 s"),
    ],
    ids=["exits", "raises", "hangs"],
)
def test_a_harmful_lesson(
    written: Path, monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    """It ends the build, which says why, and not the build's process."""
    monkeypatch.setattr(history, "_SECONDS", 3)
    with pytest.raises(HistoryError) as caught:
        told(written, "harmful", source, ">>> 1\n1")
    assert said in str(caught.value)


def test_a_broken_lesson_hides_none_before_it(written: Path) -> None:
    """And is named itself."""
    (written / "sound.py").write_text("", "utf-8")
    proofs = ((">>> raise OSError",),)
    runs = Runs([Lesson("sound", proofs), Lesson("gone", proofs)])
    assert runs["sound"] is not None
    with pytest.raises(HistoryError, match="gone cannot be run") as told:
        runs["gone"]
    assert "No module named 'gone'" in str(told.value)
    assert "gone" not in runs


def test_this_process_imports_no_lesson(written: Path) -> None:
    """They run elsewhere; where nothing is raised, there is no list."""
    assert told(written, "elsewhere", "PORT = 1\n", ">>> PORT\n1") is None
    assert "elsewhere" not in sys.modules
