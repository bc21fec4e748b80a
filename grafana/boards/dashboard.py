"""The shell every dashboard shares: uid, variables, links, annotations, and the grid."""

from .panels import PROMETHEUS

TAG = "switchboard"
GRID = 24
# Where the runbooks are read: compose shows docs/runbooks under this path of Grafana itself. Any web address works too.
RUNBOOKS = "/public/runbooks"


def dashboard(name, title, description, sections, variables=(), links=()):
    return {
        "uid": f"switchboard-{name}",
        "title": title,
        "description": description,
        "tags": [TAG],
        "schemaVersion": 42,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "links": [_siblings(), *links],
        "templating": {"list": [_datasource(), *variables, _runbooks()]},
        "annotations": {"list": [_alerts(), _swaps()]},
        "panels": _placed(sections),
    }


def section(title, *rows):
    """A titled part of a dashboard. A row is a height and its panels, which share the width."""
    return title, rows


def row(height, *panels):
    return height, panels


def variable(name, label, source, metric):
    """A choice among the values of a label, all of them at first."""
    query = f"label_values({metric}, {source})"
    return {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": PROMETHEUS,
        "query": {"qryType": 1, "query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
    }


def _datasource():
    return {
        "type": "datasource",
        "name": "datasource",
        "label": "Prometheus",
        "query": "prometheus",
        "regex": "",
        "refresh": 1,
        "current": {"selected": True, "text": "Prometheus", "value": "prometheus"},
    }


def _runbooks():
    option = {"selected": True, "text": RUNBOOKS, "value": RUNBOOKS}
    return {"type": "constant", "name": "runbooks", "query": RUNBOOKS, "hide": 2, "current": option}


def _siblings():
    return {
        "type": "dashboards",
        "title": "Switchboard",
        "tags": [TAG],
        "icon": "external link",
        "tooltip": "The other dashboards of the mesh",
        "url": "",
        "asDropdown": False,
        "targetBlank": False,
        "includeVars": False,
        "keepTime": True,
    }


def _alerts():
    return _annotation("Firing alerts", 'ALERTS{alertstate="firing"}', "red", "{{alertname}}", "severity,job")


def _swaps():
    expr = "sum by (model) (increase(tfidf_model_swaps_total[1m]) or increase(transformer_model_swaps_total[1m])) > 0"
    return _annotation("Model swaps", expr, "blue", "{{model}} swapped", "")


def _annotation(name, expr, colour, title, tags):
    return {
        "name": name,
        "datasource": PROMETHEUS,
        "enable": True,
        "iconColor": colour,
        "expr": expr,
        "step": "15s",
        "titleFormat": title,
        "tagKeys": tags,
    }


def _placed(sections):
    panels = []
    y = 0
    for title, rows in sections:
        panels.append(
            {"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": _place(0, y, GRID, 1)}
        )
        y += 1
        for height, members in rows:
            panels.extend(_spread(members, y, height))
            y += height
    for number, panel in enumerate(panels, 1):
        panel["id"] = number
    return panels


def _spread(members, y, height):
    """Panels side by side: as wide as they ask, and the others share the rest."""
    free = GRID - sum(panel["width"] or 0 for panel in members)
    sharers = sum(1 for panel in members if not panel["width"])
    x = 0
    for panel in members:
        width = panel.pop("width")
        if not width:
            width = free // sharers
            free, sharers = free - width, sharers - 1
        panel["gridPos"] = _place(x, y, width, height)
        x += width
    return members


def _place(x, y, w, h):
    return {"x": x, "y": y, "w": w, "h": h}
