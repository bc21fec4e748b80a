"""Panels as Grafana's JSON. Every panel needs a description: what it shows, and what to think when it is red."""

from urllib.parse import quote

PROMETHEUS = {"type": "prometheus", "uid": "${datasource}"}
NO_TRAFFIC = "no traffic"


def timeseries(title, targets, description, unit="short", stack=False, limits=(), top=None, **rest):
    """Lines over time. `limits` are (value, colour): drawn as dashed lines."""
    custom = {
        "drawStyle": "line",
        "lineWidth": 1,
        "fillOpacity": 30 if stack else 8,
        "showPoints": "never",
        # A gap is a time without traffic or without a service: joining its ends would hide it.
        "spanNulls": False,
        "stacking": {"mode": "normal" if stack else "none", "group": "A"},
        "thresholdsStyle": {"mode": "dashed" if limits else "off"},
    }
    options = {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    defaults = {"color": {"mode": "palette-classic"}, "min": 0, "custom": custom, **_bound(top)}
    return _panel("timeseries", title, _ranges(targets), description, unit, options, defaults, limits=limits, **rest)


def stat(
    title, targets, description, unit="short", limits=(), states=(), decimals=None, good="green", text="auto", **rest
):
    """The value of now. `states` gives values a word and a colour, `limits` a colour from a value on."""
    options = {
        "colorMode": "background" if limits or states else "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "textMode": text,
    }
    defaults = {"color": {"mode": "thresholds"}}
    if decimals is not None:
        defaults["decimals"] = decimals
    # Without this, no value has the colour of the lowest one, which may be red.
    nothing = {"text": rest.get("no_value", NO_TRAFFIC), "color": "#808080", "index": len(states)}
    defaults["mappings"] = [
        *_mappings(states),
        {"type": "special", "options": {"match": "null+nan", "result": nothing}},
    ]
    return _panel(
        "stat", title, _instants(targets), description, unit, options, defaults, limits=limits, good=good, **rest
    )


def timeline(title, targets, description, states, **rest):
    """Which state each series was in, over time."""
    options = {
        "showValue": "never",
        "rowHeight": 0.8,
        "mergeValues": True,
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "single", "sort": "none"},
    }
    defaults = {
        "color": {"mode": "thresholds"},
        "mappings": _mappings(states),
        "custom": {"fillOpacity": 70, "lineWidth": 0},
    }
    return _panel("state-timeline", title, _ranges(targets), description, "short", options, defaults, **rest)


def heatmap(title, expr, description, unit, **rest):
    """How many fell into which bucket of a histogram, over time."""
    options = {
        "calculate": False,
        "color": {
            "mode": "scheme",
            "scheme": "Oranges",
            "steps": 64,
            "exponent": 0.5,
            "fill": "dark-orange",
            "reverse": False,
        },
        "cellGap": 1,
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "showValue": "never",
        "tooltip": {"mode": "single", "yHistogram": True, "showColorScale": False},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": unit},
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
    }
    targets = [{**_ranges([(expr, "{{le}}")])[0], "format": "heatmap"}]
    return _panel("heatmap", title, targets, description, "short", options, {}, **rest)


def table(title, columns, description, names, hidden=(), cell_links=(), no_value="nothing to show", **rest):
    """Series as rows. `columns` are (expression, heading); `names` order and name the labels; `cell_links` are (label, title, url)."""
    targets = [{**target, "format": "table"} for target in _instants([(expr, "") for expr, _ in columns])]
    renamed = dict(names)
    values = ["Value"] if len(columns) == 1 else [f"Value #{target['refId']}" for target in targets]
    renamed.update({value: heading for value, (_, heading) in zip(values, columns) if heading})
    hidden = ["Time", *hidden, *(value for value in values if value not in renamed)]
    transformations = [{"id": "merge", "options": {}}] if len(columns) > 1 else []
    transformations.append(
        {
            "id": "organize",
            "options": {
                "excludeByName": {name: True for name in hidden},
                "indexByName": {name: place for place, name in enumerate(renamed)},
                "renameByName": renamed,
            },
        }
    )
    overrides = [
        {
            "matcher": {"id": "byName", "options": renamed[label]},
            "properties": [{"id": "links", "value": [{"title": heading, "url": url, "targetBlank": True}]}],
        }
        for label, heading, url in cell_links
    ]
    panel = _panel("table", title, targets, description, "short", {"showHeader": True}, {}, no_value=no_value, **rest)
    panel["fieldConfig"]["overrides"] = overrides
    panel["transformations"] = transformations
    return panel


def runbook(alert):
    return {"title": f"Runbook: {alert}", "url": f"${{runbooks}}/{alert}.md", "targetBlank": True, **_LINK}


def traces(service, condition="", title="Traces"):
    """A link to the traces of a service, in the time range of the dashboard."""
    conditions = " && ".join(filter(None, (f'resource.service.name = "{service}"', condition)))
    query = f'{{"refId":"A","datasource":{{"type":"tempo","uid":"tempo"}},"queryType":"traceql","query":{_json(f"{{{conditions}}}")}}}'
    # Grafana puts the range in before it opens the link, so those two stay as they are.
    pane = f'{{"traces":{{"datasource":"tempo","queries":[{query}],"range":{{"from":"FROM","to":"TO"}}}}}}'
    encoded = quote(pane, safe="").replace("FROM", "${__from}").replace("TO", "${__to}")
    return {"title": title, "url": f"/explore?schemaVersion=1&orgId=1&panes={encoded}", "targetBlank": True, **_LINK}


_LINK = {
    "type": "link",
    "icon": "external link",
    "tooltip": "",
    "tags": [],
    "asDropdown": False,
    "includeVars": False,
    "keepTime": False,
}


def _json(text):
    return '"' + text.replace('"', '\\"') + '"'


def _panel(
    kind,
    title,
    targets,
    description,
    unit,
    options,
    defaults,
    limits=(),
    good="green",
    links=(),
    width=None,
    no_value=NO_TRAFFIC,
):
    steps = [{"color": good, "value": None}, *({"color": colour, "value": value} for value, colour in limits)]
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": PROMETHEUS,
        "targets": targets,
        "fieldConfig": {
            "defaults": {
                "unit": unit,
                "noValue": no_value,
                "thresholds": {"mode": "absolute", "steps": steps},
                **defaults,
            },
            "overrides": [],
        },
        "options": options,
        "links": list(links),
        "width": width,
    }


def _ranges(targets):
    return [
        {
            "refId": chr(ord("A") + place),
            "datasource": PROMETHEUS,
            "expr": expr,
            "legendFormat": legend,
            "range": True,
            "instant": False,
        }
        for place, (expr, legend) in enumerate(targets)
    ]


def _instants(targets):
    return [{**target, "range": False, "instant": True} for target in _ranges(targets)]


def _mappings(states):
    words = {
        str(value): {"text": text, "color": colour, "index": place}
        for place, (value, text, colour) in enumerate(states)
    }
    return [{"type": "value", "options": words}] if words else []


def _bound(top):
    return {} if top is None else {"max": top}
