"""evaluate: judges the candidates on the rows kept back, into metrics.json and plots/.

No time and no latency is among the figures, so that the same seed gives the same file.
"""

import csv
import json
from pathlib import Path

import stage
from train import columns

TEST = stage.WORK / "data" / "test.csv"
FIGURES = ("accuracy", "macro_f1", "weighted_f1", "log_loss", "ece")
# Enough to see a difference of one row in a thousand, too few to see another order of additions.
DIGITS = 4
# A ticket may wait while a transformer takes its time on a busy machine.
TIMEOUT = "120s"


def main(words):
    (task,) = words
    plots = stage.fresh(Path("plots"))
    found = {family: judge(f"{task}-{family}") for family in ("tfidf", "transformer")}
    routing = stage.WORK / "registry" / "models" / f"{task}-routing" / "1"
    report = stage.read_json(routing / "report.json")
    metrics = {"data": stage.read_json(stage.WORK / "data" / "facts.json")}
    metrics.update({family: figures(judged) for family, judged in found.items()})
    metrics["held_out"] = held_out(report)
    stage.write_json("metrics.json", rounded(metrics))
    for family in found:
        rows = stage.WORK / "registry" / "models" / f"{task}-{family}" / "1"
        write(plots / f"confusion-{family}.csv", ("actual", "predicted"), confusion(rows))
    write(plots / "reliability.csv", ("confidence", "tfidf", "transformer", "ideal"), reliability(found))
    risks = stage.read_json(routing / "risk-coverage.json")
    write(plots / "risk-coverage.csv", ("coverage", *risks), risk_coverage(risks))


def judge(name):
    test = [str(word) for word in columns(TEST)]
    if "--group-column" in test:
        at = test.index("--group-column")
        del test[at : at + 2]
    where = ["--registry", stage.scratch("registry"), "--model", f"{name}/1"]
    return stage.must("switchboard", "evaluate", *where, *test, "--timeout", TIMEOUT)


def figures(judged):
    languages = {code: facts["accuracy"] for code, facts in judged["per_language"].items()}
    return {**{name: judged[name] for name in FIGURES}, "accuracy_by_language": languages}


def held_out(report):
    """What calibrate-routing found on the rows of the training data that neither model had learnt."""
    models = {model: {"accuracy": accuracy} for model, accuracy in report["accuracy"].items() if accuracy is not None}
    point = {name: report["point"][name] for name in ("transformer_share", "automatic_share")}
    return {"rows": report["rows"], **models, **point}


def rounded(value):
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    return round(value, DIGITS) if isinstance(value, float) else value


def confusion(version):
    """What a version said of the rows it had not learnt, and what they were."""
    labels = stage.read_json(version / "manifest.json")["labels"]
    with open(version / "heldout.jsonl", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            likely = max(range(len(labels)), key=row["probabilities"].__getitem__)
            yield row["label"], labels[likely]


def reliability(found):
    """How often answers of one confidence are right, by model; empty where there were none."""
    bins = zip(*(judged["reliability"] for judged in found.values()))
    for linear, transformer in bins:
        middle = round((linear["lower"] + linear["upper"]) / 2, DIGITS)
        shares = ("" if side["accuracy"] is None else round(side["accuracy"], DIGITS) for side in (linear, transformer))
        yield middle, *shares, middle


def risk_coverage(risks):
    """The share of wrong answers among the surest ones, by how many of them are given."""
    for points in zip(*(curve["points"] for curve in risks.values())):
        yield round(points[0]["coverage"], DIGITS), *(round(1 - point["accuracy"], DIGITS) for point in points)


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    stage.end("evaluate", main)
