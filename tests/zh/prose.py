"""What tests read in the prose of pages and catalogues."""

import re
from calendar import month_name
from collections import Counter
from collections.abc import Iterator

HAN = r"\u3400-\u9fff"

_CODE = re.compile(r"(`+)(.+?)\1")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ATTRIBUTES = re.compile(r" *\{:? *[.#][^}]*\}")
_BLOCK_TAG = re.compile(r"</?(?:details|summary)\b[^>]*>")
_TAG = re.compile(r"</?[a-z][^>]*>")
# A name in braces stands for a number: see `render.numbers`.
_NAMED = re.compile(r"\{\{.*?\}\}")
_NUMBER = re.compile(rf"\d+(?:\.\d+)*|{_NAMED.pattern}")
# "May" alone is another word.
_MONTH = re.compile(rf"\b({'|'.join(month_name[1:])})(?= \d{{4}})")

_TYPOGRAPHY = {
    f"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]": (
        "a space between Chinese and Latin letters, digits or code"
    ),
    f"[{HAN}][,;!?]|[{HAN}]:(?! )|[{HAN}]\\.(?!\\w)": (
        "full-width punctuation after Chinese: ，；：！？。"
    ),
    # A function's `()` in a description has no backticks.
    f"[{HAN}] ?\\(|(?<!\\()\\) ?[{HAN}]": (
        "full-width brackets in Chinese: （）"
    ),
    " [，。；：！？、（）“”]|[，。；：！？、（）“”] (?=\\S)": (
        "no space beside full-width punctuation"
    ),
    f"[「」『』]|\\.\\.\\.[{HAN}]|。。": "quotes are “”, dots are ……",
    "(?<![*\\w])\\*[^*\\s][^*]*\\*(?!\\*)": "no italics; write **bold** or “”",
}


def prose(text: str) -> str:
    """Cut code, links' addresses, attributes and tags out of a text."""
    text = _BLOCK_TAG.sub("", _ATTRIBUTES.sub("", text))
    for pattern in (_CODE, _LINK, _TAG):
        text = pattern.sub(lambda m: "]" if m[0][0] == "]" else "A", text)
    return re.sub(r"\*\*|[\[\]]", "", text)


def code(text: str) -> Counter[str]:
    """Count the code spans of a text."""
    return Counter(found[1] for found in _CODE.findall(text))


def numbers(text: str) -> set[str]:
    """Find the numbers of a text; only in English has a month a name."""
    months = [*month_name]
    text = _MONTH.sub(lambda m: str(months.index(m[0])), prose(text))
    return set(_NUMBER.findall(text))


def links(text: str) -> Counter[str]:
    """Count the targets of a text's links."""
    return Counter(_LINK.findall(text))


def wrong_typography(text: str) -> Iterator[str]:
    """Find where Chinese prose breaks a rule, and name the rule."""
    text = _NAMED.sub("1", text)
    for pattern, rule in _TYPOGRAPHY.items():
        if found := re.search(pattern, text):
            near = text[max(0, found.start() - 8) : found.end() + 8]
            yield f"{rule}: ...{near}..."
