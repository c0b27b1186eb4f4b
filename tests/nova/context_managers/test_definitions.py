"""Which context managers Nova 34.0.0 and 22.4.0 define."""

import ast
import copy
import re
from collections.abc import Iterator
from functools import cache

from render.sources.upstream import definition
from tests.nova.context_managers.depends import DEPENDS
from tests.nova.context_managers.lab import last
from tests.nova.context_managers.same import SAME
from tests.nova.recording import counted

# In no table: the first never runs, as every driver's own replaces it.
ABSTRACT = "nova.virt.virtapi:VirtAPI.wait_for_instance_event"


# Inherit the methods of NopClaim.
HEIRS = ["nova.compute.claims:Claim", "nova.compute.claims:MoveClaim"]


@cache
def found(release: str = "") -> set[str]:
    """Every context manager that Nova defines outside its tests."""
    source, _ = definition(f"{release}nova.utils:")
    names = set()
    for path in sorted(source.path.parent.rglob("*.py")):
        inside = path.relative_to(source.path.parent.parent)
        if "tests" in inside.parts:
            continue
        module = ".".join(inside.with_suffix("").parts)
        text = path.read_text("utf-8")
        if "contextmanager" not in text and "exit__" not in text:
            continue
        _, tree = definition(f"{release}{module}:")
        names |= {f"{module}:{name}" for name in defined(tree, [])}
    return names


def defined(node: ast.AST, outer: list[str]) -> Iterator[str]:
    """Classes with an exit, and functions under `contextmanager`."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield from defined(child, outer)
            continue
        name = [*outer, child.name]
        yield from defined(child, name)
        if isinstance(child, ast.ClassDef):
            methods = [getattr(n, "name", None) for n in child.body]
            if "__exit__" in methods or "__aexit__" in methods:
                yield ".".join(name)
        elif any(
            ast.unparse(d).endswith("contextmanager")
            for d in child.decorator_list
        ):
            yield ".".join(name)


def test_every_context_manager_runs_here() -> None:
    """All but two that serve Nova's tests, and one that never runs."""
    now, before = found(), found("victoria ")
    in_tests = {name for name in now if name.startswith("nova.test:")}
    assert len(in_tests) == 2
    assert {*DEPENDS, *SAME} == now - in_tests - {ABSTRACT} | {*HEIRS}
    assert not DEPENDS.keys() & SAME.keys()
    assert now - before == {
        "nova.cmd.manage:locked_instance",
        "nova.compute.manager:ComputeManager.syncs_in_progress",
        "nova.utils:FairLockGuard",
    }


def test_nothing_sets_the_image_file() -> None:
    """Outside its `__init__`, ConfigDriveBuilder has no file to delete."""
    source, _ = definition("nova.utils:")
    root = source.path.parent
    hits = [
        (path.relative_to(root).as_posix(), line.strip())
        for path in sorted(root.rglob("*.py"))
        if "tests" not in path.relative_to(root).parts
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"imagefile\b", line)
    ]
    assert hits == [
        ("virt/configdrive.py", "self.imagefile = None"),
        ("virt/configdrive.py", "if self.imagefile:"),
        (
            "virt/configdrive.py",
            "fileutils.delete_if_exists(self.imagefile)",
        ),
    ]


def same(name: str) -> bool:
    """Whether 22.4.0 has the same code, apart from texts in it."""

    def code(release: str) -> str:
        node = copy.deepcopy(definition(f"{release}{name}")[1])
        for inner in ast.walk(node):
            if (
                isinstance(inner, ast.ClassDef | ast.FunctionDef)
                and ast.get_docstring(inner) is not None
            ):
                del inner.body[0]
        return ast.unparse(node)

    return code("") == code("victoria ")


DIFFERENT = {
    "wait_for_instance_event",
    "_build_resources",
    "catch_all",
    "ConfigDriveBuilder",
    "RBDVolumeProxy",
    "FairLockGuard",
    "syncs_in_progress",
    "locked_instance",
}


def test_what_victoria_has_differently() -> None:
    """Those that 22.4.0 has in other words, or not at all."""
    now, before = {*DEPENDS, *SAME} - {*HEIRS}, found("victoria ")
    differ = {n for n in now if n not in before or not same(n)}
    assert {last(n) for n in differ} == DIFFERENT
    counted(
        "context_managers",
        defined=len(found()),
        shown=len(now),
        in_victoria=len(before),
        same_in_victoria=len(now - differ),
    )
