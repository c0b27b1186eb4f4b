"""The cases of a group, each with its code and its result.

```cases
body
```
"""

from typing import Any

from render import html
from render.languages.locale import say
from render.lessons.cases import Case, cases, current, helpers


def block(text: str) -> str:
    """The cases of a group.

    Args:
        text: The group.

    Returns:
        HTML: what the cases of the group use, then words, code and result of
        each. What wasn't logged or added isn't mentioned.

    Raises:
        CasesError: There is no such group, or it could not be run.
    """
    used = helpers(text)
    shown = [html.program(used)] if used else []
    results = current()
    for case in cases(text):
        listed = "".join(
            f"<dt>{label}</dt><dd>{fact}</dd>"
            for label, fact in facts(results[case.name]).items()
            if fact not in (say("nothing"), say("none"))
        )
        shown.append(
            f'<section class="case" id="{case.function}">'
            f"<p>{_words(case)}</p>{html.program(case.source)}"
            f"<dl>{listed}</dl></section>"
        )
    return "".join(shown)


def _words(case: Case) -> str:
    return html.inline(say(case.words, "reference"))


def link(case: Case, page: str) -> str:
    """A case in words, with a link to its code.

    Args:
        case: The case.
        page: The URL of its group's page.

    Returns:
        HTML.
    """
    return f'<a href="{page}#{case.function}">{_words(case)}</a>'


def facts(result: dict[str, Any]) -> dict[str, str]:
    """The result of a case, as HTML, by its headings.

    Args:
        result: The result.

    Returns:
        Three facts.
    """
    return {
        say("Result"): ending(result),
        say("Logged"): logged(result),
        say("Extra traceback entries"): str(result["entries"] or say("none")),
    }


def ending(result: dict[str, Any]) -> str:
    """What was raised or returned, with context and cause, as HTML.

    Args:
        result: The result of a case.

    Returns:
        HTML.

    Examples:
        >>> print(ending(
        ...     {"out": "raised First()", "context": "KeyError()",
        ...      "cause": ""}))
        raised <code>First()</code><br>context <code>KeyError()</code>
    """
    how, _, what = result["out"].partition(" ")
    words = {
        "raised": say("raised"),
        "returned": say("returned"),
        "context": say("context"),
        "cause": say("cause"),
    }
    parts = [(how, what)]
    parts += [(k, result[k]) for k in ("context", "cause") if result[k]]
    return "<br>".join(
        f"{html.inline(words[name])} {html.code(value)}"
        for name, value in parts
    )


def logged(result: dict[str, Any]) -> str:
    """The log messages, as HTML.

    Args:
        result: The result of a case.

    Returns:
        HTML.

    Examples:
        >>> logged({"log": []})
        'nothing'
    """
    return "<br>".join(map(html.code, result["log"])) or say("nothing")
