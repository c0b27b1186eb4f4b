"""Places where long names in a page's text may break, for narrow screens.

An extension of Python-Markdown. Without it a phone breaks a name that is
wider than its screen in the middle of a word. Code blocks scroll instead, and
titles have the size that fits.
"""

import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from render.html import breakable
from render.languages.segmentation import cut

# After raw HTML is back in its place (30): blocks and lessons are made of it.
_AFTER_RAW_HTML = 3
# Shorter ones, save_and_reraise_exception() too, fit a row of a phone.
_LONG = 30
_NAMES = re.compile(
    r"<(?:pre|h[1-6])\b.*?</(?:pre|h[1-6])>|<code\b[^>]*>.*?</code>|<span class=\"filename\">.*?</span>"
    r"|<a\b[^>]*>(?P<place>[^<]+\.py:\d+|https?://[^<]+)</a>",
    re.DOTALL,
)


# Chinese may break anywhere: a cell of a few characters would be a column of
# them. Before a quotation in Latin letters it may not.
_HAN = "\u4e00-\u9fff"
_SHORT_CELL = re.compile(
    rf"<(t[dh])((?: (?!class=)[^>]*)?)>([{_HAN}]{{2,4}})</\1>"
)
_QUOTATION = re.compile(
    rf"(<pre\b.*?</pre>|<[^>]*>)|(?<=[{_HAN}])“(?=[A-Za-z])", re.DOTALL
)
_SHORT_CODE = re.compile(r"<code>([^<\s]{0,8}-[^<\s]{0,8})</code>")

# The rows of a Chinese heading, and of the title of a case or of a fold, end at a
# sign, and in long clauses between two words. A word of one character, such as 的
# or 里, stays with the one before it, and so does 时, which jieba joins to the next.
_HEADING = re.compile(
    r"(?:<h[1-3]\b|<summary\b|<section class=\"case\"[^>]*><p).*?"
    r"(?=</(?:h[1-3]|summary|p)>)",
    re.DOTALL,
)
_CLAUSE = re.compile(
    rf"<code\b.*?</code>|<[^>]*>|([{_HAN}]{{10,}})", re.DOTALL
)

# In titles, which are sized for save_and_reraise_exception().
_LONGEST = re.compile(r"<code>[a-z_]{30,}</code>")


def _broken(found: re.Match[str]) -> str:
    shown = found[0]
    if shown.startswith("<pre") or "<wbr>" in shown:
        return shown
    if shown.startswith("<h"):
        return _LONGEST.sub(lambda name: breakable(name[0]), shown)
    if place := found["place"]:  # In tables and trees there is less room.
        return shown.replace(f">{place}<", f">{breakable(place)}<")
    if len(re.sub("<[^>]*>", "", shown)) < _LONG:
        return shown
    return breakable(shown)


def _in_words(clause: str) -> str:
    first, *others = cut(clause)
    return first + "".join(
        f"<wbr>{word}" if len(word) > 1 and word[0] != "时" else word
        for word in others
    )


def _between_words(heading: re.Match[str]) -> str:
    return _CLAUSE.sub(
        lambda found: _in_words(found[1]) if found[1] else found[0], heading[0]
    )


class Breaks(Postprocessor):  # type: ignore[misc]  # Untyped.
    """Adds the places to a page."""

    def run(self, text: str) -> str:
        r"""Change a page's HTML.

        Args:
            text: The HTML.

        Returns:
            It, with `<wbr>` in links that show a place or an address, and in
            inline code and file names that have 30 characters or more; with
            what is short kept whole; and between the words of long clauses in
            Chinese headings.

        Examples:
            >>> run = Breaks().run
            >>> run("<p><code>_locked_do_build_and_run_instance</code></p>")
            '<p><code>_locked_<wbr>do_build_<wbr>and_run_<wbr>instance</code></p>'
            >>> run('<a href="a/b.py">nova/compute/manager.py:12</a>')
            '<a href="a/b.py">nova/<wbr>compute/<wbr>manager.py:12</a>'
            >>> run("<code>short_name</code>")
            '<code>short_name</code>'
            >>> run("<td>确定</td><p>记“Original”</p>")
            '<td class="whole">确定</td><p>记<wbr>“Original”</p>'
            >>> run("<code>--log-file</code>")
            '<code class="whole">--log-file</code>'
            >>> run("<h2>异常最后去了哪里由谁记录</h2>")
            '<h2>异常<wbr>最后去了<wbr>哪里由谁<wbr>记录</h2>'
            >>> block = "<pre><code>_locked_do_build_and_run_instance</code></pre>"
            >>> run(block) == block
            True
        """
        text = _NAMES.sub(_broken, text)
        text = _SHORT_CODE.sub(r'<code class="whole">\1</code>', text)
        text = _HEADING.sub(_between_words, text)
        text = _SHORT_CELL.sub(r'<\1 class="whole"\2>\3</\1>', text)
        return _QUOTATION.sub(lambda found: found[1] or "<wbr>“", text)


class BreaksExtension(Extension):  # type: ignore[misc]  # Untyped.
    """Registers the postprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Add the postprocessor to a Markdown converter."""
        md.postprocessors.register(Breaks(md), "breaks", _AFTER_RAW_HTML)


def makeExtension(**options: Any) -> BreaksExtension:  # noqa: N802  # Its name.
    """Make the extension, as Python-Markdown asks for it by module name."""
    return BreaksExtension(**options)
