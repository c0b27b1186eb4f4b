"""Where things are in the project, and what its pages are made from."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
# Facts that pages show and that commands measured beforehand.
DATA = ROOT / "docs" / "data"
# Translations of the sentences outside pages.
LOCALE = ROOT / "docs" / "locale"

# What the pages of both languages are made from; a folder stands for all that
# is in it. `make serve` watches this, and Zensical builds in a copy of it.
INPUTS = (
    "docs",
    "examples",
    "mkdocs.lists.yml",
    "mkdocs.yml",
    "mkdocs.zh.yml",
    "render",
    "reraise_lint",
    "runner",
    "survey",
)
# Python for the reader's browser, which `runner.pack` makes, and the template by
# which pages find it.
PACKED = "docs/theme/material/assets/python"
PACKED_TEMPLATE = "docs/theme/material/partials/python.html"
# Of the inputs, what no English page is made from, apart from whether it offers
# its Chinese page.
CHINESE_INPUTS = (
    "docs/locale",
    "docs/zh",
    "mkdocs.lists.yml",
    "mkdocs.zh.yml",
)
