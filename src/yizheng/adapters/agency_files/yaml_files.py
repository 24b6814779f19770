"""YAML that a business user writes, read strictly: a typing error is an error, never a silent default.

Stricter than plain YAML 1.1 in three places: `no`, `yes`, `on` and `off` are words and not truth values, a
key may stand only once in a mapping, and a key that nobody reads is refused. What it leaves to others: the
meaning of the values (the rooms' dataclasses refuse to be wrong themselves).
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import yaml

from yizheng.kernel.errors import Refused

T = TypeVar("T")


class _Loader(yaml.SafeLoader):
    """The safe loader, with the two surprises of YAML 1.1 taken out."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
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
        raise Refused(
            f"{path}: this file was expected in the agency's folder, but it is not there. Add it."
        ) from None
    except UnicodeDecodeError as error:
        raise Refused(
            f"{path}: text in UTF-8 was expected, but byte {error.start} is not. Save it as UTF-8."
        ) from None
    loader = _Loader(text)
    try:
        content = loader.get_single_data()
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day such as 2026-02-30
        raise Refused(f"{path}: YAML was expected, but {_one_line(error)}. Correct it there.") from None
    finally:
        loader.dispose()
    return read_value(content, kind, path)


def read_value(content: object, kind: type[T], path: Path, place: str = "$") -> T:
    """A part of a file's content as a value of `kind`; `place` is where it stands. Raises Refused where it is none."""
    try:
        _check_names(content, kind, place)
        return msgspec.convert(content, kind)
    except (msgspec.ValidationError, ValueError) as error:
        raise Refused(f"{path}: {error}. Correct it there.") from None


def _one_line(error: yaml.YAMLError | ValueError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f" in line {mark.line + 1}" if mark else ""
    return f"{getattr(error, 'problem', None) or str(error)}{place}"


def _check_names(content: object, kind: Any, place: str) -> None:
    """Refuse a key that no field reads: a misspelt key would otherwise leave its default in force unseen."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(
            (option for option in get_args(kind) if is_dataclass(option) or get_origin(option)), object
        )
    for inner, value, where in _parts(content, kind, place):
        _check_names(value, inner, where)


def _parts(content: object, kind: Any, place: str) -> Iterator[tuple[Any, object, str]]:
    """The values inside a value, each with the type that its place asks for."""
    arguments = get_args(kind) or (object, object)
    if isinstance(content, list) and get_origin(kind) in (list, tuple):
        for index, item in enumerate(content):
            yield arguments[0], item, f"{place}[{index}]"
    elif isinstance(content, dict) and get_origin(kind) is dict:
        for key, value in content.items():
            yield arguments[1], value, f"{place}.{key}"
    elif isinstance(content, dict) and is_dataclass(kind):
        types = get_type_hints(kind)
        known = sorted(field.name for field in fields(kind) if field.init)
        for key, value in content.items():
            if key not in known:
                raise ValueError(f"the key {key!r} at {place} is unknown; known are {', '.join(known)}")
            yield types[key], value, f"{place}.{key}"
