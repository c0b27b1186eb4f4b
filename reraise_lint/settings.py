"""Reads `[tool.reraise-lint]` of the nearest pyproject.toml."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reraise_lint.files import Pattern, parents
from reraise_lint.report import FORMATS
from reraise_lint.rules import DEFAULT, RULES

TABLE = "reraise-lint"
_KEYS = ("select", "ignore", "exclude", "format", "statistics")


class SettingsError(Exception):
    """A setting is wrong; the message says which, where, and the way out."""


@dataclass(frozen=True)
class Settings:
    """What the checker is told.

    Attributes:
        codes: The rules to use.
        exclude: Files and folders to leave out.
        format: The output, one of `FORMATS`.
        statistics: Whether to count findings by rule.
    """

    codes: frozenset[str] = DEFAULT
    exclude: tuple[Pattern, ...] = ()
    format: str = "text"
    statistics: bool = False


def settle(
    path: str,
    select: list[str] | None,
    ignore: list[str],
    exclude: list[str],
    *,
    use_file: bool = True,
) -> Settings:
    """Join the options with the settings that hold for a path.

    Args:
        path: A path of the command line.
        select: Codes of `--select`, in place of those of the file.
        ignore: Codes of `--ignore`, besides those of the file.
        exclude: Patterns of `--exclude`, besides those of the file.
        use_file: Whether to read the nearest pyproject.toml.

    Returns:
        What holds.

    Raises:
        SettingsError: A setting is wrong.
    """
    patterns = [Pattern(text) for text in exclude]
    file = nearest(path) if use_file else None
    table = load(file) if file is not None else {}
    where = f"{file}, [tool.{TABLE}]"
    if file is not None:
        root = str(file.parent)
        patterns += [Pattern(text, root) for text in table.get("exclude", [])]
    if select is None:
        codes = choose(table.get("select"), where)
    else:
        codes = choose(select, "--select")
    codes -= choose(table.get("ignore", []), where)
    codes -= choose(ignore, "--ignore")
    return Settings(
        codes,
        tuple(patterns),
        table.get("format", "text"),
        table.get("statistics", False),
    )


def choose(select: list[str] | None, where: str) -> frozenset[str]:
    """Turn codes, or beginnings of codes, into rules.

    Args:
        select: Codes; None for the rules that are used by default.
        where: Where they are written, for error messages.

    Returns:
        The codes. A rule that isn't used by default has to be named in full.

    Raises:
        SettingsError: A code is that of no rule.

    Examples:
        >>> sorted(choose(["SRE4", "SRE106"], "--select"))
        ['SRE106', 'SRE401', 'SRE402']
    """
    if select is None:
        return DEFAULT
    found: set[str] = set()
    for code in select:
        text = code.strip().upper()
        named = {
            known
            for known, rule in RULES.items()
            if known == text or (known.startswith(text) and rule.default)
        }
        if not text or not named:
            raise SettingsError(
                f"{where}: no rule has the code {code!r}; "
                "`reraise-lint --rules` lists them"
            )
        found |= named
    return frozenset(found)


def nearest(path: str) -> Path | None:
    """Return the pyproject.toml above a path that has the checker's table."""
    for folder in parents(path):
        file = folder / "pyproject.toml"
        try:
            if f"[tool.{TABLE}]".encode() in file.read_bytes():
                return file
        except OSError:
            continue
    return None


def load(file: Path) -> dict[str, Any]:
    """Read the checker's table.

    Args:
        file: A pyproject.toml.

    Returns:
        What it has of `select`, `ignore` and `exclude`, which are lists of
        strings, `format` and `statistics`.

    Raises:
        SettingsError: The file isn't valid TOML, a key is unknown or has a
            wrong value, or this Python has no reader of TOML.
    """
    if sys.version_info < (3, 11):
        raise SettingsError(
            f"{file} has settings, which need Python 3.11 or newer to be "
            "read; give them as options, with --no-settings"
        )
    import tomllib

    try:
        text = file.read_text("utf-8")
        table = tomllib.loads(text).get("tool", {}).get(TABLE, {})
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file} can't be read: {error}") from error
    for key, value in table.items():
        if key not in _KEYS:
            raise SettingsError(
                f"{file}: [tool.{TABLE}] has no key {key!r}; its keys are "
                f"{', '.join(_KEYS)}"
            )
        if wrong := _wrong(key, value):
            raise SettingsError(f"{file}: {key} of [tool.{TABLE}] {wrong}")
    return dict(table)


def _wrong(key: str, value: object) -> str:
    """Say what is wrong with a value; empty if nothing is."""
    if key == "format":
        allowed = ", ".join(FORMATS)
        return "" if value in FORMATS else f"isn't one of {allowed}"
    if key == "statistics":
        return "" if isinstance(value, bool) else "isn't true or false"
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return ""
    return f'isn\'t a list of strings, as in {key} = ["..."]'
