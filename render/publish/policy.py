"""The Content-Security-Policy of the built pages.

A page loads and runs what comes from its own host. Of inline scripts, it runs
those that the build put there: each is allowed by its digest, none by its
position. The policy is computed after the pages are built, so that it fits
every engine and theme. Pages from `mkdocs build` alone work the same, but have
no policy.

All pages of a language have the same policy. Instant navigation goes from page
to page inside one document, where a second policy would come on top of the
first one.
"""

import base64
import hashlib
import re
from collections.abc import Iterable

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.S | re.I)
_TYPE = re.compile(r"""\btype=["']?([\w/+-]+)""")
# Data that a script of the page, or a search engine, reads; nothing runs.
_DATA = {"application/json", "application/ld+json"}
_CHARSET = '<meta charset="utf-8">'
_PLACE = "<!-- policy -->"


class PolicyError(Exception):
    """A page has no place for a policy."""


def digests(page: str) -> set[str]:
    """The sources that allow the scripts inside a page.

    Examples:
        >>> digests('<script>1</script><script src="a.js"></script>')
        {"'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"}
        >>> digests('<script type="application/json">{}</script>')
        set()
    """
    found = set()
    for attributes, code in _SCRIPT.findall(page):
        kind = _TYPE.search(attributes)
        if "src=" in attributes or (kind and kind[1] in _DATA):
            continue
        digest = hashlib.sha256(code.encode()).digest()
        found.add(f"'sha256-{base64.b64encode(digest).decode()}'")
    return found


def policy(scripts: Iterable[set[str]]) -> str:
    """The policy that some pages need, and no more.

    Args:
        scripts: What `digests` found in each.
    """
    inside = sorted(set().union(*scripts))
    return "; ".join(
        [
            "default-src 'self'",
            # The last one compiles Python in the reader's browser; it allows
            # no JavaScript from text.
            " ".join(["script-src 'self'", *inside, "'wasm-unsafe-eval'"]),
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            # Named for browsers and readers, although the first one covers them.
            "style-src 'self'",
            "connect-src 'self'",
            # The search has a worker; Python's frame has its own policy.
            "worker-src 'self'",
            "frame-src 'self'",
        ]
    )


def prepared(name: str, page: str) -> str:
    """Mark the place for the policy, at the top of a page.

    Args:
        name: The page's file, for an error.
        page: Its HTML.

    Returns:
        The page, for `added`.

    Raises:
        PolicyError: It does not begin with its character set.
    """
    if _CHARSET not in page[:1024]:
        raise PolicyError(
            f"{name} has no {_CHARSET} at its top: the policy goes behind it"
        )
    return page.replace(_CHARSET, _PLACE, 1)


def added(page: str, content: str) -> str:
    """Put the policy into a page.

    Args:
        page: The page, as `prepared` returned it.
        content: The policy.

    Returns:
        Its HTML.
    """
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content}">'
    return page.replace(_PLACE, f"{_CHARSET}\n      {meta}", 1)
