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
    rf"<(t[dh])((?: (?!class=)[^>]*)?)>([{_HAN}]{{1,4}})</\1>"
)
_QUOTATION = re.compile(
    rf"(<pre\b.*?</pre>|<[^>]*>)|(?<=[{_HAN}])“(?=[A-Za-z])", re.DOTALL
)
_SHORT_CODE = re.compile(r"<code>([^<\s]{0,8}-[^<\s]{0,8})</code>")
_NUMBERED = re.compile(
    r"(<pre\b.*?</pre>|<code\b.*?</code>|<[^>]*>)"
    r"|(\b\d{4}-\d\d-\d\d\b)|(?<![a-z])(line|第) (\d+)( (?=行))?",
    re.DOTALL,
)

# A Chinese heading, the title of a case and that of a fold break at a sign, and in
# long clauses between two words. A word of one character, such as 的 or 里, stays
# with the one before it, and so does 时, which jieba joins to the next. Some words
# stay with the next one: 语句 too, because jieba divides 语句体 behind it. Spaces
# beside such words do not break.
_HEADING = re.compile(
    r"(?:<h[1-3]\b|<summary\b|<section class=\"case\"[^>]*><p).*?"
    r"(?=</(?:h[1-3]|summary|p)>)",
    re.DOTALL,
)
_CLAUSE = re.compile(
    rf"<code\b.*?</code>|<[^>]*>|([{_HAN}]{{10,}})", re.DOTALL
)
# The heading of a column and the table of contents are narrower.
_COLUMN = re.compile(r"(?<=<th)[ >].*?(?=</th>)", re.DOTALL)
_SHORT_CLAUSE = re.compile(rf"<[^>]*>|([{_HAN}]{{6,}})")
_WITH_THE_NEXT = re.compile(
    "[在从按对把被由让用与和或不会每各哪]|重新|分配|事务|上下文|语句|.+个"
)
_SHORT_NAME = r"(?:<code[^>]*>[^<]{1,16}</code>|\b[A-Za-z0-9./:-]{1,12})"
_KEPT_SPACE = re.compile(
    rf"({_SHORT_NAME}) (?=[的里吗块]|[时中后前][^{_HAN}])"
    rf"|(在|从|哪个) (?={_SHORT_NAME})|(PEP|Python) (?=\d)"
)

_HYPHEN = re.compile(r"(<[^>]*>)|\b(?:re|nova)-[a-z]+")

# In titles, which are sized for save_and_reraise_exception().
_LONGEST = re.compile(r"<code>[a-z_]{30,}</code>")
_SHORT_IN_TITLES = re.compile(r"<code>([^<]{1,24})</code>")

_OPTION = re.compile(r"(?<=[ >])(--[\w-]+)(?=[ <])")


def _broken(found: re.Match[str]) -> str:
    shown = found[0]
    if shown.startswith("<pre") or "<wbr>" in shown:
        return shown
    if shown.startswith("<h"):
        shown = _LONGEST.sub(lambda name: breakable(name[0]), shown)
        return _SHORT_IN_TITLES.sub(r'<code class="whole">\1</code>', shown)
    if place := found["place"]:  # In tables and trees there is less room.
        return shown.replace(f">{place}<", f">{breakable(place)}<")
    if len(re.sub("<[^>]*>", "", shown)) < _LONG:
        return shown
    return _OPTION.sub(lambda option: _whole(option[0]), breakable(shown))


def _whole(shown: str) -> str:
    return f'<span class="whole">{shown}</span>'


def _whole_number(found: re.Match[str]) -> str:
    other, date, word, number, space = found.groups()
    if other:
        return other
    if date:
        return _whole(date)
    return f"{word}&nbsp;{number}{'&nbsp;' if space else ''}"


def _in_words(clause: str) -> str:
    before, *others = words = list(cut(clause))
    for at, word in enumerate(others, 1):
        follows = len(word) == 1 and not _WITH_THE_NEXT.fullmatch(word)
        if not (
            follows or word[0] == "时" or _WITH_THE_NEXT.fullmatch(before)
        ):
            words[at] = f"<wbr>{word}"
        before = word
    return "".join(words)


def _between_words(shown: str, clause: re.Pattern[str]) -> str:
    shown = clause.sub(
        lambda found: _in_words(found[1]) if found[1] else found[0], shown
    )
    return _KEPT_SPACE.sub(lambda found: f"{found[0][:-1]}&nbsp;", shown)


def _heading(shown: str, clause: re.Pattern[str] = _CLAUSE) -> str:
    return _HYPHEN.sub(
        lambda word: word[1] or _whole(word[0]), _between_words(shown, clause)
    )


def _break_entries(contents: list[dict[str, Any]]) -> None:
    for entry in contents:
        if entry["level"] > 1:  # The first one names the page elsewhere, too.
            name = breakable(entry["name"])
            entry["name"] = _between_words(name, _SHORT_CLAUSE)
        _break_entries(entry["children"])


class Breaks(Postprocessor):  # type: ignore[misc]  # Untyped.
    """Adds the places to a page."""

    def run(self, text: str) -> str:
        r"""Change a page's HTML.

        Args:
            text: The HTML.

        Returns:
            It, with `<wbr>` in links that show a place or an address, in
            inline code and file names that have 30 characters or more, and
            between the words of long clauses in Chinese headings; with options
            and what is short kept whole.

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
            '<h2>异常<wbr>最后去了<wbr>哪里<wbr>由谁<wbr>记录</h2>'
            >>> run("<h2>写在 <code>if</code> 里会怎样</h2>")
            '<h2>写在&nbsp;<code class="whole">if</code>&nbsp;里会怎样</h2>'
            >>> run("<h2>To re-raise</h2><p>line 12, 第 12 行</p>")
            '<h2>To <span class="whole">re-raise</span></h2><p>line&nbsp;12, 第&nbsp;12&nbsp;行</p>'
            >>> block = "<pre><code>_locked_do_build_and_run_instance</code></pre>"
            >>> run(block) == block
            True
        """
        text = _NAMES.sub(_broken, text)
        text = _SHORT_CODE.sub(r'<code class="whole">\1</code>', text)
        text = _HEADING.sub(lambda found: _heading(found[0]), text)
        text = _COLUMN.sub(
            lambda found: _heading(found[0], _SHORT_CLAUSE), text
        )
        _break_entries(getattr(self.md, "toc_tokens", []))
        text = _SHORT_CELL.sub(r'<\1 class="whole"\2>\3</\1>', text)
        text = _NUMBERED.sub(_whole_number, text)
        return _QUOTATION.sub(lambda found: found[1] or "<wbr>“", text)


class BreaksExtension(Extension):  # type: ignore[misc]  # Untyped.
    """Registers the postprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Add the postprocessor to a Markdown converter."""
        md.postprocessors.register(Breaks(md), "breaks", _AFTER_RAW_HTML)


def makeExtension(**options: Any) -> BreaksExtension:  # noqa: N802  # Its name.
    """Make the extension, as Python-Markdown asks for it by module name."""
    return BreaksExtension(**options)
