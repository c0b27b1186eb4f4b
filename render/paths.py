"""Where things are in the project."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
# Facts that pages show and that commands measured beforehand.
DATA = ROOT / "docs" / "data"
# Translations of the sentences outside pages.
LOCALE = ROOT / "docs" / "locale"
