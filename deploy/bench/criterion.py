"""Runs the criterion benches of the rooms, and reads their medians."""

import json
import os
from pathlib import Path

import child
from problem import say

CHECKOUT = Path(__file__).resolve().parent.parent.parent
BENCHES = (("switchboard-tfidf-svm", "linear_model"), ("switchboard-pii", "scrub"))


def run(data, target, folder):
    """Runs every bench on the rows of `data`, and returns `medians`."""
    environment = dict(os.environ, BENCH_DATA=str(data.train), BENCH_TEXT=data.columns.text, BENCH_LABEL=data.columns.label)
    environment["CARGO_TARGET_DIR"] = str(target)
    for package, bench in BENCHES:
        say(f"criterion: {package}, built first")
        command = [os.environ.get("CARGO", "cargo"), "bench", "--locked", "-p", package, "--bench", bench, "--", "--noplot"]
        child.finished(command, folder / f"{bench}.log", cwd=str(CHECKOUT), env=environment)
    return medians(target / "criterion")


def medians(folder):
    """By `group/bench`: the median in nanoseconds, and the bytes or elements of one iteration."""
    found = {}
    for file in sorted(folder.glob("*/*/new/estimates.json")):
        bench = file.parent.parent
        benchmark = json.loads((file.parent / "benchmark.json").read_text(encoding="utf-8"))
        median = json.loads(file.read_text(encoding="utf-8"))["median"]["point_estimate"]
        found[f"{bench.parent.name}/{bench.name}"] = {"median_ns": median, "amount": amount(benchmark)}
    return found


def amount(benchmark):
    """The file says `{"Bytes": n}` or `{"Elements": n}`; a bench without either has one of them."""
    throughput = benchmark.get("throughput") or {}
    return next(iter(throughput.values()), 1)
