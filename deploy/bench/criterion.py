"""Runs the benches of the rooms; reads the medians of those that use criterion."""

import json
import os
from pathlib import Path

import child
import data as tickets
from problem import say

CHECKOUT = Path(__file__).resolve().parent.parent.parent
BENCHES = (("switchboard-tfidf-svm", "linear_model"), ("switchboard-pii", "scrub"), ("switchboard-cascade", "decide"))


def run(data, target, folder):
    """Runs every criterion bench on the rows to learn from, and returns `medians`."""
    for package, bench in BENCHES:
        cargo_bench(package, bench, data.train, target, folder, "--noplot")
    return medians(target / "criterion")


def cargo_bench(package, bench, rows, target, folder, *flags):
    """Runs one bench on the file `rows`, and returns what it printed."""
    say(f"bench of {package}, built first")
    environment = dict(os.environ, BENCH_DATA=str(rows), BENCH_TEXT=tickets.Data.columns.text, BENCH_LABEL=tickets.Data.columns.label)
    environment["CARGO_TARGET_DIR"] = str(target)
    command = [os.environ.get("CARGO", "cargo"), "bench", "--locked", "-p", package, "--bench", bench, "--", *flags]
    return child.finished(command, folder / f"{bench}.log", cwd=str(CHECKOUT), env=environment).stdout


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
