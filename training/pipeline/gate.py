"""gate: are the candidates good enough to be offered?

Each limit of params.yaml's `gate` names a figure of metrics.json. Where the registry they are to go to has champions, the
candidates are held against these as well, in a copy: nothing of the registry is touched.
"""

import stage
from stage import Problem, Refused

VERDICT = stage.WORK / "gate.json"


def main(words):
    task, configured, *limits = words
    metrics = stage.read_json("metrics.json")
    limits = stage.flags(limits)
    checks = [check(metrics, *limit[2:].split("=", 1)) for limit in limits if limit != "--compare"]
    compared = comparisons(task, configured) if "--compare" in limits else []
    passed = all(one["passed"] for one in checks + compared)
    stage.write_json(VERDICT, {"passed": passed, "checks": checks, "comparisons": compared})
    if not passed:
        raise Refused("; ".join(reasons(checks, compared)))


def check(metrics, name, limit):
    """Holds one figure against `minimum.PATH` or `maximum.PATH`."""
    kind, _, path = name.partition(".")
    if kind not in ("minimum", "maximum"):
        raise Problem(f"params.yaml: gate.{name} is neither minimum nor maximum of a figure")
    figure = metrics
    for part in path.split("."):
        figure = figure.get(part) if isinstance(figure, dict) else None
    if not isinstance(figure, (int, float)):
        raise Problem(f"params.yaml: gate.{name}: metrics.json has no figure {path}")
    limit = float(limit)
    passed = figure >= limit if kind == "minimum" else figure <= limit
    return {"figure": path, "found": figure, kind: limit, "passed": passed}


def comparisons(task, configured):
    """What `models promote --dry-run` says of each candidate beside the champion of the registry it is to go to."""
    target = stage.target_registry(configured)
    aliases = stage.aliases(target)
    names = (f"{task}-{family}" for family in ("tfidf", "transformer"))
    return [compare(name, target) for name in names if "champion" in aliases.get(name, {})]


def compare(name, target):
    stage.fresh(stage.WORK / "gate")
    trial = stage.scratch("gate")
    stage.copy(f"{name}@champion", target, trial, alias="champion")
    candidate = stage.copy(f"{name}/1", stage.scratch("registry"), trial)
    asked = [f"{name}/{candidate}", "--dry-run", "--registry", trial, *stage.PROMOTION_LIMITS]
    code, answer = stage.run("switchboard", "models", "promote", *asked)
    if code not in (0, stage.REFUSED):
        raise Problem(f"switchboard models promote --dry-run ended with exit code {code}")
    return {"model": name, "passed": code == 0, "answer": answer}


def reasons(checks, compared):
    for one in checks:
        if not one["passed"]:
            kind = "minimum" if "minimum" in one else "maximum"
            yield f"{one['figure']} is {one['found']}, and the {kind} is {one[kind]}"
    for one in compared:
        if not one["passed"]:
            yield f"{one['model']} is not good enough beside the champion"


if __name__ == "__main__":
    stage.end("gate", main)
