"""A page that is rendered alone is what a whole build makes of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.render.publish.conftest import (
    PAGES,
    Worker,
    built,
    contents,
    record,
)

PAGE = "docs/en/troubleshoot/faq.md"
LESSON = "docs/en/learn/skip_the_reraise.md"
EXAMPLE = "examples/learn/skip_the_reraise.py"
START = "examples/challenges/dropped_exception/start.py"
PROGRAM = "examples/first_screen/with_the_helper.py"
CASES = "examples/reference/behaviour/body.py"
MORE = "## More [of it](index.md)\n\nIt is so.\n\n## "

# A change of a file, and the pages that are rendered for it.
EDITS = [
    (PAGE, "^## ", MORE, ["troubleshoot/faq/"]),
    (EXAMPLE, '"""', '"""More. ', ["learn/skip_the_reraise/"]),
    (START, r"\Z", "# x\n", ["learn/dropped_exception/"]),
    # Other pages show the title.
    (LESSON, "^# ", "# New: ", ["learn/skip_the_reraise/"]),
    (
        LESSON,
        "^description: .*",
        "description: New",
        ["learn/skip_the_reraise/"],
    ),
    (LESSON, r"\A---\n", "---\nhide: [toc]\n", ["learn/skip_the_reraise/"]),
    (PROGRAM, r"\Z", "print(7)\n", [""]),
    # Cases are on two pages; one shows their words alone.
    (
        CASES,
        r'case\("',
        'case("new, ',
        ["reference/across_versions/", "reference/behaviour/body/"],
    ),
    (
        "docs/data/versions.json",
        '"entries": 3',
        '"entries": 33',
        ["reference/across_versions/"],
    ),
    (
        "survey/data/releases.csv",
        "^barbican,23",
        "barbican,24",
        ["reference/usage/purposes/"],
    ),
    # Copied as it is.
    ("docs/theme/material/assets/site.css", r"\Z", "/**/\n", []),
    # No English page of the copy is made from these.
    ("docs/zh/troubleshoot/faq.md", r"\Z", "\n一句。\n", []),
    ("examples/troubleshoot/own_copy.py", r"\Z", "# x\n", []),
]

WRONG = [
    (
        PAGE,
        r"\Z",
        "\n```release\ngone\n```\n",
        r"docs/en/troubleshoot/faq\.md:\d+: ```release: gone is not installed",
    ),
    (
        PAGE,
        r"\Z",
        "\n[`x`](nova:oslo_utils.excutils:gone)\n",
        r"docs/en/troubleshoot/faq\.md:\d+: oslo\.utils [\d.]+ has no `gone`",
    ),
    (
        PAGE,
        r"\Z",
        "\n::: examples.learn.gone\n",
        r"docs/en/troubleshoot/faq\.md:\d+: "
        r"Could not collect 'examples.learn.gone'",
    ),
    (
        PAGE,
        "^description: .*",
        "description: a: b",
        r"docs/en/troubleshoot/faq\.md:2: the front matter isn't valid YAML",
    ),
    (
        EXAMPLE,
        "^def ",
        "def def ",
        r"examples/learn/skip_the_reraise\.py:\d+: invalid syntax",
    ),
    (
        EXAMPLE,
        r"\Z",
        "raise OSError('broken')\n",
        r"docs/en/learn/skip_the_reraise\.md:\d+: "
        r"examples\.learn\.skip_the_reraise cannot be run for its page, "
        r"exit code 1: (?s:.)*OSError: broken",
    ),
    (
        "docs/data/versions.json",
        r"\A\{",
        "{{",
        r"docs/en/reference/across_versions\.md:\d+: ```changes: "
        r"docs/data/versions\.json:1: not valid JSON",
    ),
]


class Edit:
    """Changes of files of a project, which are taken back."""

    def __init__(self, project: Path) -> None:
        """Begin with the files as they are."""
        self._project = project
        self._before: dict[str, str | None] = {}

    def __call__(self, name: str, old: str, new: str) -> str:
        """Put a text in the place of another; returns the file's name."""
        text = (self._project / name).read_text()
        assert re.search(old, text, re.M), f"{name} has no {old}"
        self._before.setdefault(name, text)
        changed = re.sub(old, lambda _: new, text, count=1, flags=re.M)
        (self._project / name).write_text(changed)
        return name

    def add(self, name: str, text: str) -> str:
        """Write a new file; returns its name."""
        self._before[name] = None
        (self._project / name).write_text(text)
        return name

    def delete(self, name: str) -> str:
        """Delete a file; returns its name."""
        self._before.setdefault(name, (self._project / name).read_text())
        (self._project / name).unlink()
        return name

    def undo(self) -> dict[str, str]:
        """Take all back.

        Returns:
            What happened to the files thereby.
        """
        changes = {}
        for name, text in self._before.items():
            path = self._project / name
            changes[name] = "changed" if path.exists() else "added"
            if text is None:
                path.unlink()
                changes[name] = "deleted"
            else:
                path.write_text(text)
        self._before.clear()
        return changes


@pytest.fixture
def edit(small: Path) -> Iterator[Edit]:
    """Change files of the copy; they are as they were afterwards."""
    edit = Edit(small)
    yield edit
    edit.undo()


@pytest.fixture(scope="module")
def worker(
    small: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worker]:
    """A process that has built the English pages of the copy."""
    worker = Worker(small, tmp_path_factory.mktemp("worker"), "en")
    assert worker.first["errors"] == []
    yield worker
    worker.end()


@pytest.fixture
def before(
    worker: Worker, small: Path, whole: dict[str, bytes]
) -> dict[str, bytes]:
    """The finished site, once the process has written its last copy."""
    worker.makes(whole)
    return whole


@pytest.fixture(scope="module")
def whole(
    small: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """What a whole build makes of the copy."""
    return contents(built(small, tmp_path_factory.mktemp("whole") / "site"))


def test_pages_are_rendered_as_by_a_whole_build(
    small: Path,
    tmp_path: Path,
    worker: Worker,
    edit: Edit,
    before: dict[str, bytes],
) -> None:
    """Those that a change concerns, no others, and back again."""
    for name, old, new, pages in EDITS:
        answer = worker.change(edit(name, old, new))
        assert answer["errors"] == []
        assert answer["pages"] == pages, name
        assert bool(answer["files"]) == (pages != [] or "theme" in name)
    after = contents(built(small, tmp_path / "after"))
    # Most pages show the title.
    changed = [n for n in before if after[n] != before[n]]
    assert len([n for n in changed if n.endswith(".html")]) >= len(PAGES)
    worker.makes(after)
    assert worker.change(*edit.undo())["errors"] == []
    worker.makes(before)


def test_new_and_deleted_pages_are_built_as_a_whole(
    small: Path,
    tmp_path: Path,
    worker: Worker,
    edit: Edit,
    before: dict[str, bytes],
) -> None:
    """In the same process; another navigation needs another one."""
    added = edit.add(
        "docs/en/troubleshoot/more.md", (small / PAGE).read_text()
    )
    assert len(worker.change(added, how="added")["pages"]) == len(PAGES) + 1
    assert (worker.folder / "troubleshoot/more/index.html").is_file()
    answer = worker.change(edit.delete(PAGE), how="deleted")
    assert "nav names troubleshoot/faq.md, which" in answer["errors"][0]
    config = edit("mkdocs.yml", r"faq\.md", "more.md")
    assert worker.change(config)["outdated"]
    other = Worker(small, tmp_path, "en")
    assert other.first["errors"] == []
    other.makes(contents(built(small, tmp_path / "fresh")))
    other.end()
    for name, how in edit.undo().items():
        if name != config:
            answer = worker.change(name, how=how)
    assert answer["errors"] == []
    worker.makes(before)


@pytest.mark.parametrize(
    "name",
    [
        "docs/theme/material/partials/source.html",
        "docs/theme/mkdocstrings/python/material/lesson.html.jinja",
    ],
)
def test_a_template_concerns_all_pages(
    worker: Worker, edit: Edit, name: str
) -> None:
    """Of the theme and of the lessons."""
    page = worker.folder / "learn/skip_the_reraise/index.html"
    answer = worker.change(edit(name, r"\Z", "<i>new</i>\n"))
    assert len(answer["pages"]) == len(PAGES)
    assert "<i>new</i>" in page.read_text()
    worker.change(*edit.undo())
    assert "<i>new</i>" not in page.read_text()


def test_other_code_needs_another_process(worker: Worker) -> None:
    """What was imported stays imported."""
    for name in (
        "render/html.py",
        "render/publish/warm.py",
        "examples/reference/behaviour/cases.py",
        "reraise_lint/rules/style.py",
        "mkdocs.yml",
    ):
        assert worker.change(name).get("outdated"), name
    assert "outdated" not in worker.change("render/measure/versions.py")


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG)
def test_what_is_wrong_is_told_and_the_last_good_page_stays(
    worker: Worker,
    edit: Edit,
    before: dict[str, bytes],
    name: str,
    old: str,
    new: str,
    said: str,
) -> None:
    """With its line; other pages are rendered, and it is tried again."""
    answer = worker.change(edit(name, old, new))
    assert re.match(said, "\n".join(answer["errors"])), answer
    assert contents(worker.folder) == before
    answer = worker.change(edit("docs/en/index.md", r"\Z", "\nMore.\n"))
    assert answer["pages"] == [""]
    assert re.match(said, "\n".join(answer["errors"])), answer
    assert worker.change(*edit.undo())["errors"] == []
    worker.makes(before)


def test_a_chinese_page_follows_its_english_one(
    small: Path, tmp_path: Path, edit: Edit, request: pytest.FixtureRequest
) -> None:
    """By a note; a page that is missing is shown in English."""
    record(small, "troubleshoot/faq")
    worker = Worker(small, tmp_path, "zh")
    request.addfinalizer(worker.end)
    assert worker.first["errors"] == []
    page = worker.folder / "troubleshoot/faq/index.html"
    assert "admonition note" not in page.read_text()
    worker.change(edit(PAGE, "^## ", MORE))
    assert "admonition note" in page.read_text()
    answer = worker.change(
        edit("docs/zh/troubleshoot/faq.md", r"\Z", "\n一句。\n")
    )
    assert answer["pages"] == ["troubleshoot/faq/"]
    worker.change(edit.delete("docs/zh/troubleshoot/faq.md"), how="deleted")
    assert "It is so." in page.read_text()
    answer = worker.change(edit(PAGE, "It is so", "It is not so"))
    assert answer["pages"] == ["troubleshoot/faq/"]
    answer = worker.change(edit(PAGE, r"\Z", "\n::: examples.gone\n"))
    assert answer["errors"][0].startswith("docs/en/troubleshoot/faq.md:"), (
        answer
    )
    edit.undo()
    worker.change("docs/zh/troubleshoot/faq.md", PAGE)
    worker.change("docs/zh/troubleshoot/faq.md", how="added")
    words = edit("docs/locale/zh/render.po", '^msgstr "输出"', 'msgstr "打印"')
    assert len(worker.change(words)["pages"]) < len(PAGES)
    worker.makes(contents(built(small, tmp_path / "zh", "mkdocs.zh.yml")))
