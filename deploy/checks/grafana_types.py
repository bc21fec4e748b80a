"""Holds a dashboard's JSON against Grafana's own types, as the Grafana Foundation SDK has them.

The SDK reads anything and drops what it does not know. So what it drops is a property Grafana has not, and what it keeps is
compared with the types it declares: of the dashboard, of each panel's plugin, and of each query's data source.
"""

import enum
import json
import typing
import warnings

with warnings.catch_warnings():
    # It recommends a newer format of dashboards; the files keep to the one that older versions of Grafana read too.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.cog import plugins, runtime
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models.dashboard import Dashboard

plugins.register_default_plugins()


def faults(dashboard):
    """Returns what Grafana's types say against it, a sentence each."""
    unknown = sorted({panel["type"] for panel in dashboard["panels"]} - {"row", *runtime.Runtime().panelcfg_variants})
    if unknown:
        return [f"panel types the SDK has no types for: {', '.join(unknown)}"]
    return list(_read(Dashboard, dashboard, ""))


def _read(kind, given, path):
    try:
        read = kind.from_json(given)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        yield f"{path}: not a {kind.__name__}: {type(error).__name__}: {error}"
        return
    kept = json.loads(json.dumps(read, cls=JSONEncoder))
    yield from _dropped(given, kept, path)
    yield from _wrong(read, kind, path)


def _dropped(given, kept, path):
    if isinstance(given, dict) and isinstance(kept, dict):
        for key, value in given.items():
            if key in kept:
                yield from _dropped(value, kept[key], f"{path}.{key}")
            elif value is not None:
                yield f"{path}.{key}: Grafana has no such property"
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for place, (one, other) in enumerate(zip(given, kept)):
            yield from _dropped(one, other, f"{path}[{place}]")
    elif given != kept:
        yield f"{path}: Grafana reads {given!r} as {kept!r}"


def _wrong(value, declared, path):
    """What is not as declared. A property declared as anything holds the options of a plugin, which have a type of their own."""
    origin, arguments = typing.get_origin(declared), typing.get_args(declared)
    if hasattr(value, "to_json"):
        accepted = declared in (typing.Any, object) or _accepts(declared, type(value))
        if not accepted:
            yield f"{path}: {type(value).__name__} where {_name(declared)} belongs"
        for name, hint in typing.get_type_hints(type(value)).items():
            yield from _wrong(getattr(value, name), hint, f"{path}.{name}")
    elif declared in (typing.Any, object):
        return
    elif isinstance(value, dict) and hasattr(declared, "from_json"):
        # The SDK reads the items of some lists no further.
        yield from _read(declared, value, path)
    elif origin is typing.Union:
        attempts = [list(_wrong(value, option, path)) for option in arguments]
        if all(attempts):
            # The one that fitted furthest in says the most.
            yield from max(attempts, key=lambda wrong: len(wrong[0].partition(": ")[0]))
    elif origin is list and isinstance(value, list):
        for place, item in enumerate(value):
            yield from _wrong(item, arguments[0], f"{path}[{place}]")
    elif origin is dict and isinstance(value, dict):
        for key, item in value.items():
            yield from _wrong(item, arguments[1], f"{path}.{key}")
    elif not _plain(value, declared, origin, arguments):
        yield f"{path}: {value!r} is not {_name(declared)}"


def _accepts(declared, kind):
    options = typing.get_args(declared) if typing.get_origin(declared) is typing.Union else (declared,)
    return any(isinstance(option, type) and issubclass(kind, option) for option in options)


def _plain(value, declared, origin, arguments):
    if origin is typing.Literal:
        return value in arguments
    if not isinstance(declared, type):
        return False
    if issubclass(declared, enum.Enum):
        return value in [member.value for member in declared]
    if isinstance(value, bool):
        return declared is bool
    return isinstance(value, (int, float) if declared is float else declared)


def _name(declared):
    if isinstance(declared, type) and issubclass(declared, enum.Enum):
        return " or ".join(repr(member.value) for member in declared)
    return getattr(declared, "__name__", str(declared))
