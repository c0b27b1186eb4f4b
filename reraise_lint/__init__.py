"""Finds mistakes in uses of `save_and_reraise_exception()` of oslo.utils.

`check` checks the text of a module. The command is `reraise-lint`, or
`python -m reraise_lint`; README.md says how it is used.
"""

from reraise_lint.checker import check
from reraise_lint.reading import NotReadError
from reraise_lint.rules import RULES, Finding, Rule

__version__ = "0.1.0"
__all__ = ["RULES", "Finding", "NotReadError", "Rule", "check"]
