"""The releases that the site holds for, for a line on each page."""

from importlib import metadata

# What `measured_pythons` finds in docs/data/versions.json. Read here, that file
# would hold up all pages while somebody edits it.
_PYTHONS = "3.11\u20133.14"


def applies_to() -> dict[str, str]:
    """Name what the pages were built from and what was measured.

    Returns:
        The releases of `oslo.utils`, `Python` and `Nova`. Of Python, the
        oldest and the newest on which the newest oslo.utils was measured.

    Examples:
        >>> applies_to()["oslo.utils"] == metadata.version("oslo.utils")
        True
        >>> from render.blocks.changes import measured_pythons
        >>> pythons = measured_pythons()
        >>> applies_to()["Python"] == f"{pythons[0]}\u2013{pythons[-1]}"
        True
    """
    return {
        "oslo.utils": metadata.version("oslo.utils"),
        "Python": _PYTHONS,
        "Nova": metadata.version("nova"),
    }
