"""The sentences of events and steps, in both languages."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from oslo_utils import excutils

from runner.events import story
from runner.story import told, words
from runner.tracer import record
from tests.project import ROOT
from tests.runner.test_events import caught, fail
from tests.test_words import refused

_FILE = ROOT / "runner" / "story.json"
_WORDS = json.loads(_FILE.read_text("utf-8"))
_TERMS = tomllib.loads((ROOT / "docs" / "terms.toml").read_text("utf-8"))


def sentences(words: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """All sentences, with their names."""
    for key, value in words.items():
        if isinstance(value, str):
            yield f"{name}{key}", value
        else:
            yield from sentences(value, f"{name}{key}.")


def holes(text: str) -> set[str]:
    """What is filled in, and the code."""
    return set(re.findall(r"\{\w+\}|`[^`]+`", text))


def test_both_languages_say_the_same() -> None:
    """The same sentences, with the same holes and the same code."""
    english, chinese = (dict(sentences(_WORDS[one])) for one in ("en", "zh"))
    assert english.keys() == chinese.keys()
    differing = {
        name: (text, chinese[name])
        for name, text in english.items()
        if holes(text) - {"`from`"} != holes(chinese[name]) - {"`from`"}
    }
    assert differing == {}


def test_sentences_use_the_words_of_the_field() -> None:
    """As pages do, in both languages."""
    for name, text in sentences(_WORDS["en"]):
        assert list(refused(text)) == [], name
    for name, text in sentences(_WORDS["zh"]):
        for term in _TERMS["term"]:
            for wrong in term.get("not_zh", []):
                assert wrong not in text, name


def saying(run: Callable[[], object], language: str = "en") -> list[str]:
    """The sentences of a function's events."""
    trace = record(partial(caught, run), {__file__}.__contains__)
    return [text(one["say"]) for one in told(trace, language)["events"]]


def text(parts: list[Any]) -> str:
    """A sentence as it is read."""
    return "".join(
        f"#{part + 1}" if isinstance(part, int) else "".join(part)
        for part in parts
    )


def test_each_event_says_why() -> None:
    """When the cleanup works, and when it fails."""

    def run(cleanup: Callable[[], object]) -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                cleanup()

    works = [
        "The helper saves #1 and its traceback. reraise is True: it will "
        "re-raise #1.",
        "The body runs: the helper keeps #1 until the body ends.",
        "The body succeeded and reraise is True: the helper re-raises #1, the "
        "same object.",
    ]
    assert set(works) < set(saying(lambda: run(lambda: None)))
    fails = [
        "#2 is raised in the body, while the helper keeps #1. "
        "So #1 becomes its __context__.",
        "The body raised #2 and reraise is True: the helper logs #1 as "
        "dropped.",
        "#2 replaces #1: only #2 propagates, and #1 is its __context__.",
    ]
    assert saying(lambda: run(lambda: fail("second")))[-4:-1] == fails


@pytest.mark.parametrize("reraise", [True, False])
def test_a_suppressed_exception_says_why(reraise: bool) -> None:
    """Setting `reraise` is an event, and what follows from it."""

    def run() -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception(
                reraise=not reraise
            ) as ctxt:
                ctxt.reraise = reraise

    found = saying(run)
    if reraise:
        assert found[-3].endswith("the helper re-raises #1.")
    else:
        assert found[-1] == (
            "reraise is False: the helper doesn't re-raise #1. It is "
            "suppressed."
        )


def test_a_captured_exception_is_kept_for_later() -> None:
    """Without `with`, `reraise` isn't why nothing was raised."""

    def run() -> None:
        helper = excutils.save_and_reraise_exception()
        try:
            fail("first")
        except ConnectionError:
            helper.capture()
        print("later")

    assert (
        "The except block ends without re-raising #1. The helper still keeps "
        "it."
    ) in saying(run)


def test_every_step_has_a_sentence() -> None:
    """In both languages, from the words of `story.json`."""

    class Port:
        def __enter__(self) -> None:
            """Do nothing."""

        def __exit__(self, *_: object) -> bool:
            return True

    def down() -> None:
        raise OSError("first")

    def run() -> None:
        with Port():
            down()
        with Port():
            pass

    trace = record(run, {__file__}.__contains__)
    for language in ("en", "zh"):
        found = told(trace, language)
        assert len(found["says"]) == len(trace["steps"])
        assert all(found["says"])
        assert found["words"] == words(language)["ui"]
    assert found["propagating"] == story(trace).propagating
    english = [text(parts) for parts in told(trace, "en")["says"]]
    assert "__exit__ returned True: #1 is suppressed." in english
    assert (
        "__exit__ returned True: there was no exception to suppress."
        in english
    )
    assert "#1 leaves the body of with: __exit__ is next." in english
    assert "#1 propagates to run." in english
