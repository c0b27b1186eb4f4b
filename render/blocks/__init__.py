"""The fenced blocks of pages, a file each.

The function `block` of a file takes the text of such a block and returns HTML.
`render.blocks.registry` has the list of them.
"""

from mkdocs.exceptions import BuildError


class BlockError(BuildError):
    """A block of a page is wrong; the message says why, and the way out."""
