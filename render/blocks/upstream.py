"""The source of a function, class or statement of an installed package.

```upstream
nova.compute.manager:ComputeManager._try_deallocate_network
```

With ` > with utils.x(` after the name, only the statement whose first line has
this text; with `victoria ` before it, Nova 22.4.0.
"""

from render import html
from render.languages.locale import say
from render.sources.upstream import caption, excerpt

_SCREEN = 40  # Lines. Longer sources are folded.


def block(text: str) -> str:
    """The source of an upstream function or class.

    Args:
        text: A name as `render.sources.upstream.excerpt` takes it.

    Returns:
        HTML.

    Raises:
        NotFoundError: The installed package has no such name.

    Examples:
        >>> "def capture" in block(
        ...     "oslo_utils.excutils:save_and_reraise_exception.capture")
        False
        >>> block("oslo_utils.excutils:gone")
        Traceback (most recent call last):
            ...
        render.sources.upstream.NotFoundError: oslo.utils 10.2.0 has no `gone` in oslo_utils/excutils.py
    """
    found = excerpt(text)
    shown = html.program(found.source, caption(found))
    count = found.source.count("\n") + 1
    if count <= _SCREEN:
        return shown
    lines = say("{count} lines").format(count=count)
    name = text.rpartition(":")[2]
    return html.fold(f"{html.code(name)}, {lines}", shown)
