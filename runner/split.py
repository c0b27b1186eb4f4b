"""Splits the browser's standard library; runs in the browser's Python."""

import importlib.util
import io
import json
import marshal
import sys
import zipfile
from pathlib import Path

# As in every zip file: the earliest date there is, so that nothing differs
# from one day to the next.
_DATE = (1980, 1, 1, 0, 0, 0)


def split(library: str, own: str, boot: str, rest: str) -> None:
    """Compile a library into two zip files.

    Args:
        library: The zip file with the sources of the standard library.
        own: The zip file with what runs the lessons, and what they are about.
        boot: Where to write the modules that the first run needs: those of
            `own`, and what they import. `rest.json` in it names the others.
        rest: Where to write all others.
    """
    # They load what the first run needs.
    import oslo_utils.excutils  # noqa: F401

    import runner.session  # noqa: F401

    needed = set(sys.modules)
    others = []
    with (
        zipfile.ZipFile(library) as source,
        zipfile.ZipFile(own) as about,
        zipfile.ZipFile(boot, "w", zipfile.ZIP_DEFLATED) as first,
        zipfile.ZipFile(rest, "w", zipfile.ZIP_DEFLATED) as second,
    ):
        for name in sorted(source.namelist()):
            if name.endswith("/"):
                continue
            content = source.read(name)
            path = Path(name)
            module = name.removesuffix(".py").replace("/", ".")
            module = module.removesuffix(".__init__")
            if path.suffix == ".py":
                content = compiled(content, f"{library}/{name}")
                name = str(path.with_suffix(".pyc"))
            target = first if module in needed else second
            if target is second:
                others.append(module)
            _write(target, name, content)
        for name in sorted(about.namelist()):
            content = about.read(name)
            if not name.endswith(".py"):
                _write(first, name, content)
                continue
            if name.startswith("oslo_utils/"):
                # Steps and tracebacks show its lines.
                _write(first, name, content)
            content = compiled(content, f"{library}/{name}", 0)
            _write(first, str(Path(name).with_suffix(".pyc")), content)
        _write(first, "rest.json", json.dumps(others).encode())


def _write(target: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    target.writestr(entry, content, compresslevel=9)


def compiled(source: bytes, name: str, optimize: int = 2) -> bytes:
    """Compile a module.

    Args:
        source: Its text.
        name: What tracebacks call the file.
        optimize: What to leave out, as for `compile`. Docstrings of the
            standard library would make the download larger.

    Returns:
        The content of a `.pyc` file which is never checked against a source.
    """
    code = compile(source, name, "exec", dont_inherit=True, optimize=optimize)
    found = io.BytesIO()
    found.write(importlib.util.MAGIC_NUMBER)
    found.write((0b01).to_bytes(4, "little"))  # By hash, unchecked.
    found.write(importlib.util.source_hash(source))
    marshal.dump(code, found)
    return found.getvalue()
