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


def split(library: str, boot: str, rest: str) -> None:
    """Compile a library into two zip files.

    Args:
        library: The zip file with the sources of the standard library.
        boot: Where to write the modules that the first run needs: those that
            `runner.session` has imported. `rest.json` in it names the others.
        rest: Where to write all others.
    """
    import runner.session  # noqa: F401  # It loads what the first run needs.

    needed = set(sys.modules)
    others = []
    with (
        zipfile.ZipFile(library) as source,
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
        _write(first, "rest.json", json.dumps(others).encode())


def _write(target: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    target.writestr(entry, content, compresslevel=9)


def compiled(source: bytes, name: str) -> bytes:
    """Compile a module.

    Args:
        source: Its text.
        name: What tracebacks call the file.

    Returns:
        The content of a `.pyc` file which is never checked against a source.
    """
    # As under `python -OO`: docstrings would make the download larger.
    code = compile(source, name, "exec", dont_inherit=True, optimize=2)
    found = io.BytesIO()
    found.write(importlib.util.MAGIC_NUMBER)
    found.write((0b01).to_bytes(4, "little"))  # By hash, unchecked.
    found.write(importlib.util.source_hash(source))
    marshal.dump(code, found)
    return found.getvalue()
