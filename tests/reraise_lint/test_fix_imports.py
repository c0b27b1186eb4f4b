"""Which imports make a name the helper, and which of them go with it."""

import textwrap

import pytest

from reraise_lint import fix
from tests.reraise_lint.test_fix import HEAD, whole


@pytest.mark.parametrize(
    "top",
    [
        "from oslo_utils import excutils",
        "import oslo_utils.excutils\nexcutils = 1",
        "import oslo_utils.excutils as excutils",
        "from oslo.utils import excutils",
        "from heat.openstack.common import excutils",
    ],
)
def test_helper_is_known_by_its_imports(top: str) -> None:
    """Also by those of before 2015."""
    name = "excutils"
    if "\n" in top:
        top, name = top.split("\n")[0], "oslo_utils.excutils"
    body = f"with {name}.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=top).encode(), "module.py")
    assert (
        result.source.decode()
        == HEAD.lstrip("\n") + " " * 8 + "undo()\n        raise\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from oslo_utils import excutils, strutils", "strutils"),
        ("from oslo_utils import strutils, excutils", "strutils"),
        (
            "from oslo_utils import (\n    excutils,\n    strutils,\n)",
            "(\n    strutils,\n)",
        ),
        (
            "from oslo_utils import (\n    strutils,\n    excutils,\n)",
            "(\n    strutils,\n)",
        ),
        (
            "from oslo_utils import (strutils,\n                 excutils)",
            "(strutils)",
        ),
        (
            "from oslo_utils import excutils; from oslo_utils import strutils",
            "strutils",
        ),
    ],
)
def test_name_goes_from_a_list_of_imports(before: str, after: str) -> None:
    """The others stay, each on the line on which it was."""
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=before).encode(), "module.py")
    new = result.source.decode()
    assert new.partition(HEAD)[0] == f"from oslo_utils import {after}\n"
    assert result.notes == []


def test_blank_lines_and_comments_around_an_import_stay() -> None:
    """Whether it is the first or the last of its group."""
    top = (
        "import os\n\n# Ours.\n{}from oslo_utils import strutils\n{}\nimport x"
    )
    line = "from oslo_utils import excutils\n"
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    for places in ((line, ""), ("", line)):
        source = whole(body, top=top.format(*places))
        new = fix.fixed(source.encode(), "module.py").source.decode()
        assert new.partition(HEAD)[0] == top.format("", "") + "\n"


def test_import_in_a_function_goes_and_the_outer_one_stays() -> None:
    """Each scope has its own."""
    source = textwrap.dedent("""\
        from oslo_utils import excutils


        def first():
            from oslo_utils import excutils
            try:
                work()
            except OSError:
                with excutils.save_and_reraise_exception():
                    undo()


        def second():
            excutils.forever_retry_uncaught_exceptions(work)
        """)
    result = fix.fixed(source.encode(), "module.py")
    new = result.source.decode()
    assert new.count("import excutils") == 1
    assert new.startswith(
        "from oslo_utils import excutils\n\n\ndef first():\n    try"
    )
    assert result.notes == []


@pytest.mark.parametrize(
    ("top", "path", "reason"),
    [
        (
            "from oslo_utils import excutils\nf = excutils.exception_filter",
            "module.py",
            "the name is used in line 2",
        ),
        (
            "from oslo_utils import excutils  # noqa: F401",
            "module.py",
            "it has a comment",
        ),
        (
            "from oslo_utils import excutils",
            "pack/__init__.py",
            "others may import it from here",
        ),
        (
            "from oslo_utils import excutils as excutils",
            "module.py",
            "others may import it from here",
        ),
        (
            "from oslo_utils import excutils\n__all__ = ['excutils']",
            "module.py",
            "a string names it",
        ),
    ],
)
def test_import_that_may_be_needed_stays(
    top: str, path: str, reason: str
) -> None:
    """With the reason."""
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=top).encode(), path)
    assert result.changes
    assert result.source.decode().startswith(top + "\n")
    said = f"the import of `excutils` stays: {reason}"
    assert result.notes == [(1, said)]


def test_import_in_a_try_stays() -> None:
    """As do both halves of it."""
    top = textwrap.dedent("""\
        try:
            from oslo_utils import excutils
        except ImportError:
            from oslo.utils import excutils
            log()""")
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=top).encode(), "module.py")
    assert result.changes
    assert result.source.decode().startswith(top + "\n")
    said = "the import of `excutils` stays: it is part of a `try`"
    assert result.notes == [(2, said), (4, said)]


def test_import_alone_in_its_block_stays() -> None:
    """An empty block would be an error."""
    top = "if new:\n    from oslo_utils import excutils"
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=top).encode(), "module.py")
    assert result.source.decode().startswith(top + "\n")
    said = "an import stays: nothing else is in its block"
    assert result.notes == [(2, said)]


def test_strings_that_name_the_helper_are_noted() -> None:
    """They are in tests, which patch it, and will fail."""
    source = textwrap.dedent("""\
        @mock.patch.object(excutils, "save_and_reraise_exception")
        @mock.patch("nova.compute.manager.excutils")
        def test(self):
            with mock.patch("a.excutils.save_and_reraise_exception"):
                mock.patch("save_and_reraise_exception_handler")
        """)
    notes = fix.fixed(source.encode(), "test_module.py").notes
    assert [line for line, _ in notes] == [1, 2, 4]
    said = (
        'a string names the helper: "nova.compute.manager.excutils" (patched?)'
    )
    assert notes[1][1] == said
