"""Checks prometheus/: configurations, rules and their tests; that every alert has what somebody who is woken needs.

    python3 deploy/checks/rules.py
"""

import copy
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import dashboards
import tools

PROMETHEUS = tools.CHECKOUT / "prometheus"
RUNBOOKS = tools.CHECKOUT / "docs" / "runbooks"
JOBS = ["agent", "tfidf", "transformer", "prometheus"]
SEVERITIES = {"page", "ticket"}
ANNOTATIONS = {"summary", "description", "runbook_url", "dashboard"}
# Settings of Alertmanager that hold a secret; each has a sibling that names a file instead.
SECRETS = re.compile(r".*(password|secret|api_url|token|api_key|credentials|webhook_url)")
# What a runbook says in `code` that is no command and names a metric is asked of Prometheus.
EXPRESSION = re.compile(r"(?!(?:curl|echo|switchboard|docker|kubectl|promtool) ).*?(?<!\w)(?:agent|tfidf|transformer|process)_[a-z].*")


def main():
    tools.use_checks_venv()
    faults = []
    for check in (configurations, promises, runbooks, tested, measured, promtool):
        found = list(check())
        tools.say(f"{(check.__doc__ or '').splitlines()[0]} {'no: ' + str(len(found)) if found else 'yes'}")
        faults += found
    for fault in faults:
        tools.say(fault)
    sys.exit(1 if faults else 0)


def load(path):
    import yaml  # From the venv.

    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules(kind):
    """Every rule of a kind, `alert` or `record`."""
    files = [load(path) for path in sorted((PROMETHEUS / "rules").glob("*.yml"))]
    return [rule for file in files for group in file["groups"] for rule in group["rules"] if kind in rule]


def configurations():
    """Do the configurations hold, are the local and the other one equal but for addresses, and free of secrets?"""
    programs = tools.prometheus_tools()
    yield from said([programs["promtool"], "check", "config", PROMETHEUS / "prometheus.yml"])
    yield from said([programs["promtool"], "check", "config", PROMETHEUS / "local.yml"])
    yield from said([programs["amtool"], "check-config", PROMETHEUS / "alertmanager.yml"])
    ours, local = load(PROMETHEUS / "prometheus.yml"), load(PROMETHEUS / "local.yml")
    if [job["job_name"] for job in ours["scrape_configs"]] != JOBS:
        yield f"prometheus/prometheus.yml: does not scrape {JOBS}"
    if without_addresses(ours) != without_addresses(local):
        yield "prometheus/local.yml: differs from prometheus.yml in more than addresses"
    for key, value in settings(load(PROMETHEUS / "alertmanager.yml")):
        if SECRETS.fullmatch(key):
            yield f"prometheus/alertmanager.yml: {key} holds a secret; name a file in {key}_file"


def said(command):
    """Runs a command; what it said when it failed is a fault."""
    try:
        tools.run(command)
    except tools.Problem as problem:
        yield str(problem)


def without_addresses(config):
    config = copy.deepcopy(config)
    for scraped in config["scrape_configs"] + config["alerting"]["alertmanagers"]:
        for group in scraped["static_configs"]:
            del group["targets"]
    return config


def settings(node):
    """Every key with its value, however deep."""
    if isinstance(node, dict):
        yield from node.items()
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from settings(child)


def promises():
    """Does every alert have a severity, a summary, a description, a runbook and a dashboard?"""
    uids = {json.loads(path.read_text(encoding="utf-8"))["uid"] for path in dashboards.GRAFANA.glob("dashboards/*.json")}
    for alert in rules("alert"):
        name, annotations = alert["alert"], alert.get("annotations", {})
        if alert.get("labels", {}).get("severity") not in SEVERITIES:
            yield f"{name}: its severity is not one of {sorted(SEVERITIES)}"
        yield from (f"{name}: has no {missing}" for missing in sorted(ANNOTATIONS - set(annotations)))
        if annotations.get("runbook_url") != f"{{{{ $externalLabels.runbooks }}}}docs/runbooks/{name}.md":
            yield f"{name}: its runbook_url does not lead to docs/runbooks/{name}.md"
        board = annotations.get("dashboard", "")
        # An alert of both model services, or of all three, leads to the dashboard of the one it is about.
        for job in JOBS[:3]:
            uid = board.replace("{{ $labels.job }}", job)
            if uid not in uids:
                yield f"{name}: there is no dashboard {uid}"


def runbooks():
    """Does every alert have a runbook, every runbook an alert, and the index both?"""
    alerts = {alert["alert"] for alert in rules("alert")}
    files = {path.stem for path in RUNBOOKS.glob("*.md")} - {"README"}
    yield from (f"docs/runbooks/{name}.md is not there" for name in sorted(alerts - files))
    yield from (f"docs/runbooks/{name}.md belongs to no alert" for name in sorted(files - alerts))
    index = set(re.findall(r"\[(\w+)\]\(\1\.md\)", (RUNBOOKS / "README.md").read_text(encoding="utf-8")))
    yield from (f"docs/runbooks/README.md: {name} is in it or in the alerts, not in both" for name in index ^ alerts)


def tested():
    """Has every alert a test that it fires and one that it does not, and every recorded value one?"""
    cases = [case for path in sorted((PROMETHEUS / "tests").glob("*.yml")) for case in load(path)["tests"]]
    expected = [test for case in cases for test in case.get("alert_rule_test", ())]
    quiet = {test["alertname"] for test in expected if not test["exp_alerts"]}
    fired = [(test["alertname"], alert["exp_labels"]) for test in expected for alert in test["exp_alerts"]]
    for alert in rules("alert"):
        name, labels = alert["alert"], alert["labels"]
        if not any(name == seen and labels.items() <= found.items() for seen, found in fired):
            yield f"{name} with {labels}: no test in prometheus/tests makes it fire"
        if name not in quiet:
            yield f"{name}: no test in prometheus/tests leaves it quiet"
    expressions = " ".join(test["expr"] for case in cases for test in case.get("promql_expr_test", ()))
    for record in rules("record"):
        # A value over seven windows is one idea: a test of one window will do.
        if re.sub(r"\d+[smhd]$", "", record["record"]) not in expressions:
            yield f"{record['record']}: no test in prometheus/tests asks for it"


def measured():
    """Do rules and runbooks ask only for what docs/metrics.md and other rules offer?"""
    if not dashboards.METRICS.is_file():
        yield "docs/metrics.md is not there"
        return
    metrics = dashboards.documented(dashboards.METRICS)
    for record in rules("record"):
        # level:metric:operation; the level is the labels that are left.
        metrics[record["record"]] = ("gauge", set(record["record"].split(":")[0].split("_")))
    for rule in rules("record") + rules("alert"):
        name = rule.get("record") or rule["alert"]
        yield from (f"{name}: {fault}" for fault in dashboards.asked(rule["expr"], metrics))
    for page in sorted(RUNBOOKS.glob("*.md")):
        for code in filter(EXPRESSION.fullmatch, re.findall(r"`([^`]+)`", page.read_text(encoding="utf-8"))):
            yield from (f"docs/runbooks/{page.name}: {fault}" for fault in dashboards.asked(code, metrics))


def promtool():
    """Do the tests of the rules pass?"""
    program = tools.prometheus_tools()["promtool"]
    commands = [[program, "test", "rules", path] for path in sorted((PROMETHEUS / "tests").glob("*.yml"))]
    with ThreadPoolExecutor() as pool:
        for faults in pool.map(lambda command: list(said(command)), commands):
            yield from faults


if __name__ == "__main__":
    try:
        main()
    except tools.Problem as problem:
        tools.say(f"rules: {problem}")
        sys.exit(1)
