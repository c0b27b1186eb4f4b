"""The cases of a group as a table, each with a link to its code.

```cases_table
body
```
"""

from render import html
from render.blocks.cases import facts, link
from render.languages.locale import say
from render.lessons.cases import cases, current


def block(text: str) -> str:
    """The table.

    Args:
        text: The group.

    Returns:
        HTML: a row for each case, linked to the group's own page.

    Raises:
        CasesError: There is no such group, or it could not be run.
    """
    group, known = cases(text), current()
    results = [facts(known[case.name]) for case in group]
    return html.table(
        [say("Case"), *results[0]],
        [
            [link(case, f"{text}/"), *result.values()]
            for case, result in zip(group, results, strict=True)
        ],
        ' class="cases results" data-search-exclude',
        ids=[case.name for case in group],
    )
