"""The policy of each page: what may run, load and be sent."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from render.publish import policy
from tests.project import refuse, refusing
from tests.site.parsed import parsed

LANGUAGES = ["", "zh"]


def _own(site: Path, language: str) -> list[Path]:
    """The pages of a language."""
    return [
        path
        for path in sorted((site / language).rglob("*.html"))
        if language or not path.is_relative_to(site / "zh")
    ]


def _trees(
    site: Path, language: str
) -> Iterator[tuple[Path, "etree._Element"]]:
    for path in _own(site, language):
        yield path, parsed(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_has_the_policy_of_its_language(
    site: Path, language: str
) -> None:
    """Before anything that loads; one, so that no second one comes on top."""
    told: dict[str, Path] = {}

    def problems() -> Iterator[str]:
        for path, tree in _trees(site, language):
            head = tree.find("head")
            assert head is not None
            first = [
                each
                for each in head
                if each.get("http-equiv") == "Content-Security-Policy"
            ]
            if len(first) != 1 or head.index(first[0]) > 1:
                yield f"{path.relative_to(site)}: no policy at its top"
            for each in first:
                told.setdefault(each.get("content") or "", path)

    refuse(problems())
    [content] = told
    rules = dict(rule.split(" ", 1) for rule in content.split("; "))
    scripts = rules.pop("script-src").split()
    assert rules == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "style-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "frame-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    others = [one for one in scripts if not one.startswith("'sha256-")]
    assert others == ["'self'", "'wasm-unsafe-eval'"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scripts_of_pages_are_allowed_and_no_others(
    site: Path, language: str
) -> None:
    """The digests are those of the inline scripts."""
    found, told = set(), set()
    for _, tree in _trees(site, language):
        for script in tree.iter("script"):
            if not script.get("src") and "json" not in script.get("type", ""):
                code = (script.text or "").encode()
                digest = base64.b64encode(hashlib.sha256(code).digest())
                found.add(f"'sha256-{digest.decode()}'")
        for meta in tree.iter("meta"):
            if meta.get("http-equiv") == "Content-Security-Policy":
                words = (meta.get("content") or "").replace(";", "").split()
                told |= {one for one in words if one.startswith("'sha256-")}
    assert told == found


@pytest.mark.parametrize("language", LANGUAGES)
@refusing
def test_no_page_needs_what_the_policy_forbids(
    site: Path, language: str
) -> Iterator[str]:
    """No handler, style, frame or script's address inside a page's HTML."""
    for path, tree in _trees(site, language):
        own = path.relative_to(site)
        for each in tree.iter():
            if each.tag in ("style", "iframe", "object", "embed", "base"):
                yield f"{own}: an element {each.tag}"
            for name, value in each.items():
                name, value = str(name), str(value).strip().lower()
                if name == "style" or name.startswith("on"):
                    yield f'{own}: <{each.tag} {name}="{value[:40]}">'
                if value.startswith("javascript:"):
                    yield f"{own}: a link to {value[:40]}"


def test_a_page_without_a_place_for_it_is_named() -> None:
    """The build ends, and says which."""
    with pytest.raises(policy.PolicyError, match=r"^a\.html has no <meta"):
        policy.prepared("a.html", "<html><head><title>a</title>")
