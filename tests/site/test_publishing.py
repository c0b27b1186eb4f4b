"""Publishing: what the workflow may do, and the page for no page."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mkdocs.utils.yaml import yaml_load

from tests.project import ROOT, refuse
from tests.site.parsed import parsed, texts

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
# The only jobs that may write, and what. All others read the source.
_MAY_WRITE = {
    ("publish.yml", "publish"): {"pages": "write", "id-token": "write"}
}


def _workflow(path: Path) -> dict[Any, Any]:
    return yaml_load(path.read_text("utf-8"))


def test_actions_are_pinned() -> None:
    """By a whole commit, with the release it is beside it."""
    assert WORKFLOWS

    def problems() -> Iterator[str]:
        for path in WORKFLOWS:
            for number, line in enumerate(
                path.read_text("utf-8").splitlines(), 1
            ):
                found = re.search(r"\buses:\s*(\S+)(.*)", line)
                if found and not (
                    re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", found[1])
                    and re.fullmatch(r" # v\d+\.\d+\.\d+", found[2])
                ):
                    yield (
                        f"{path.relative_to(ROOT)}:{number}: {found[1]} can "
                        "change; pin the commit and name its release: "
                        "uses: owner/action@<40 digits> # v1.2.3"
                    )

    refuse(problems())


def test_jobs_may_write_what_they_need() -> None:
    """Nothing by default; no job keeps a credential or runs a stranger's."""

    def problems() -> Iterator[str]:
        for path in WORKFLOWS:
            content, name = _workflow(path), path.name
            if content.get("permissions") != {}:
                yield f"{name}: permissions: {{}} is to stand above all jobs"
            # YAML reads the key `on` as true.
            if "pull_request_target" in (content.get(True) or {}):
                yield f"{name}: pull_request_target runs code of strangers"
            for job, about in content["jobs"].items():
                allowed = _MAY_WRITE.get((name, job), {"contents": "read"})
                if (given := about.get("permissions")) != allowed:
                    yield f"{name}: {job} has {given}, it needs {allowed}"
                for step in about["steps"]:
                    # A name of a branch in a command would be run.
                    if "${{" in step.get("run", ""):
                        yield f"{name}: {job} puts an expression in a command"
                    if "checkout@" in step.get("uses", "") and (
                        step.get("with", {}).get("persist-credentials")
                        is not False
                    ):
                        yield f"{name}: {job} keeps its credential on disk"
                    if "secrets." in str(step):
                        yield f"{name}: {job} reads a secret"

    refuse(problems())


def test_the_site_is_what_make_build_makes() -> None:
    """The workflow runs it, and publishes its folder."""
    steps = _workflow(WORKFLOWS[0])["jobs"]["build"]["steps"]
    assert any("make build" in step.get("run", "") for step in steps)
    assert steps[-1]["with"] == {"path": "site"}


@pytest.mark.parametrize("page", ["404.html", "zh/404.html"])
def test_who_finds_no_page_is_helped(site: Path, page: str) -> None:
    """By the search, the tabs, and the first pages of both languages."""
    tree = parsed(site / page)
    links = texts(tree, "//article//a/@href")
    assert {*map(posixpath.normpath, links)} == {"/", "/zh"}
    languages = texts(tree, "//html/@lang | //article//p/@lang")
    assert {*languages} == {"en", "zh"}
    assert texts(tree, "//input[contains(@class, 'md-search__input')]/@name")
    assert len(texts(tree, "//nav[@class='md-tabs']//a/@href")) > 5
