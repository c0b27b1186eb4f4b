"""Chinese words, by jieba's own dictionary: for the search and for headings.

Material's search divides Chinese text with jieba. jieba keeps its dictionary,
once parsed, under a fixed name in the temporary folder, and reads that file
first, with `marshal`: on a shared machine, whatever another user put there.
It isn't even faster: 1.3 s of processor time, 1.1 s for the dictionary.

mkdocs.yml lists this module as an extension of Python-Markdown, because that
runs in every program that reads the file, before the search does.
"""

import sys
from collections.abc import Iterator
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension


def _read_dictionary(words: Any) -> None:
    words.FREQ, words.total = words.gen_pfdict(words.get_dict_file())
    words.initialized = True


def cut(text: str) -> Iterator[str]:
    """Divide Chinese text into words.

    Args:
        text: The text, without spaces or signs.

    Yields:
        The words.

    Examples:
        >>> list(cut("删除实例失败"))
        ['删除', '实例', '失败']
    """
    import jieba  # Half a second, which the English site doesn't need.

    jieba.dt.initialize = lambda: _read_dictionary(jieba.dt)
    yield from jieba.cut(text)


class SegmentationExtension(Extension):  # type: ignore[misc]  # Untyped.
    """Makes jieba read its dictionary from its package alone."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Do so, where the search has loaded jieba."""
        if jieba := sys.modules.get("jieba"):
            jieba.dt.initialize = lambda: _read_dictionary(jieba.dt)


def makeExtension() -> SegmentationExtension:  # noqa: N802  # Its name.
    """Make the extension, as Python-Markdown asks for it by module name."""
    return SegmentationExtension()
