"""YAML that a business user writes, read strictly: a typing error is an error, never a silent default.

Stricter than plain YAML 1.1 in three places: `no`, `yes`, `on` and `off` are words and not truth values, a
key may stand only once in a mapping, and a key that nobody reads is refused. What it leaves to others: the
meaning of the values (the rooms' dataclasses refuse to be wrong themselves).
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import yaml

from yizheng.adapters.agency_files.why import Why
from yizheng.kernel.errors import Refused

T = TypeVar("T")


class _KeyTwice(Exception):
    """A key that stands twice in a mapping: which, and in which line of the file."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


class _Loader(yaml.CSafeLoader):
    """The safe loader of libyaml (an agency's folder in 0.06 s, where PyYAML's own takes 0.6), without two surprises."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise _KeyTwice(str(key), key_node.start_mark.line + 1)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_yaml(path: Path, kind: type[T]) -> T:
    """The file's content as a value of `kind` (a dataclass, or a list, tuple or dict of them).

    Raises Refused, naming the file and the line or the place, where it is not YAML or not such a value.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise Refused(Why.FILE_MISSING, file=path) from None
    except UnicodeDecodeError as error:
        raise Refused(Why.FILE_NOT_UTF8, file=path, byte=error.start) from None
    return read_value(_content(text, path), kind, path)


def _content(text: str, path: Path) -> object:
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    except _KeyTwice as twice:
        raise Refused(Why.KEY_TWICE, file=path, key=twice.key, line=twice.line) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Refused(Why.NOT_YAML, file=path, line=line, problem=error.problem or "") from None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day such as 2026-02-30
        raise Refused(Why.NOT_READABLE_YAML, file=path, problem=str(error)) from None
    finally:
        loader.dispose()


def read_value(content: object, kind: type[T], path: Path, place: str = "$") -> T:
    """A part of a file's content as a value of `kind`; `place` is where it stands. Raises Refused where it is none."""
    _check_names(content, kind, place, path)
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        _refuse(error, path)
    except Refused as wrong:  # a dataclass that refuses to be wrong says so itself
        raise Refused(Why.VALUE_NOT_ALLOWED, file=path, wrong=wrong) from None


_OTHER_KIND = re.compile(
    r"Expected `(?P<expected>[^`]+)`, got `(?P<came>[^`]+)`(?: - at `(?P<place>[^`]+)`)?$"
)
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]+)`(?: - at `(?P<place>[^`]+)`)?$")
"""msgspec tells its errors as texts only: these two are the ones that a person who writes YAML makes."""


def _refuse(error: msgspec.ValidationError, path: Path) -> NoReturn:
    if found := _OTHER_KIND.match(str(error)):
        raise Refused(
            Why.VALUE_OF_OTHER_KIND,
            file=path,
            place=found["place"] or "$",
            expected=found["expected"],
            came=found["came"],
        ) from None
    if found := _MISSING.match(str(error)):
        raise Refused(
            Why.FIELD_MISSING, file=path, field=found["field"], place=found["place"] or "$"
        ) from None
    raise Refused(Why.VALUE_WRONG, file=path, problem=str(error)) from None


def _check_names(content: object, kind: Any, place: str, path: Path) -> None:
    """Refuse a key that no field reads: a misspelt key would otherwise leave its default in force unseen."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(
            (option for option in get_args(kind) if is_dataclass(option) or get_origin(option)), object
        )
    for inner, value, where in _parts(content, kind, place, path):
        _check_names(value, inner, where, path)


def _parts(content: object, kind: Any, place: str, path: Path) -> Iterator[tuple[Any, object, str]]:
    """The values inside a value, each with the type that its place asks for."""
    arguments = get_args(kind) or (object, object)
    if isinstance(content, list) and get_origin(kind) in (list, tuple):
        for index, item in enumerate(content):
            yield arguments[0], item, f"{place}[{index}]"
    elif isinstance(content, dict) and get_origin(kind) is dict:
        for key, value in content.items():
            yield arguments[1], value, f"{place}.{key}"
    elif isinstance(content, dict) and isinstance(kind, type) and is_dataclass(kind):
        types, known = _read_by(kind)
        for key, value in content.items():
            if key not in known:
                raise Refused(Why.KEY_UNKNOWN, file=path, key=str(key), place=place, known=known)
            yield types[key], value, f"{place}.{key}"


@cache
def _read_by(kind: Any) -> tuple[dict[str, Any], list[str]]:
    """The types of a dataclass's fields, and the names that may be written."""
    return get_type_hints(kind), sorted(field.name for field in fields(kind) if field.init)
