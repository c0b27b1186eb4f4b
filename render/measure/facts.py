"""What a Python does with the helper beyond the cases, printed as JSON.

`render.measure.versions` runs this file on each Python of the machine, from
3.6 on, so its syntax is that of 3.6.
"""

import json
import linecache
import platform
import traceback
import warnings
from typing import Any

from oslo_utils import excutils

# The last statement of the body, in its text, isn't the last one that runs.
_RELEASE = """\
def release(port):
    try:
        ask(port)
    except OSError:
        with excutils.save_and_reraise_exception():
            if port:
                log("known")
            else:
                log("unknown")
"""
_ASK = """\
def ask(port):
    raise OSError("no answer")
"""
_JUMP = """\
def release(ports):
    for port in ports:
        try:
            print(port)
        finally:
            {}
"""


def no_parentheses() -> str:
    """Give the class itself to `with`; return the error."""
    try:
        with excutils.save_and_reraise_exception:  # type: ignore[attr-defined]  # The mistake.
            pass
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def printed() -> "list[str]":
    """Return the rows of a traceback through the helper."""
    text = _RELEASE + _ASK
    linecache.cache["release.py"] = (0, None, text.splitlines(True), "")
    names: dict[str, Any] = {"excutils": excutils, "log": str}
    exec(compile(text, "release.py", "exec"), names)
    try:
        names["release"]("eth0")
    except OSError as error:
        return traceback.format_exception(
            type(error), error, error.__traceback__
        )
    return []


def entry(rows: "list[str]") -> str:
    """Return the statement in the helper's own entry, after `release`."""
    [first, *_] = [row for row in rows if "in release" in row]
    return first.splitlines()[1].strip()


def warned(word: str, action: "Any" = "always") -> str:
    """Return what the compiler says of a jump in a `finally`."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)
        try:
            compile(_JUMP.format(word), "release.py", "exec")
        except SyntaxError as error:
            return f"SyntaxError: {error.msg}"
    return "; ".join(
        f"{one.category.__name__}: {one.message}" for one in caught
    )


def main() -> None:
    """Print all facts."""
    rows = printed()
    print(
        json.dumps(
            {
                "python": ".".join(platform.python_version_tuple()[:2]),
                "no_parentheses": no_parentheses(),
                "entry": entry(rows),
                "marks": sum(
                    set(row.strip()) <= set("~^")
                    for part in rows
                    for row in part.splitlines()
                ),
                "return": warned("return"),
                "break": warned("break"),
                "continue": warned("continue"),
                "as_error": warned("return", "error"),
            }
        )
    )


if __name__ == "__main__":
    main()
