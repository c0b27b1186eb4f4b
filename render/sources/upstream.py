"""Excerpts of installed upstream packages: a name in, its source out.

The package's file is parsed, never imported: Nova's takes 0.2 s to parse and
4 s to import, and the site is built without Nova's dependencies.
"""

import ast
import gc
import importlib.util
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from mkdocs.exceptions import BuildError

from render.languages.locale import say

_REPOSITORY = "https://opendev.org/openstack"


class NotFoundError(BuildError):
    """The installed package has no such name."""


@dataclass(frozen=True)
class Excerpt:
    """A function, class, statement or line of an installed package, unchanged.

    Attributes:
        source: Its text with the decorators, indented as a top-level one is.
        file: Its file, as the package's repository names it.
        line: The number of its first line in that file.
        package: The distribution's name.
        version: The distribution's version, which is also upstream's tag.
    """

    source: str
    file: str
    line: int
    package: str
    version: str

    @property
    def url(self) -> str:
        """Upstream's page of that line in that version."""
        return (
            f"{_REPOSITORY}/{self.package}/src/tag/{self.version}/"
            f"{self.file}#L{self.line}"
        )


def address(package: str, file: str, line: int) -> str:
    """Upstream's page of a line, in the version that is installed.

    Args:
        package: The distribution's name.
        file: The file, as the repository names it.
        line: The line's number.

    Returns:
        The URL.
    """
    return Excerpt("", file, line, package, _version(package)).url


def excerpt(name: str) -> Excerpt:
    """Cut a function, a class or a statement out of an installed package.

    Args:
        name: Module and qualified name with a colon between them, such as
            `oslo_utils.excutils:save_and_reraise_exception.capture`; functions
            inside functions are named with dots, too. With ` > ` and a text
            behind it, the one statement or clause in there whose first line
            holds the text; ` #2` at the end means the second one.
            `victoria ` before all that means Nova 22.4.0.

    Returns:
        The excerpt.

    Raises:
        NotFoundError: No such package, module, or name in it; the message
            names the file and the version.

    Examples:
        >>> found = excerpt("nova.compute.manager:ComputeManager"
        ...                 "._try_deallocate_network")
        >>> found.package, found.version, found.file
        ('nova', '34.0.0', 'nova/compute/manager.py')
        >>> print(found.source.splitlines()[0])
        def _try_deallocate_network(self, context, instance,

        One statement of it:

        >>> print(excerpt("oslo_utils.excutils:save_and_reraise_exception"
        ...               ".__enter__ > self.capture").source)
        return self.capture(check=False)

        A name that is gone ends the build:

        >>> excerpt("oslo_utils.excutils:save_exception")
        Traceback (most recent call last):
            ...
        render.sources.upstream.NotFoundError: oslo.utils 10.2.0 has no `save_exception` in oslo_utils/excutils.py
    """
    name, _, text = name.partition(" > ")
    source, node = definition(name.strip())
    if text:
        node = _statement(source, node, text.strip())
    first = _first(node)
    lines = source.lines[first - 1 : getattr(node, "end_lineno", None)]
    shown = textwrap.dedent("\n".join(lines))
    return Excerpt(shown, source.file, first, source.package, source.version)


def line(name: str, text: str) -> Excerpt:
    """Find a line of an installed package.

    Args:
        name: As for `excerpt`, without ` > `. A name that is empty behind the
            colon means the whole file. `#2` at the end means the second line
            with the text.
        text: A part of the line; or the last part of the name, for the line
            that begins the definition.

    Returns:
        The line.

    Raises:
        NotFoundError: The text is not there, or more than once without `#`.

    Examples:
        >>> found = line("oslo_utils.excutils:"
        ...              "save_and_reraise_exception.__enter__", "check=")
        >>> found.source
        'return self.capture(check=False)'
        >>> line("oslo_utils.excutils:raise_with_cause", "raise").line
        Traceback (most recent call last):
            ...
        render.sources.upstream.NotFoundError: oslo.utils 10.2.0: `raise` stands 3 times in raise_with_cause; add #1 to #3
    """
    name, _, nth = name.partition("#")
    source, node = definition(name)
    own = name.rpartition(":")[2].rpartition(".")[2]
    begins = getattr(node, "lineno", 1)
    if text == own:
        found = [begins]
    else:
        lines = source.lines
        last = getattr(node, "end_lineno", len(lines))
        body = _code(node)
        found = [
            number
            for number in range(_first(node) if own else 1, last + 1)
            if text in lines[number - 1] and number in body
        ]
    where = name.rpartition(":")[2] or source.file
    release = f"{source.package} {source.version}"
    if not found:
        raise NotFoundError(f"{release}: no `{text}` in {where}")
    if not nth and len(found) > 1:
        raise NotFoundError(
            f"{release}: `{text}` stands {len(found)} times in {where}; "
            f"add #1 to #{len(found)}"
        )
    if nth and int(nth) > len(found):
        raise NotFoundError(f"{release}: no #{nth} of `{text}` in {where}")
    number = found[int(nth or 1) - 1]
    return Excerpt(
        source.lines[number - 1].strip(),
        source.file,
        number,
        source.package,
        source.version,
    )


Defined = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A file of an installed package."""

    path: Path
    file: str
    package: str
    version: str

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return _lines(self.path)


def definition(name: str) -> tuple[Source, ast.AST]:
    """The file and the syntax tree of a module, class or function.

    Args:
        name: As for `line`.

    Returns:
        The file, and the node.

    Raises:
        NotFoundError: There is none.
    """
    release, _, name = name.rpartition(" ")
    module, _, qualified = name.partition(":")
    top = module.partition(".")[0]
    if release == "victoria":
        package, version, root = _victoria()
    else:
        package = distribution(top)
        version, root = _version(package), _root(top).parent
    relative = module.replace(".", "/") + ".py"
    if not (root / relative).is_file():
        relative = module.replace(".", "/") + "/__init__.py"
    path = root / relative
    if not path.is_file():
        relative = module.replace(".", "/") + ".py"
        raise NotFoundError(f"{package} {version} has no file {relative}")
    source = Source(path, relative, package, version)
    node: ast.AST = _parsed(path)
    for part in filter(None, qualified.split(".")):
        found = _members(node).get(part)
        if found is None:
            raise NotFoundError(
                f"{package} {version} has no `{qualified}` in {relative}"
            )
        node = found
    return source, node


@cache
def _members(node: ast.AST) -> dict[str, Defined]:
    """What a module, class or function defines last, by its names."""
    return {child.name: child for child in _definitions(node)}


def _definitions(node: ast.AST) -> Iterator[Defined]:
    """What a module, class or function defines, in branches as well."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Defined):
            yield child
        else:
            yield from _definitions(child)


def _statement(source: Source, node: ast.AST, text: str) -> ast.AST:
    text, _, nth = text.partition(" #")
    found = {
        n.lineno: n
        for n in reversed(list(ast.walk(node)))  # Of a line, the outermost.
        if isinstance(n, ast.stmt | ast.ExceptHandler)
        and text in source.lines[n.lineno - 1]
        and n is not node
    }
    wanted = int(nth or 1)
    if wanted > len(found) or (len(found) != 1 and not nth):
        raise NotFoundError(
            f"{source.package} {source.version}: `{text}` begins "
            f"{len(found)} statements in {source.file}"
        )
    return found[sorted(found)[wanted - 1]]


def _first(node: ast.AST) -> int:
    """The number of the first line, decorators included."""
    if isinstance(node, Defined):
        return min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return getattr(node, "lineno", 1)


@cache
def _code(node: ast.AST) -> set[int]:
    """The lines that hold code: no comments, no docstrings."""
    found: set[int] = set()
    for n in ast.walk(node):
        if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant):
            continue
        if isinstance(n, ast.expr | ast.arg | ast.keyword | ast.alias):
            found |= {n.lineno, n.end_lineno or n.lineno}
        elif isinstance(n, ast.stmt | ast.ExceptHandler):
            found.add(n.lineno)
    return found


def _victoria() -> tuple[str, str, Path]:
    """Nova as older articles describe it; its own place is not imported."""
    root = Path(sys.prefix, "victoria")
    for path in root.glob("nova-*.dist-info"):
        return "nova", path.stem.removeprefix("nova-"), root
    raise NotFoundError(
        "Nova's Victoria is not there: `make serve` fetches it"
    )


def caption(found: Excerpt) -> str:
    """The bar above an excerpt.

    Args:
        found: The excerpt.

    Returns:
        HTML: package, version, and a link to that line upstream.
    """
    place = say("{file}, line {number}").format(
        file=found.file, number=found.line
    )
    return say("{release}, {place}").format(
        release=f"{found.package} {found.version}",
        place=f'<a href="{found.url}">{place}</a>',
    )


@cache
def distribution(top: str) -> str:
    """The distribution that installs a top-level package.

    Args:
        top: The package's import name.

    Returns:
        The distribution's name.

    Raises:
        NotFoundError: None does.

    Examples:
        >>> distribution("oslo_utils")
        'oslo.utils'
    """
    # Asking for all of metadata.packages_distributions() takes 0.3 s.
    for name in (top, top.replace("_", ".")):
        try:
            return metadata.distribution(name).metadata["Name"]
        except metadata.PackageNotFoundError:
            continue
    raise NotFoundError(
        f"the package `{top}` is not installed: `make serve` installs it"
    )


# Each question reads the distribution's metadata file.
_version = cache(metadata.version)


@cache
def _root(top: str) -> Path:
    spec = importlib.util.find_spec(top)
    if spec is None or spec.origin is None:
        raise NotFoundError(f"the package `{top}` cannot be imported")
    return Path(spec.origin).parent


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def _lines(path: Path) -> list[str]:
    return _text(path).splitlines()


@cache
def _parsed(path: Path) -> ast.Module:
    # Nova's trees are some million objects that stay. The collector would go
    # through them time and again, which takes a fifth of a build.
    enabled = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(_text(path))
    finally:
        if enabled:
            gc.freeze()
            gc.enable()
