"""Checks grafana/: the dashboards against Grafana's types, the metrics and the runbooks; what Grafana is provisioned with.

    python3 deploy/checks/dashboards.py

Needs Python 3.11 or later, as the Grafana Foundation SDK does.
"""

import json
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import tools

CHECKOUT = Path(__file__).resolve().parent.parent.parent
GRAFANA = CHECKOUT / "grafana"
RUNBOOKS = CHECKOUT / "docs" / "runbooks"
METRICS = CHECKOUT / "docs" / "metrics.md"
DASHBOARDS = ("agent", "overview", "quality", "tfidf", "transformer")
SERVICES = ("agent", "tfidf", "transformer")
DATA_SOURCES = {"prometheus": "prometheus", "tempo": "tempo"}
# What Prometheus itself adds, and the labels of it that are used.
BUILT_IN = {"up": set(), "ALERTS": {"alertname", "alertstate", "severity"}}
SCRAPE_LABELS = {"job", "instance"}


def main():
    if sys.version_info < (3, 11):
        raise tools.Problem(f"needs Python 3.11 or later, and this is {sys.version.split()[0]}")
    tools.use_checks_venv()
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((GRAFANA / "dashboards").glob("*"))}
    boards = {name: json.loads(text) for name, text in texts.items()}
    metrics = documented(METRICS)
    faults = [f"grafana/provisioning: {fault}" for fault in provisioned(metrics)]
    faults += [f"grafana/dashboards: {fault}" for fault in generated(texts)]
    for name, board in boards.items():
        found = [*shape(name, board), *types(board), *links(board), *queried(board, metrics)]
        faults += [f"grafana/dashboards/{name}: {fault}" for fault in found]
        panels = [panel for panel in board["panels"] if panel["type"] != "row"]
        tools.say(f"grafana/dashboards/{name}: {len(panels)} panels, {len(list(expressions(board)))} expressions")
    faults += promtool(boards)
    for fault in faults:
        tools.say(fault)
    sys.exit(1 if faults else 0)


def provisioned(metrics):
    """The data sources the dashboards name, what leads from one to the other, and a provider that keeps to the files."""
    import yaml

    def load(path):
        return yaml.safe_load((GRAFANA / "provisioning" / path).read_text(encoding="utf-8"))

    sources = load("datasources/switchboard.yml")["datasources"]
    found = {source["uid"]: source["type"] for source in sources}
    if found != DATA_SOURCES:
        yield f"data sources are {found}, not {DATA_SOURCES}"
    if [source["uid"] for source in sources if source.get("isDefault")] != ["prometheus"]:
        yield "the default data source is not prometheus alone"
    for source in sources:
        # A file writes $$ for $, and Grafana puts the labels of a trace in place of $__tags.
        for query in source["jsonData"].get("tracesToMetrics", {}).get("queries", ()):
            expression = query["query"].replace("$$__tags", 'job="agent"')
            yield from (f"{source['name']}, {query['name']}: {fault}" for fault in asked(expression, metrics))
    (provider,) = load("dashboards/switchboard.yml")["providers"]
    wanted = {"type": "file", "folder": "Switchboard", "disableDeletion": True, "allowUiUpdates": False}
    yield from (f"provider: {key} is not {value}" for key, value in wanted.items() if provider.get(key) != value)
    tools.say("grafana/provisioning: data sources and provider")


def generated(texts):
    """Whether the files are exactly what grafana/generate.py makes."""
    sys.path.insert(0, str(GRAFANA))
    import generate

    made = generate.files()
    if set(made) != set(texts) or set(made) != {f"{name}.json" for name in DASHBOARDS}:
        yield f"{sorted(texts)} are there, {sorted(made)} are generated, {DASHBOARDS} are wanted"
    for name in sorted(set(made) & set(texts)):
        if made[name] != texts[name]:
            yield f"{name} is not what grafana/generate.py makes: change grafana/boards and run it"


def shape(name, board):
    """Fixed uid, panel ids of their own, a description and a place for each panel."""
    if board["uid"] != f"switchboard-{Path(name).stem}":
        yield f"its uid is {board['uid']}"
    ids = [panel["id"] for panel in board["panels"]]
    if len(set(ids)) != len(ids):
        yield "two panels have one id"
    taken = {}
    for panel in board["panels"]:
        place, title = panel["gridPos"], panel["title"]
        if place["x"] + place["w"] > 24:
            yield f"{title}: reaches beyond the grid"
        for cell in cells(place):
            if taken.setdefault(cell, title) != title:
                yield f"{title} overlaps {taken[cell]}"
                break
        if panel["type"] == "row":
            continue
        if len(panel.get("description", "")) < 20:
            yield f"{title}: has no description"
        if not panel["fieldConfig"]["defaults"].get("noValue"):
            yield f"{title}: does not say what no value means"
        for asked in [panel, *panel["targets"]]:
            if asked["datasource"] != {"type": "prometheus", "uid": "${datasource}"}:
                yield f"{title}: asks data source {asked['datasource']}"


def cells(place):
    for x in range(place["x"], place["x"] + place["w"]):
        for y in range(place["y"], place["y"] + place["h"]):
            yield x, y


def types(board):
    import grafana_types  # From the venv.

    return grafana_types.faults(board)


def links(board):
    """Runbooks exist; traces are asked of a data source and a service that exist."""
    for url in urls(board):
        if url.startswith("${runbooks}/"):
            file = url[len("${runbooks}/") :]
            # A firing alert's name comes from Prometheus; rules.py checks that every alert has its runbook.
            if file != "${__value.text}.md" and not (RUNBOOKS / file).is_file():
                yield f"links to docs/runbooks/{file}, which is not there"
        elif url.startswith("/explore?"):
            (panes,) = parse_qs(urlsplit(url).query)["panes"]
            for pane in json.loads(panes).values():
                services = [
                    re.findall(r'resource\.service\.name = "(.*?)"', query["query"]) for query in pane["queries"]
                ]
                if pane["datasource"] != "tempo" or any(
                    len(found) != 1 or found[0] not in SERVICES for found in services
                ):
                    yield f"link to traces that are not there: {panes}"
        elif url:
            yield f"links to {url}, which nothing checks"


def urls(node):
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "url")
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from urls(child)


def expressions(board):
    """Every PromQL expression with a name, as Prometheus gets it."""
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            yield f"{panel['title']}, {target['refId']}", substituted(target["expr"])
    for annotation in board["annotations"]["list"]:
        yield f"annotation {annotation['name']}", substituted(annotation["expr"])


def substituted(expression):
    """Puts a value in place of Grafana's variables; any of the right kind will do."""
    return re.sub(r"\$\w+", ".*", expression.replace("$__rate_interval", "1m"))


def queried(board, metrics):
    """What is asked for exists: metrics, labels, and the variables of the dashboard."""
    declared = {variable["name"] for variable in board["templating"]["list"]}
    used = re.findall(
        r"\$\{?(\w+)", " ".join(target["expr"] for panel in board["panels"] for target in panel.get("targets", ()))
    )
    yield from (f"${name} is no variable of it" for name in set(used) - declared if not name.startswith("__"))
    for name, expression in expressions(board):
        yield from (f"{name}: {fault}" for fault in asked(expression, metrics))
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
            yield from (
                f"variable {variable['name']}: {fault}" for fault in asked(f"sum by ({label}) ({selector})", metrics)
            )


def asked(expression, metrics):
    import promql_parser

    try:
        tree = promql_parser.parse(expression)
    except ValueError as error:
        yield f"{error}: {expression}"
        return
    selectors, groups = [], set()
    promql_parser.walk(tree, lambda node: collect(node, selectors, groups))
    available = set(SCRAPE_LABELS)
    for names, labels in selectors:
        for name in names:
            has = labels_of(name, metrics)
            if has is None:
                yield f"{name} is not in docs/metrics.md"
                continue
            available |= has
            yield from (f"{name} has no label {label}" for label in labels - has - SCRAPE_LABELS)
    yield from (f"none of its metrics has a label {label}: {expression}" for label in groups - available)


def collect(node, selectors, groups):
    """Takes down which metrics are asked for with which labels, and which labels they are grouped or matched by."""
    kind = type(node).__name__
    if kind == "VectorSelector":
        matchers = {matcher.name: matcher.value for matcher in node.matchers.matchers}
        names = [node.name] if node.name else matchers.pop("__name__").split("|")
        selectors.append((names, set(matchers)))
    elif kind == "AggregateExpr" and node.modifier:
        groups.update(node.modifier.labels)
    elif kind == "BinaryExpr" and node.modifier and node.modifier.matching:
        groups.update(node.modifier.matching.labels)


def labels_of(name, metrics):
    """The labels of a metric, None when there is no such metric. A histogram is exposed as three, one by bucket."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    if name in metrics:
        kind, labels = metrics[name]
        return None if kind == "histogram" else labels
    base, _, suffix = name.rpartition("_")
    kind, labels = metrics.get(base, (None, set()))
    if kind != "histogram" or suffix not in ("bucket", "sum", "count"):
        return None
    return labels | {"le"} if suffix == "bucket" else labels


def documented(path):
    """Reads kind and labels of every metric from tables whose first columns are name, kind and labels."""
    metrics = {}
    if not path.is_file():
        raise tools.Problem(f"{path.relative_to(CHECKOUT)} is not there")
    for line in path.read_text(encoding="utf-8").splitlines():
        columns = [column.strip() for column in line.strip().strip("|").split("|")]
        if line.lstrip().startswith("| `") and len(columns) >= 3:
            for name in re.findall(r"`(\w+)(?:\{.*?\})?`", columns[0]):
                metrics[name] = columns[1], set(re.findall(r"[a-z_]+", columns[2]))
    if not metrics:
        raise tools.Problem(f"{path.relative_to(CHECKOUT)}: no table with the columns name, kind, labels")
    tools.say(f"{path.relative_to(CHECKOUT)}: {len(metrics)} metrics")
    return metrics


def promtool(boards):
    """Has Prometheus' own parser read every expression: each becomes a rule of a file that is never loaded."""
    rules = [
        {"record": "dashboards:expression", "labels": {"file": name, "panel": panel}, "expr": expression}
        for name, board in boards.items()
        for panel, expression in expressions(board)
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rules.yml"
        file.write_text(json.dumps({"groups": [{"name": "dashboards", "rules": rules}]}), encoding="utf-8")
        try:
            tools.run([tools.prometheus_tools()["promtool"], "check", "rules", file])
        except tools.Problem as problem:
            return [f"grafana/dashboards: {problem}"]
    tools.say(f"promtool: {len(rules)} expressions")
    return []


if __name__ == "__main__":
    try:
        main()
    except tools.Problem as problem:
        tools.say(f"dashboards: {problem}")
        sys.exit(1)
