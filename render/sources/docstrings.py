"""Upstream's docstrings as HTML.

OpenStack writes docstrings in reStructuredText. docutils reads them here;
the two directives and the role that only Sphinx knows are given below.
"""

import inspect
from collections.abc import Sequence
from typing import Any, ClassVar

from docutils import nodes
from docutils.core import publish_parts
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.states import Inliner
from docutils.writers.html5_polyglot import HTMLTranslator, Writer

from render.html import program, session
from render.languages.locale import say


class VersionNote(Directive):
    """`.. versionadded:: 1.4` and `.. versionchanged:: 1.4`."""

    required_arguments = 1
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    names: ClassVar[tuple[str, ...]] = ("versionadded", "versionchanged")

    def run(self) -> Sequence[nodes.Node]:
        """Make the note a paragraph."""
        text = " ".join([*self.arguments[1:], *self.content])
        words = {
            "versionadded": say("New in version {version}: {text}")
            if text
            else say("New in version {version}."),
            "versionchanged": say("Changed in version {version}: {text}")
            if text
            else say("Changed in version {version}."),
        }
        note = words[self.name].format(version=self.arguments[0], text=text)
        inline, messages = self.state.inline_text(note, self.lineno)
        return [nodes.paragraph("", "", *inline), *messages]


class _Translator(HTMLTranslator):
    """docutils' HTML, with code marked as code."""

    def visit_literal(self, node: nodes.literal) -> None:
        self.body.append(self.starttag(node, "code", ""))

    def depart_literal(self, node: nodes.literal) -> None:
        self.body.append("</code>")

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        self.body.append(program(node.astext()))
        raise nodes.SkipNode

    def visit_doctest_block(self, node: nodes.doctest_block) -> None:
        self.body.append(session(node.astext()))
        raise nodes.SkipNode


class _Writer(Writer):
    def __init__(self) -> None:
        super().__init__()
        self.translator_class = _Translator


def _class_role(
    role: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Inliner,
    options: Any = None,
    content: Any = None,
) -> tuple[list[Any], list[Any]]:
    """A class's name, `:py:class:`, as code."""
    return [nodes.literal(rawtext, text.lstrip("~."))], []


def to_html(docstring: str) -> str:
    """Translate reStructuredText.

    Args:
        docstring: A docstring's text.

    Returns:
        HTML, without a page around it.

    Raises:
        docutils.utils.SystemMessage: The text is malformed or uses a
            directive that is not known here.

    Examples:
        >>> print(to_html('Keep ``it``.'))
        <p>Keep <code>it</code>.</p>
        >>> print(to_html('.. versionadded:: 1.6'))
        <p>New in version 1.6.</p>
    """
    for name in VersionNote.names:
        directives.register_directive(name, VersionNote)
    roles.register_local_role("py:class", _class_role)
    parts = publish_parts(
        inspect.cleandoc(docstring),
        writer=_Writer(),
        settings_overrides={
            "halt_level": 2,
            "report_level": 5,
            "file_insertion_enabled": False,
            "raw_enabled": False,
            "pep_base_url": "https://peps.python.org/",
            "initial_header_level": 4,
        },
    )
    body: str = parts["body"]
    return body.strip()
