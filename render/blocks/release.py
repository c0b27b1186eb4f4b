"""The installed version of a package.

```release
oslo.utils
```
"""

from importlib import metadata

from render.blocks import BlockError


def block(text: str) -> str:
    """The version of an installed distribution.

    Args:
        text: The distribution's name.

    Returns:
        HTML: a paragraph.

    Raises:
        BlockError: It is not installed.

    Examples:
        >>> block("oslo.utils")
        '<p class="release">oslo.utils 10.2.0</p>'
    """
    try:
        return f'<p class="release">{text} {metadata.version(text)}</p>'
    except metadata.PackageNotFoundError as error:
        raise BlockError(f"{text} is not installed") from error
