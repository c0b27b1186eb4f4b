"""Packs Python for the reader's browser: `python -m runner.pack`.

Pyodide, the standard library in two halves, the library that the site is
about, and the lessons become files below the theme's `assets`. What checks of
challenges say in other languages goes with the lessons. Pages find the files
by a partial template that is written last: without it, they show plain code.
The same input gives the same bytes.
"""

import argparse
import base64
import fcntl
import gzip
import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from babel.messages.pofile import PoFileError, read_po

from runner import cases
from runner.fetch import NotFetchedError, fetch

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "docs" / "locale"
THEME = ROOT / "docs" / "theme" / "material"
# Both are made here and stay out of the repository.
ASSETS = THEME / "assets" / "python"
PARTIAL = THEME / "partials" / "python.html"
KEPT = Path(sys.prefix, "pyodide")

# What `oslo_utils.excutils` imports; the whole library needs a compiler.
_LIBRARY = ("__init__", "encodeutils", "excutils", "reflection", "timeutils")
_DATES = ("__init__", "iso8601")
_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
_SCRIPTS = ("*.js", "*.css")
_STAYS = {
    "cases.py",
    "fetch.py",
    "pack.py",
}  # All else in runner/ runs in the browser.
_INPUTS = ("examples/**/*.py", "runner/*.*", "docs/locale/*/challenges.po")
_DATE = (1980, 1, 1, 0, 0, 0)


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as packed:
        for name, content in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content, compresslevel=9)
    return found.getvalue()


def lessons() -> bytes:
    """The lessons, and what the checks say in each other language.

    Returns:
        A zip file.
    """
    files = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / "examples").rglob("*.py")
    }
    for path in LOCALE.glob("*/challenges.po"):
        with path.open("rb") as file:
            try:
                catalogue = read_po(file, abort_invalid=True)
            except PoFileError as error:
                place = f"{path}:{error.lineno + 1}"
                raise SystemExit(f"{place}: {error}") from error
        sentences = {
            str(message.id): str(message.string)
            for message in catalogue
            # A sentence without a translation is said in English.
            if message.id and message.string and not message.fuzzy
        }
        text = json.dumps(sentences, ensure_ascii=False, sort_keys=True)
        name = f"examples/challenges/{path.parent.name}.json"
        files[name] = text.encode()
    return _zipped(files.items())


def own() -> Iterator[tuple[str, Path]]:
    """Find what runs the lessons, and the library they are about.

    Yields:
        Names in a zip file, and files.

    Raises:
        SystemExit: The library is not installed.
    """
    for path in sorted((ROOT / "runner").glob("*.py")):
        if path.name not in _STAYS:
            yield f"runner/{path.name}", path
    yield "runner/story.json", ROOT / "runner" / "story.json"
    for package, names in (("oslo_utils", _LIBRARY), ("iso8601", _DATES)):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise SystemExit(f"{package} is not installed: make build")
        for path in sorted(Path(spec.origin).parent.glob("*.py")):
            if path.stem in names:
                yield f"{package}/{path.name}", path


def plain(script: str) -> str:
    r"""A script that every page loads, without comments and indentation.

    Args:
        script: JavaScript whose strings are all on one line.

    Returns:
        The same script, in fewer bytes.

    Examples:
        >>> plain("// A comment.\nif (one) {\n  run();\n}\n\n")
        'if (one) {\nrun();\n}\n'
    """
    lines = (line.strip() for line in script.splitlines())
    return "".join(
        f"{line}\n" for line in lines if line and not line.startswith("//")
    )


def _named(folder: Path, files: dict[str, bytes]) -> str:
    """Write files into a folder that is named after their content.

    A browser may keep them for ever: other content has another address.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name} {len(files[name])} ".encode() + files[name])
    target = folder / digest.hexdigest()[:10]
    target.mkdir(parents=True)
    for name, content in files.items():
        (target / name).write_bytes(content)
    return target.name


def _frame() -> bytes:
    """The frame's document; its policy allows its own script alone."""
    text = (ROOT / "runner" / "frame.htm").read_text("utf-8")
    script = text.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest())
    return text.replace(
        "SCRIPT_DIGEST", f"'sha256-{digest.decode()}'"
    ).encode()


def _compressed(name: str, content: bytes) -> int:
    if name.endswith(".zip"):
        return len(content)
    return len(gzip.compress(content, 6, mtime=0))


def pack(pyodide: Path) -> str:
    """Make the files, in place of those that are there.

    Args:
        pyodide: The folder of Pyodide's npm package.

    Returns:
        The folder, below `ASSETS`, of the script that a page loads.

    Raises:
        SystemExit: Something that is needed is not installed, or Pyodide
            did not compile its library.
    """
    if missing := [n for n in _PYODIDE if not (pyodide / n).is_file()]:
        raise SystemExit(f"{pyodide} has no {', '.join(missing)}")
    packed = lessons()
    # What a killed call leaves is not in a shared folder, and npm removes it.
    with tempfile.TemporaryDirectory(dir=pyodide.parent) as place:
        made = Path(place, "made")
        core = {name: (pyodide / name).read_bytes() for name in _PYODIDE}
        core |= _library(pyodide, Path(place))
        core_name = _named(made, core)
        own = {
            path.name: path.read_bytes()
            for pattern in _SCRIPTS
            for path in (ROOT / "runner").glob(pattern)
        }
        lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))
        # No package of Pyodide's is served.
        lock = {"info": lock["info"], "packages": {}}
        own["run.js"] = plain(own["run.js"].decode()).encode()
        programs = cases.programs()
        own["cases.json"] = json.dumps(programs, ensure_ascii=False).encode()
        own["lock.json"] = json.dumps(lock).encode()
        own["lessons.zip"] = packed
        own["frame.htm"] = _frame()
        needed = {
            f"../{core_name}/{name}": core[name]
            for name in (*_PYODIDE, "boot.zip")
        }
        needed |= {
            n: own[n] for n in ("lessons.zip", "lock.json", "worker.js")
        }
        about = {
            "files": [
                {
                    "name": path.rpartition("/")[2],
                    "path": path,
                    "size": len(content),
                    # On the wire, from a host that compresses what can be.
                    "sent": _compressed(path, content),
                }
                for path, content in needed.items()
            ],
            "rest": f"../{core_name}/rest.zip",
        }
        own["python.json"] = json.dumps(about).encode()
        own_name = _named(made, own)
        shutil.rmtree(ASSETS, ignore_errors=True)
        shutil.copytree(made, ASSETS)
    return own_name


def _library(pyodide: Path, place: Path) -> dict[str, bytes]:
    """The standard library in two halves, compiled; kept beside Pyodide."""
    ours = _zipped((name, path.read_bytes()) for name, path in own())
    digest = hashlib.sha256((pyodide / "python_stdlib.zip").read_bytes())
    digest.update((ROOT / "runner" / "compile.mjs").read_bytes() + ours)
    kept = pyodide.parent / f"library-{digest.hexdigest()[:16]}"
    if not kept.is_dir():
        (place / "own.zip").write_bytes(ours)
        done = subprocess.run(
            [
                "node",
                str(ROOT / "runner" / "compile.mjs"),
                str(pyodide),
                str(place / "own.zip"),
                str(place),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"Pyodide could not compile:\n{done.stdout}")
        for old in pyodide.parent.glob("library-*"):
            shutil.rmtree(old)
        whole = place / kept.name
        whole.mkdir()
        for name in ("boot.zip", "rest.zip"):
            (place / name).rename(whole / name)
        whole.rename(kept)
    return {n: (kept / n).read_bytes() for n in ("boot.zip", "rest.zip")}


def inputs() -> str:
    """Find whether anything changed that a pack is made from.

    Returns:
        A digest of the files' names and contents.
    """
    files = {
        path.relative_to(ROOT).as_posix(): path
        for pattern in _INPUTS
        for path in ROOT.glob(pattern)
    }
    digest = hashlib.sha256()
    for name, path in sorted({**files, **dict(own())}.items()):
        content = path.read_bytes()
        digest.update(f"{name} {len(content)} ".encode() + content)
    return digest.hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other call works in a folder."""
    lock = os.open(folder, os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def renew(kept: Path = KEPT) -> None:
    """Pack, if anything changed, and tell the pages of it.

    Args:
        kept: The folder that npm's package is kept in.
    """
    digest = inputs()
    if (
        PARTIAL.is_file()
        and digest in PARTIAL.read_text("utf-8")
        and any(ASSETS.glob("*/run.js"))
    ):
        return
    # Whatever fails now, pages do not run other code than they show.
    PARTIAL.unlink(missing_ok=True)
    shutil.rmtree(ASSETS, ignore_errors=True)
    try:
        address = f"assets/python/{pack(fetch(ROOT / 'runner', kept))}"
    except NotFetchedError as error:
        print(f"Code on the pages will not run: {error}. All else works.")
        return
    PARTIAL.parent.mkdir(parents=True, exist_ok=True)
    PARTIAL.write_text(
        f'{{# Inputs: {digest} #}}<script type="module"'
        f""" src="{{{{ '{address}/run.js' | url }}}}"></script>\n""",
        "utf-8",
    )


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    with _alone(KEPT.parent):
        renew()
