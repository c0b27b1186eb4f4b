"""Each message on the page is one that something prints."""

import asyncio
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import tenacity

from tests.project import LESSONS, ROOT, examples, page

(LESSON,) = (path for path in LESSONS if path.stem == "messages")
PAGE = page(LESSON)
HEADINGS = re.findall(
    r"^### `(.+)`(?: \{ #.+)?$", PAGE.read_text("utf-8"), re.M
)

# The texts of packages that no lesson may import, as their source has them.
INSTALLED = {
    "oslo_utils/excutils.py": ["Unexpected exception occurred ... time(s)..."],
    "mypy/message_registry.py": ["Missing return statement"],
    "oslo_messaging/rpc/server.py": ["Exception during message handling"],
    "oslo_messaging/rpc/client.py": ["Remote error: ..."],
    "oslo_service/periodic_task.py": ["Error during ..."],
    "sqlalchemy/orm/session.py": [
        "This Session's transaction has been rolled back due to a previous "
        "exception during flush."
    ],
    "nova/exception.py": [
        "Build of instance ... was re-scheduled: ...",
        "Build of instance ... aborted: ...",
        "No valid host was found. ",
    ],
    "nova/scheduler/manager.py": ["There are not enough hosts available."],
    "nova/api/openstack/__init__.py": ["Caught error: ..."],
    "nova/api/openstack/wsgi.py": [
        "Unexpected exception in API method",
        "Unexpected API Error. ...",
    ],
    "nova/compute/manager.py": [
        "Failed to deallocate network for instance; retrying. Error: ...",
        "Failed to deallocate network for instance. Error: ...",
        "Setting instance vm_state to ERROR",
        "Instance failed to spawn",
        "Could not clean up failed build, not rescheduling. Error: ...",
    ],
}


def _matches(heading: str, printed: str) -> bool:
    """Whether a heading is a text; its dots are any other text."""
    pattern = ".*".join(map(re.escape, heading.split("...")))
    return bool(re.search(f"^(?:[A-Z]+:[\\w.]+:)?{pattern}$", printed, re.M))


def _source(name: str) -> str:
    """The text of a file, with strings that are parted put together."""
    package, _, rest = name.partition("/")
    spec = find_spec(package)
    assert spec
    assert spec.origin
    text = Path(spec.origin).parent.joinpath(rest).read_text("utf-8")
    return re.sub(r"""['"]\s*f?['"]""", "", text)


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """Every message that was printed or found, beside no page's text."""
    found = [e.want for e in examples(LESSON)]
    pythons = ROOT / "docs" / "data" / "pythons.json"
    for facts in json.loads(pythons.read_text("utf-8")):
        found += [facts["no_parentheses"], facts["return"]]
    return [*found, *_of_linters(), _of_asyncio(), _of_tenacity()]


def _of_linters() -> list[str]:
    """What pylint and ruff say of two functions."""
    code = """
from oslo_utils import excutils

def find(port):
    try:
        return port.find()
    except OSError:
        with excutils.save_and_reraise_exception():
            raise LookupError(port)

def plug(port):
    try:
        return port.plug()
    except OSError:
        with excutils.save_and_reraise_exception():
            port.unplug()
"""
    commands = [
        ["pylint", "--from-stdin", "find.py", "--disable=all"],
        ["ruff", "check", "--isolated", "--select=B904", "-"],
    ]
    commands[0].append("--enable=R1710")
    return [
        # Marks of code, and the place before the message.
        re.sub(r"(?m)^find\.py:\d+:\d+: |`", "", done.stdout)
        for command in commands
        for done in [
            subprocess.run(
                [sys.executable, "-m", *command],
                input=code,
                capture_output=True,
                text=True,
                check=False,
            )
        ]
    ]


def _of_asyncio() -> str:
    """What asyncio reports of a task that nobody awaited."""

    async def fail() -> None:
        raise OSError

    async def run() -> str:
        told: list[str] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: told.append(context["message"])
        )
        task = asyncio.ensure_future(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task
        return "\n".join(told)

    return asyncio.run(run())


def _of_tenacity() -> str:
    """What it raises after its last attempt."""

    def fail() -> None:
        raise OSError

    once = tenacity.Retrying(stop=tenacity.stop_after_attempt(1))
    with pytest.raises(tenacity.RetryError) as caught:
        once(fail)
    return str(caught.value)


def test_texts_are_in_the_installed_packages() -> None:
    """As their source has them, with what it fills in at the dots."""
    missing = []
    for name, texts in INSTALLED.items():
        source = _source(name)
        for text in texts:
            filled = r"(?:%[\w()]*|{support}.*)".join(
                map(re.escape, text.split("..."))
            )
            if not re.search(
                filled.removesuffix(r"(?:%[\w()]*|{support}.*)"), source
            ):
                missing.append((name, text))
    assert missing == []


@pytest.mark.parametrize("heading", HEADINGS)
def test_message_is_printed_by_something(
    heading: str, printed: list[str]
) -> None:
    """By a lesson, a Python, a tool; or its text is in a package."""
    if any(_matches(heading, text) for text in printed):
        return
    texts = [text for found in INSTALLED.values() for text in found]
    left = heading
    for text in sorted(texts, key=len, reverse=True):
        left = left.replace(text, "")
    assert re.fullmatch(r"(\w+Error: )?( retrying\.)?", left), left
