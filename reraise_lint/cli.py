"""The command `reraise-lint`."""

import argparse
import gc
import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import reraise_lint
from reraise_lint import fixing, report
from reraise_lint.checker import check
from reraise_lint.files import LARGEST_FILE, collect, read
from reraise_lint.reading import NotReadError
from reraise_lint.rules import RULES
from reraise_lint.settings import Settings, SettingsError, settle

CLEAN, FOUND, FAILED = 0, 1, 2
_INTERRUPTED = 130  # As a shell says of a program that Ctrl-C ended.
_STDIN = "<stdin>"


@dataclass
class Result:
    """What checking some paths gives.

    Attributes:
        found: The findings.
        unread: What was not read, and why.
        files: How many files were read.
    """

    found: list[report.Located] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    files: int = 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Those of the command line, by default.

    Returns:
        0 if nothing is wrong, 1 if there are findings, 2 if the usage is
        wrong or something could not be read.
    """
    # A file's name need not be text.
    for stream in sys.stdout, sys.stderr:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    gc.disable()  # Trees have no cycles, and many nodes.
    try:
        status = _run(_parser().parse_args(arguments))
        print(end="", flush=True)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    except (SettingsError, fixing.NoFixerError) as error:
        print(f"reraise-lint: {error}", file=sys.stderr)
        return FAILED
    except OSError as error:
        # Nobody reads the rest, or the disk is full. Python would flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return FOUND  # Findings were there to be printed.
        print(
            f"reraise-lint: the findings can't be written: {error.strerror}",
            file=sys.stderr,
        )
        return FAILED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="reraise-lint",
        description="Find mistakes in uses of save_and_reraise_exception().",
        epilog="Exit status: 0 nothing found, 1 findings, 2 wrong usage or "
        "something that could not be read.",
    )
    add = parser.add_argument
    add(
        "paths",
        nargs="*",
        metavar="PATH",
        help="files and folders, or - for standard input (default: .)",
    )
    add(
        "--select",
        action="append",
        metavar="CODES",
        help="use these rules only, as SRE1,SRE201",
    )
    add("--ignore", action="append", metavar="CODES", help="leave these out")
    add(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERN",
        help="leave out files and folders of this name or path",
    )
    add("--format", choices=report.FORMATS, help="the output (default: text)")
    add("--statistics", action="store_true", help="count findings by rule")
    add("--explain", metavar="CODE", help="explain a rule, with examples")
    add("--rules", action="store_true", help="list all rules")
    add(
        "--no-settings",
        action="store_true",
        help="don't read [tool.reraise-lint] of pyproject.toml",
    )
    change = parser.add_mutually_exclusive_group()
    change.add_argument(
        "--diff",
        action="store_true",
        help="print how uses would be replaced by a bare raise",
    )
    change.add_argument(
        "--fix", action="store_true", help="replace them in the files"
    )
    add("--version", action="version", version=reraise_lint.__version__)
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.rules:
        for rule in RULES.values():
            used = "" if rule.default else ", only if selected"
            print(f"{rule.code}  {rule.name} ({rule.grade}{used})")
        return CLEAN
    if options.explain is not None:
        code = options.explain.strip().upper()
        if code not in RULES:
            raise SettingsError(
                f"--explain: no rule has the code {options.explain!r}; "
                "`reraise-lint --rules` lists them"
            )
        print(report.explanation(code))
        return CLEAN
    files, unread, first = _files(options)
    options.format = options.format or first.format
    options.statistics |= first.statistics
    if options.diff or options.fix:
        return _fix(options, files, unread)
    result = _check(files, _progress(len(files)))
    result.unread = unread + result.unread
    _print(options, result)
    if result.unread:
        return FAILED
    return FOUND if result.found else CLEAN


def _split(codes: list[str] | None) -> list[str] | None:
    """Take apart what commas join in repeated options."""
    if codes is None:
        return None
    return [code for text in codes for code in text.split(",")]


def _files(
    options: argparse.Namespace,
) -> tuple[dict[str, Settings], list[tuple[str, str]], Settings]:
    """List the files with their settings, and what can't be listed.

    The last value is the settings of the first path: they say how to print.
    """
    files: dict[str, Settings] = {}
    unread: list[tuple[str, str]] = []
    first: Settings | None = None
    select, ignore = _split(options.select), _split(options.ignore) or []
    for path in options.paths or ["."]:
        if not path:
            raise SettingsError(
                "a path is empty; write . to check the current folder"
            )
        settings = settle(
            path if path != "-" else ".",
            select,
            ignore,
            options.exclude,
            use_file=not options.no_settings,
        )
        first = first or settings
        if path == "-":
            files[_STDIN] = settings
            continue
        tree = collect(path, settings.exclude)
        unread += tree.unread
        for file in tree.files:
            files[file] = settings
    return files, unread, first or Settings()


def _check(files: dict[str, Settings], tick: Callable[[], None]) -> Result:
    result = Result()
    for path, settings in files.items():
        tick()
        try:
            if path == _STDIN:
                source = sys.stdin.buffer.read(LARGEST_FILE + 1)
            else:
                source = read(path)
            findings = check(source, settings.codes)
        except NotReadError as error:
            result.unread.append((path, str(error)))
            continue
        except Exception as error:  # A defect; the other files are read.
            why = f"the checker failed with {error!r}, which is a defect of it"
            result.unread.append((path, why))
            continue
        result.files += 1
        result.found += [report.Located(path, found) for found in findings]
    return result


def _progress(total: int) -> Callable[[], None]:
    """Return what shows on a terminal, after a second, how far it is."""
    if not sys.stderr.isatty():
        return lambda: None
    started, done = time.monotonic(), 0
    shown = started

    def tick() -> None:
        nonlocal done, shown
        done += 1
        now = time.monotonic()
        if now - started > 1 and now - shown > 0.1:
            shown = now
            print(f"\r{done} of {total} files", end="", file=sys.stderr)
        if done == total and shown != started:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    return tick


def _print(options: argparse.Namespace, result: Result) -> None:
    if options.format == "json":
        print(report.as_json(result.found, result.unread))
    elif options.format == "sarif":
        version = reraise_lint.__version__
        print(report.as_sarif(result.found, result.unread, version))
    elif options.format == "github":
        for found in result.found:
            print(report.as_github(found))
    else:
        for line in _lines(result.found):
            print(line)
    if options.statistics and options.format == "text":
        for line in report.statistics(result.found):
            print(line)
    sys.stdout.flush()
    _name_unread(result.unread)


def _lines(found: list[report.Located]) -> Iterator[str]:
    """Yield a line for each finding; on a terminal, files are set apart."""
    terminal = sys.stdout.isatty()
    colours = terminal and not os.environ.get("NO_COLOR")
    last = None
    for one in found:
        if terminal and last not in (None, one.path):
            yield ""
        last = one.path
        yield report.as_text(one, colours)


def _name_unread(unread: list[tuple[str, str]]) -> None:
    """Say what was not read, and how much that is."""
    for path, why in unread:
        print(f"{path}: not read: {why}", file=sys.stderr)
    if unread:
        what = "path was" if len(unread) == 1 else "paths were"
        print(f"{len(unread)} {what} not read", file=sys.stderr)


def _fix(
    options: argparse.Namespace,
    files: dict[str, Settings],
    unread: list[tuple[str, str]],
) -> int:
    result = fixing.run(files, write=options.fix)
    sys.stdout.flush()
    _name_unread(unread + result.unread)
    if unread or result.unread or result.unwritten:
        return FAILED
    return FOUND if result.changed and options.diff else CLEAN
