"""`dataclass`, for frozen classes in a fifth of the time.

The standard decorator writes six methods as text and compiles them, for every class at every start: 0.6 ms each, and
a case is read with two hundred of them. The methods of frozen classes are here once, for all. What else there is to
a dataclass (`fields`, `replace`, `match`, slots, pickling) stays as it is, and so does a class that is not frozen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError
from functools import partial
from operator import attrgetter
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, eq=True, repr=True, **options):
        """As `dataclasses.dataclass`; all fields of a frozen class are arguments."""
        if cls is None:
            return partial(dataclass, frozen=frozen, eq=eq, repr=repr, **options)
        if not frozen:
            return dataclasses.dataclass(cls, eq=eq, repr=repr, **options)
        own = set(cls.__dict__)
        made = dataclasses.dataclass(cls, init=False, eq=False, repr=False, **options)
        made.__record__ = _Record(made)
        methods = [_initialise, _refuse_to_set, _refuse_to_delete]
        methods += [_state, _restore] * bool(options.get("slots")) + [_equal, _hash] * eq + [_represent] * repr
        for method in methods:
            if _NAMES[method] not in own:
                setattr(made, _NAMES[method], method)
        return made


class _Record:
    """What the methods know of a class: its fields, those first that may be told by place, and how each is set."""

    __slots__ = ("after", "compared", "fields", "placed", "setters", "whole")

    def __init__(self, cls: type) -> None:
        fields: tuple[Field[Any], ...] = dataclasses.fields(cls)
        in_order = sorted(fields, key=lambda field: bool(field.kw_only))
        self.placed = sum(not field.kw_only for field in fields)
        self.whole = self.placed if self.placed == len(fields) else -1  # values by place leave no other
        self.setters = [_setter(cls, field.name) for field in in_order]
        self.fields = [(f.name, f.default, f.default_factory) for f in in_order]
        self.compared = _values([field.name for field in fields if field.compare])
        self.after = hasattr(cls, "__post_init__")

    def rest(self, what: str, count: int, named: dict[str, Any]) -> Iterator[Any]:
        """The values of all fields but the first `count`. Raises TypeError for what is missing or unknown."""
        if count > self.placed:
            raise TypeError(f"{what} takes {self.placed} values by place, not {count}")
        for name, default, factory in self.fields[count:]:
            if name in named:
                yield named.pop(name)
            elif default is not MISSING:
                yield default
            elif factory is not MISSING:
                yield factory()
            else:
                raise TypeError(f"{what} needs a value for {name!r}")
        if named:
            raise TypeError(f"{what} has no field {next(iter(named))!r}, or it was given twice")


def _setter(cls: type, name: str) -> Callable[[Any, Any], None]:
    """What sets a field of a new object: its slot, where there is one."""
    slot = getattr(cls, name, None)
    if isinstance(slot, MemberDescriptorType):
        return slot.__set__
    return lambda it, value: object.__setattr__(it, name, value)


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What reads some fields as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda it: tuple(getattr(it, name) for name in names)


# --- the methods -------------------------------------------------------------------------------------------------


def _initialise(self: Any, /, *placed: Any, **named: Any) -> None:
    record = self.__record__
    if named or len(placed) != record.whole:
        placed += tuple(record.rest(type(self).__name__, len(placed), named))
    for set_, value in zip(record.setters, placed, strict=True):
        set_(self, value)
    if record.after:
        self.__post_init__()


def _equal(self: Any, other: Any) -> Any:
    if type(other) is not type(self):
        return NotImplemented
    return self.__record__.compared(self) == self.__record__.compared(other)


def _hash(self: Any) -> int:
    return hash(self.__record__.compared(self))


def _represent(self: Any) -> str:
    shown = (field.name for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> Mapping[str, Any]:
    return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


def _restore(self: Any, state: Mapping[str, Any]) -> None:
    record = self.__record__
    for (name, *_), set_ in zip(record.fields, record.setters, strict=True):
        set_(self, state[name])


_NAMES: dict[Callable[..., Any], str] = {
    _initialise: "__init__", _equal: "__eq__", _hash: "__hash__", _represent: "__repr__",
    _refuse_to_set: "__setattr__", _refuse_to_delete: "__delattr__", _state: "__getstate__", _restore: "__setstate__",
}
