"""The releases that the site holds for, for a line on each page."""

from importlib import metadata

from render.blocks.changes import measured_pythons
from render.data import DataError


def applies_to() -> dict[str, str]:
    """Name what the pages were built from and what was measured.

    Returns:
        The releases of `oslo.utils`, `Python` and `Nova`. Of Python, the
        oldest and the newest on which the newest oslo.utils was measured.

    Examples:
        >>> applies_to()["oslo.utils"] == metadata.version("oslo.utils")
        True
        >>> applies_to()["Python"]
        '3.11 to 3.14'
    """
    try:
        pythons = measured_pythons()
    except DataError:  # The page that shows the file says what is wrong.
        pythons = ["?"]
    return {
        "oslo.utils": metadata.version("oslo.utils"),
        "Python": f"{pythons[0]} to {pythons[-1]}",
        "Nova": metadata.version("nova"),
    }
