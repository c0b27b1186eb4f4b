"""The fenced blocks of pages, a file each.

The function `block` of a file takes the text of such a block and returns HTML;
`render.html` makes code, tables and inline markup. `render.blocks.registry` has
the list of them. What is wrong in a page is raised as `BlockError`: the build
ends, and names the page and the line.
"""

from mkdocs.exceptions import BuildError


class BlockError(BuildError):
    """A block of a page is wrong; the message says why, and the way out."""
