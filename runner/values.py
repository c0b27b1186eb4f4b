"""Short texts of a program's values, made without running its code.

A class of the program may define `__repr__`, `__eq__`, `__class__` or an
attribute that has side effects or never returns. So only values of Python's
own types are shown, and only if the type is exactly that one; of any other
value, the name of its class.
"""

import reprlib
import types
from collections.abc import Iterable
from inspect import CO_OPTIMIZED
from itertools import islice
from types import FrameType
from typing import Any

WIDTH = 80  # Characters of a text.
MOST = 16  # Variables of a call.

# A text, or the number of an exception.
Value = str | int

_CONSTANTS = {type(None), bool, float, complex}
_SCALARS = {*_CONSTANTS, int, str, bytes}
_EXACT = {*_SCALARS, list, tuple, dict, set, frozenset}
_FUNCTIONS = {types.FunctionType, types.BuiltinFunctionType}

# Attributes as the interpreter has them, whatever a metaclass defines.
_name_of = type.__dict__["__name__"].__get__
_order_of = type.__dict__["__mro__"].__get__
_contents_of = type.__dict__["__dict__"].__get__
_args_of = BaseException.__dict__["args"].__get__


def class_name(kind: type) -> str:
    """The name of a class.

    Args:
        kind: The class.

    Examples:
        >>> class Named(type):
        ...     @property
        ...     def __name__(cls):
        ...         raise SystemExit
        >>> class_name(Named("Port", (), {}))
        'Port'
    """
    return _cut(str(_name_of(kind)))


def truth(value: object) -> bool | None:
    """Whether a value is truthy.

    Args:
        value: Any object.

    Returns:
        `None` for one that only the program's own code could tell.

    Examples:
        >>> truth([]), truth("no"), truth(object())
        (False, True, None)
    """
    return bool(value) if type(value) in _EXACT else None


def quiet(error: BaseException) -> bool:
    """Whether `str()` of an exception runs none of the program's code.

    Args:
        error: The exception.

    Examples:
        >>> quiet(OSError(2, "no port")), quiet(OSError(object()))
        (True, False)
    """
    for kind in _order_of(type(error)):
        found = _contents_of(kind).get("__str__")
        if found is not None:
            if type(found) is not types.WrapperDescriptorType:
                return False
            break
    return all(type(value) in _SCALARS for value in _args_of(error))


class Values:
    """Makes the texts of one recording."""

    def __init__(self, number: Any) -> None:
        """Take what numbers exceptions.

        Args:
            number: A function from an exception to its number, or to `None`
                for one that has none.
        """
        self._number = number
        self._short = _Short(number)

    def shown(self, value: object) -> Value:
        """The text of a value.

        Args:
            value: The value.

        Returns:
            The text, or the number of an exception.
        """
        kind = type(value)
        if kind in _CONSTANTS:
            return repr(value)
        if issubclass(kind, BaseException):
            number = self._number(value)
            return f"<{class_name(kind)}>" if number is None else int(number)
        return _cut(self._short.repr1(value, 2))

    def variables(self, frame: FrameType) -> dict[str, Value]:
        """The local variables of a call.

        Args:
            frame: The call. Of a module and a class, functions, classes and
                modules are left out.

        Returns:
            Texts by names, of the first few.
        """
        local: Any = frame.f_locals
        inside = bool(frame.f_code.co_flags & CO_OPTIMIZED)
        if not inside and type(local) is not dict:
            return {}  # A metaclass may give a class any namespace.
        names: Iterable[Any] = local
        found: dict[str, Value] = {}
        for name in [*islice(names, 300)]:
            if type(name) is not str or name[:2] == "__" or name[:1] == ".":
                continue
            value = local[name]
            if not inside and _defined(type(value)):
                continue
            found[_cut(name)] = self.shown(value)
            if len(found) == MOST:
                break
        return found


def _defined(kind: type) -> bool:
    return (
        kind is types.ModuleType
        or kind in _FUNCTIONS
        or issubclass(kind, type)
    )


class _Short(reprlib.Repr):
    """`reprlib` for values whose type is exactly one of Python's own."""

    def __init__(self, number: Any) -> None:
        super().__init__()
        self.maxstring = self.maxother = 60
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = 4
        self._number = number

    def repr1(self, x: Any, level: int) -> str:
        kind = type(x)
        if kind in _CONSTANTS:
            return repr(x)
        if kind is int:
            bits = x.bit_length()
            return repr(x) if bits < 200 else f"<int of {bits} bits>"
        if kind is bytes:
            return repr(x[:40]) + "..." * (len(x) > 40)
        if kind is dict:
            return self.repr_dict(x, level)
        if kind is set or kind is frozenset:
            return self.repr_set(x, level)
        if kind in _EXACT:
            return super().repr1(x, level)
        if issubclass(kind, BaseException):
            number = self._number(x)
            name = class_name(kind)
            return f"<{name}>" if number is None else f"#{number + 1} {name}"
        if issubclass(kind, type):
            return class_name(x)
        if kind in _FUNCTIONS:
            return f"<function {_cut(x.__name__)}>"
        return f"<{class_name(kind)}>"

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        # In its own order: to sort keys may run the program's code.
        if level <= 0:
            return "{...}"
        parts = [
            f"{self.repr1(key, level - 1)}: {self.repr1(value, level - 1)}"
            for key, value in islice(x.items(), self.maxdict)
        ]
        return f"{{{', '.join(parts + ['...'] * (len(x) > self.maxdict))}}}"

    def repr_set(self, x: Any, level: int) -> str:
        # Of a set in no order, no part can be chosen that is always the same.
        name = class_name(type(x))
        if len(x) > self.maxset:
            return f"<{name} of {len(x)}>"
        if not x:
            return f"{name}()"
        return (
            f"{{{', '.join(sorted(self.repr1(one, level - 1) for one in x))}}}"
        )


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
