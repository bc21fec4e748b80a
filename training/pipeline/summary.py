"""Prints what a run of the pipeline came to, as Markdown: figures, verdicts, what was published.

    cd training && python3 pipeline/summary.py [--before METRICS_JSON]
"""

import argparse
import json
from pathlib import Path

import stage

FIGURES = ("accuracy", "macro_f1", "log_loss", "ece")


def main(words):
    parser = argparse.ArgumentParser(prog="summary")
    parser.add_argument("--before", type=Path, help="the metrics.json of an earlier run, to show beside")
    options = parser.parse_args(words)
    before = stage.read_json(options.before) if options.before and options.before.is_file() else {}
    failed = there(stage.FAILED)
    print("\n".join(["## Retraining", "", *failure(failed), *body(failed, before)]).rstrip())


def body(failed, before):
    """What stages before the one that failed left; behind it lies what an earlier run left."""
    came_to = failed["stage"] if failed else "publish"
    if came_to not in ("gate", "publish"):
        return []
    return [*figures(before), *gate(), *(published() if came_to == "publish" else ["Nothing was published."])]


def there(path):
    return stage.read_json(path) if Path(path).is_file() else None


def figures(before):
    metrics = there("metrics.json")
    if not metrics:
        return ["No candidate was judged.", ""]
    data = metrics["data"]
    lines = [f"Learnt from {data['train_rows']} rows, judged on {data['test_rows']} that were kept back.", ""]
    lines += ["| | " + " | ".join(FIGURES) + " |", "|---|" + "---:|" * len(FIGURES)]
    for family in ("tfidf", "transformer"):
        cells = [cell(metrics[family][name], before.get(family, {}).get(name)) for name in FIGURES]
        lines.append(f"| {family} | " + " | ".join(cells) + " |")
    mesh = metrics["held_out"]["mesh"]["accuracy"]
    share = metrics["held_out"]["transformer_share"]
    return [*lines, "", f"Both together, on held-out rows: accuracy {mesh}, {share:.0%} of them asked of the transformer.", ""]


def cell(now, then):
    return f"{now}" if then is None else f"{now} ({now - then:+.4f})"


def gate():
    verdict = there(stage.WORK / "gate.json")
    if not verdict:
        return []
    lines = [f"**Gate: {'passed' if verdict['passed'] else 'refused'}.**", ""]
    for check in verdict["checks"]:
        kind = "minimum" if "minimum" in check else "maximum"
        lines.append(f"- {mark(check)} `{check['figure']}` {check['found']} ({kind} {check[kind]})")
    for one in verdict["comparisons"]:
        lines += [f"- {mark(one)} `{one['model']}` beside the champion", *details(one["answer"])]
    return [*lines, ""]


def mark(one):
    return "✓" if one["passed"] else "✗"


def details(answer):
    """What failed, and the program's whole answer, folded."""
    failed = [f"  - {check['sentence']}" for check in answer.get("checks", []) if check.get("verdict") == "failed"]
    opened = failed + ["", "<details><summary>the comparison</summary>", "", "```json"]
    return [*opened, json.dumps(answer, indent=1), "```", "", "</details>", ""]


def published():
    outcome = there(stage.WORK / "published.json")
    if not outcome or not outcome["versions"]:
        return ["Nothing was published.", ""]
    lines = [f"Published in `{outcome['registry']}`:", ""]
    answers = {one["version"]: one["answer"] for one in outcome["answers"]}
    for version in outcome["versions"]:
        role = "champion" if version in outcome["promoted"] else "challenger"
        why = ", because the gate refused to promote it" if version in outcome["refused"] else ""
        lines += [f"- `{version}`, {role}{why}", *(details(answers[version]) if version in outcome["refused"] else [])]
    point = outcome["routing"]
    fitted = f"- `{point['version']}`, {point['alias']}" if point else "- no operating point: the versions are not fitted to each other"
    return [*lines, fitted, ""]


def failure(failed):
    return [f"Stage `{failed['stage']}` ended with exit code {failed['exit_code']}.", ""] if failed else []


if __name__ == "__main__":
    stage.end("summary", main)
