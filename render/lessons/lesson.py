"""A lesson's module, taken apart for its page.

A page shows a module in this order: its explanation, its code, its proof. The
proof is the docstrings' `Examples:` sections, which the test command runs;
they are cut out of the shown code, so that nothing is on a page twice.

A page may show one function at a time, where its text speaks of it:

    ::: examples.learn.how_it_works.release

Its code, the imports that this needs, and its proof are shown there; with the
option `show_docstring_examples: false`, its code alone. The whole module, named
last, is then folded and holds the proofs that are left.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import griffe

from render import cache, errors, html
from render.data import DataError, read_text
from render.languages.locale import current, say_all
from render.lessons.history import Found, Lesson, Runs
from render.paths import LOCALE, ROOT

_EXAMPLES = re.compile(r"^\s*Examples:\s*$")

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Proof:
    """The examples of one docstring.

    Attributes:
        name: Whose they are, as a reader would write it: `release(port)`;
            empty for the module's own.
        steps: Text in Markdown and sessions with prompts, in the order of the
            docstring: pairs of `"text"` or `"session"` and the content.
    """

    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    @property
    def sessions(self) -> tuple[str, ...]:
        """The sessions alone."""
        return tuple(text for kind, text in self.steps if kind == "session")

    def shown(self, found: Found | None) -> list[tuple[str, str]]:
        """The steps for the template.

        Args:
            found: What happened at a statement of this proof.

        Returns:
            Text in Markdown; the sessions, and below its own what happened,
            in HTML.
        """
        steps, count = [], 0
        for kind, text in self.steps:
            if kind == "text":
                steps.append((kind, text))
                continue
            steps.append((kind, html.session(text)))
            if found and found.session == count:
                steps.append(("history", found.html))
            count += 1
        return steps


def program(source: str) -> str:
    r'''The code of a module without its explanation and its examples.

    Args:
        source: The module's text.

    Returns:
        The text less the module's docstring, and less the `Examples:` section
        of every other docstring.

    Raises:
        SyntaxError: The text is not Python.

    Examples:
        >>> print(program("""
        ... 'Explanation.'
        ... def one():
        ...     \'\'\'Return 1.
        ...
        ...     Examples:
        ...         >>> one()
        ...         1
        ...     \'\'\'
        ...     return 1
        ... """))
        def one():
            """Return 1."""
            return 1
    '''
    lines = source.splitlines()
    nodes = [n for n in ast.walk(ast.parse(source)) if _docstring(n)]
    for node in sorted(nodes, key=lambda n: -_docstring(n)[0].lineno):
        doc = _docstring(node)[0]
        first, last = doc.lineno - 1, doc.end_lineno or doc.lineno
        if isinstance(node, ast.Module):
            lines[first:last] = []
            continue
        kept = lines[first:last]
        cut = [i for i, line in enumerate(kept) if _EXAMPLES.match(line)]
        if not cut:
            continue
        kept = kept[: cut[0]]
        while not kept[-1].strip():
            kept.pop()
        if len(kept) == 1:
            kept[0] += '"""'
        else:
            kept.append(" " * doc.col_offset + '"""')
        kept[0] = kept[0].replace("'''", '"""')
        if "\\" not in "".join(kept):  # Raw for the examples' sake alone.
            kept[0] = kept[0].replace('r"""', '"""', 1)
        lines[first:last] = kept
    return "\n".join(lines).strip("\n")


def part(source: str, name: str, before: Iterable[str] = ()) -> str:
    r'''The code of one function or class, ready to be copied.

    Args:
        source: The module's text.
        name: What the module defines at its top level.
        before: The parts that the reader has copied already.

    Returns:
        The imports that the definition uses, but for those that an earlier
        part has, and the definition without its docstring. A class that has nothing but a docstring keeps it.

    Raises:
        KeyError: The module defines no such name.

    Examples:
        >>> print(part("""
        ... import sys
        ... from os import path
        ...
        ... def one(name):
        ...     \'\'\'Return 1.\'\'\'
        ...     return path.exists(name)
        ... """, "one"))
        from os import path
        <BLANKLINE>
        <BLANKLINE>
        def one(name):
            return path.exists(name)
    '''
    tree = ast.parse(source)
    lines = source.splitlines()
    defined = {
        found.name: found
        for found in tree.body
        if isinstance(found, (ast.ClassDef, *_FUNCTIONS))
    }
    node = defined[name]
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    kept = dict(enumerate(lines, 1))
    if len(node.body) > 1:
        for doc in _docstring(node):
            for number in range(doc.lineno, (doc.end_lineno or 0) + 1):
                del kept[number]
    last = node.end_lineno or first
    code = [kept[n] for n in range(first, last + 1) if n in kept]
    shown = _imports(tree, node)
    for other in before:
        shown -= _imports(tree, defined[other])
    imports = [
        ast.get_source_segment(source, found) or ""
        for found in tree.body
        if found in shown
    ]
    if imports:
        imports += ["", ""]
    while len(node.body) > 1 and not code[1].strip():
        del code[1]
    return "\n".join(imports + code)


def _imports(tree: ast.Module, node: ast.AST) -> set[ast.stmt]:
    """The imports of a module that a definition in it uses."""
    used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return {
        found
        for found in tree.body
        if isinstance(found, (ast.Import, ast.ImportFrom))
        and used & {(a.asname or a.name).split(".")[0] for a in found.names}
    }


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _docstring(node: ast.AST) -> list[ast.Expr]:
    """The statement that is the node's docstring, or nothing."""
    if not isinstance(node, Documented) or not node.body:
        return []
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return [first]
    return []


def explanation(module: griffe.Module) -> str:
    """Find what a module's docstring says before its examples.

    Args:
        module: A module with a docstring, as griffe loaded it.

    Returns:
        Markdown.
    """
    assert module.docstring
    return "\n\n".join(
        section.value
        for section in module.docstring.parse("google")
        if section.kind is griffe.DocstringSectionKind.text
    )


def proofs(module: griffe.Module) -> list[Proof]:
    """The examples of a module and of all that it defines, in source order.

    Args:
        module: A module as griffe loaded it.

    Returns:
        One entry for each docstring that has an `Examples:` section.
    """
    found = []
    for item in sorted(_defined(module), key=lambda o: o.lineno or 0):
        if item.docstring is None:
            continue
        proof = Proof(_called(item))
        for section in item.docstring.parse("google"):
            if section.kind is not griffe.DocstringSectionKind.examples:
                continue
            for kind, text in section.value:
                if kind is griffe.DocstringSectionKind.text:
                    proof.steps.append(("text", text))
                else:
                    proof.steps.append(("session", text))
        if proof.steps:
            found.append(proof)
    return found


def _defined(item: griffe.Object) -> list[griffe.Object]:
    own = [m for m in item.members.values() if isinstance(m, griffe.Object)]
    return [item] + [x for m in own for x in _defined(m)]


def _called(item: griffe.Object) -> str:
    if isinstance(item, griffe.Function):
        owner = item.parent
        names = [p.name for p in item.parameters if p.name != "self"]
        prefix = f"{owner.name}." if isinstance(owner, griffe.Class) else ""
        return f"{prefix}{item.name}({', '.join(names)})"
    return item.name if isinstance(item, griffe.Class) else ""


def _refuse_broken(pkg: griffe.Module) -> None:
    """Name a module with a syntax error: griffe leaves it out, silently."""
    loaded = {
        Path(str(module.filepath))
        for module in _defined(pkg)
        if isinstance(module, griffe.Module)
    }
    folder = Path(str(pkg.filepath)).parent
    for path in sorted({*folder.rglob("*.py")} - loaded):
        try:
            ast.parse(read_text(path))
        except SyntaxError as error:
            raise DataError(path, error.lineno or 1, error.msg) from error


def imported(path: Path) -> set[Path]:
    """Find what a module imports from the project, and what that imports.

    Args:
        path: The module's file.

    Returns:
        The files, the module's own among them.

    Examples:
        >>> sorted(p.name for p in imported(
        ...     ROOT / "examples/reference/behaviour/body.py"))
        ['body.py', 'cases.py']
    """
    found: set[Path] = set()
    left = [path]
    while left:
        path = left.pop()
        if path in found or not path.is_file():
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                begin = node.module or ""
                names = [begin]
                names += [f"{begin}.{alias.name}" for alias in node.names]
            else:
                continue
            level = getattr(node, "level", 0)
            folder = path.parents[level - 1] if level else ROOT
            for name in names:
                place = folder.joinpath(*name.strip(".").split("."))
                left += [place.with_suffix(".py"), place / "__init__.py"]
    return found


def _top(called: str) -> str:
    """What a proof's owner is called at the module's top level.

    >>> _top("Port.release(port)"), _top("release(port)"), _top("")
    ('Port', 'release', '')
    """
    return called.partition("(")[0].partition(".")[0]


def _slot(module: griffe.Module) -> str:
    return f"lesson {current()} {module.path}"


def _runnable(module: griffe.Module) -> Lesson:
    return Lesson(module.path, tuple(p.sessions for p in proofs(module)))


def read_again(
    known: griffe.ModulesCollection, modules: Iterable[str]
) -> bool:
    """Put modules of `examples` that have changed in the place of the old ones.

    Args:
        known: What is loaded.
        modules: The modules' names.

    Returns:
        Whether all of them were there.
    """
    for name in modules:
        try:
            old = known[name]
        except KeyError:
            return False
        new = griffe.visit(
            old.name,
            filepath=old.filepath,
            code=Path(str(old.filepath)).read_text("utf-8"),
            parent=old.parent,
            modules_collection=known,
        )
        old.parent.set_member(old.name, new)
        if new.docstring and (lesson := old.extra.get("lesson")):
            lesson["extension"].prepare([new])
    return True


class LessonExtension(griffe.Extension):
    """Gives each module of `examples` what the lesson template shows."""

    def __init__(self, repo_url: str) -> None:
        """Take the extension's options from mkdocs.yml.

        Args:
            repo_url: The project's repository, for links to the files.
        """
        self.repo_url = repo_url
        # The parts of modules that the page has shown so far, and whether with
        # their proofs, by module.
        self._parts: dict[str, dict[str, bool]] = {}
        self._runs: Runs | dict[str, Found | None] = {}

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Prepare the modules of the package, once it is loaded."""
        if pkg.name == "examples":
            _refuse_broken(pkg)
            self.prepare(
                module
                for module in _defined(pkg)
                if isinstance(module, griffe.Module) and module.docstring
            )

    def prepare(self, modules: Iterable[griffe.Module]) -> None:
        """Prepare some lessons, and run those that have changed.

        Args:
            modules: The modules. Each gets a function in `extra["lesson"]`,
                which the template calls for what it shows.
        """
        changed = []
        for module in modules:
            module.extra["lesson"] = {
                "extension": self,
                "shown": partial(self._shown, module),
            }
            for item in module.members.values():
                if isinstance(item, (griffe.Function, griffe.Class)):
                    shown = partial(self._part, module, item.name)
                    item.extra["lesson"] = {"shown": shown}
            if not cache.known(_slot(module), self.repo_url):
                changed.append(module)
        # In the order of the pages, which are made in the meantime.
        changed.sort(key=lambda module: module.path)
        if lessons := [x for x in map(_runnable, changed) if x.proofs]:
            self._runs = Runs(lessons)

    def _shown(self, module: griffe.Module) -> dict[str, Any]:
        parts = self._parts.pop(module.path, {})
        shown = self._made(module)
        shown["proofs"] = [
            proof
            for proof in shown["proofs"]
            if not parts.get(_top(proof["name"]))
        ]
        return {"folded": bool(parts), **shown}

    def _part(
        self, module: griffe.Module, name: str, with_proofs: bool
    ) -> dict[str, Any]:
        before = self._parts.setdefault(module.path, {})
        shown = self._made(module)
        source = Path(str(module.filepath)).read_text("utf-8")
        code = part(source, name, before)
        before[name] = with_proofs
        return {
            "say": shown["say"],
            "module": module.path,
            "code": html.program(code),
            "proofs": [
                proof
                for proof in shown["proofs"]
                if with_proofs and _top(proof["name"]) == name
            ],
        }

    def _made(self, module: griffe.Module) -> dict[str, Any]:
        with errors.inside(module.path):
            shown: dict[str, Any] = cache.result(
                _slot(module), self.repo_url, lambda: self._lesson(module)
            )
        tab = module.path.removeprefix("examples.").partition(".")[0]
        return {
            "say": partial(say_all, domain=tab),
            "file": module.path.replace(".", "/") + ".py",
            **shown,
        }

    def _lesson(self, module: griffe.Module) -> dict[str, Any]:
        path = module.path.replace(".", "/") + ".py"
        cache.reads(*imported(ROOT / path), ROOT / "runner" / "story.json")
        if current() != "en":
            # The list of what happened is in the language of the page.
            cache.reads(LOCALE / current() / "render.po")
        source = Path(str(module.filepath)).read_text("utf-8")
        proven = proofs(module)
        found = None
        if proven:
            if module.path not in self._runs:
                self._runs = Runs([_runnable(module)])
            found = self._runs[module.path]
        return {
            "explanation": explanation(module),
            "program": html.program(
                program(source), html.file_link(self.repo_url, path)
            ),
            "proofs": [
                {
                    "name": proof.name,
                    "steps": proof.shown(
                        found if found and found.proof == number else None
                    ),
                }
                for number, proof in enumerate(proven)
            ],
        }
