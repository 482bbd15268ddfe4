"""An OpenAPI document without repetition: what many operations say stands once, by reference.

`main.py` calls `tidy` last. It changes how the document says things, never what it says.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options", "trace"})

_PREFIX = "#/components/"
_OF_A_MODULE = "__"
"""FastAPI puts the module before a model's name where two models share one."""


def operations(description: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of a document."""
    for path in description.get("paths", {}).values():
        for method, operation in path.items():
            if method in METHODS:
                yield operation


def tidy(description: dict[str, Any]) -> None:
    """Say once what is said twice, and nothing of our modules. Again it changes nothing."""
    for operation in operations(description):
        if operation.get("description") == f"{operation.get('summary')}.":
            del operation["description"]
        operation["responses"] = dict(sorted(operation["responses"].items()))
        for parameter in operation.get("parameters", ()):
            _tidy_parameter(parameter)
    for schema in description.get("components", {}).get("schemas", {}).values():
        for member in schema.get("properties", {}).values():
            member.pop("title", None)
    _name_schemas_by_room(description)
    _share_headers(description)
    _share_parameters(description)
    _share_problems(description)


def _tidy_parameter(parameter: dict[str, Any]) -> None:
    """No null, which no part of an address and no header can be; nothing said twice."""
    schema = parameter.get("schema", {})
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0]
    schema.pop("title", None)
    if schema.get("description") == parameter.get("description"):
        schema.pop("description", None)


def _name_schemas_by_room(description: dict[str, Any]) -> None:
    """`AuditsState` instead of `app__audits__lifecycle__State`."""
    schemas = description.get("components", {}).get("schemas", {})
    names = {name: _in_its_room(name) for name in schemas}
    counts = Counter(names.values())
    new = {name: named for name, named in names.items() if counts[named] == 1}
    references = {f"{_PREFIX}schemas/{name}": f"{_PREFIX}schemas/{new[name]}" for name in new}
    if any(name != named for name, named in new.items()):
        _rewrite_references(description, references)
        description["components"]["schemas"] = dict(
            sorted((new.get(name, name), schema) for name, schema in schemas.items())
        )


def _in_its_room(name: str) -> str:
    parts = name.split(_OF_A_MODULE)
    if len(parts) < 4:  # package, room, module, model
        return name
    return "".join(part.title().replace("_", "") for part in parts[1:-2]) + parts[-1]


def _rewrite_references(value: Any, new: Mapping[str, str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str):  # "$ref", or a discriminator's mapping
                value[key] = new.get(inner, inner)
            else:
                _rewrite_references(inner, new)
    elif isinstance(value, list):
        for inner in value:
            _rewrite_references(inner, new)


def _share_parameters(description: dict[str, Any]) -> None:
    """One component for each parameter that several operations take."""
    _share(
        description,
        "parameters",
        (
            (f"{parameter['in']}_{parameter['name']}", operation["parameters"], place)
            for operation in operations(description)
            for place, parameter in enumerate(operation.get("parameters", ()))
            if "$ref" not in parameter
        ),
    )


def _share_problems(description: dict[str, Any]) -> None:
    """One component for each response that consists of the same kinds of problems."""
    _share(
        description,
        "responses",
        (
            ("_or_".join(response["x-problems"]), operation["responses"], status)
            for operation in operations(description)
            for status, response in operation["responses"].items()
            if "x-problems" in response
        ),
    )


def _share_headers(description: dict[str, Any]) -> None:
    """One component for each header that several responses carry."""
    _share(
        description,
        "headers",
        (
            (name, response["headers"], name)
            for operation in operations(description)
            for response in operation["responses"].values()
            for name, header in response.get("headers", {}).items()
            if "$ref" not in header
        ),
    )


def _share(
    description: dict[str, Any], kind: str, found: Iterable[tuple[str, Any, int | str]]
) -> None:
    """Move what stands in several places (name, list or object, place in it) to the components.

    Where one name stands for different things, only the most frequent one moves.
    """
    uses: defaultdict[str, list[tuple[Any, int | str]]] = defaultdict(list)
    for name, holder, place in found:
        uses[name].append((holder, place))
    shared = dict(description.get("components", {}).get(kind, {}))
    for name, places in uses.items():
        (text, count), *_ = Counter(_text(holder[place]) for holder, place in places).most_common(1)
        if count > 1:
            shared[name] = json.loads(text)
            for holder, place in places:
                if holder[place] == shared[name]:
                    holder[place] = {"$ref": f"{_PREFIX}{kind}/{name}"}
    if shared:
        description.setdefault("components", {})[kind] = dict(sorted(shared.items()))


def _text(value: Any) -> str:
    return json.dumps(value)
