"""The figures as one table in Markdown."""

import collections

# `better` says which way is good: a ratio over 1 is always in our favour.
Row = collections.namedtuple("Row", "what ours peer unit better", defaults=(None, "", None))
MORE, LESS = "more", "less"


def markdown(figures):
    facts = figures["data"]
    sizes = f"{facts['train_rows']:,} rows to learn from, {facts['unseen_rows']:,} unseen, {facts['labels']} labels"
    about = f"{sizes}; the median ticket has {facts['median_bytes']:,} bytes. {figures['machine']['cores']} cores."
    lines = [about, "", "| what | Switchboard | scikit-learn + FastAPI | × peer |", "|---|---:|---:|---:|"]
    for row in rows(figures):
        cells = (row.what, shown(row.ours, row.unit), shown(row.peer, row.unit), ratio(row))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def rows(figures):
    yield from training(figures["training"], figures["data"])
    yield from quality(figures["quality"])
    yield from in_process(figures["in_process"], figures["peer_in_process"])
    yield from served(figures["serving"])


def training(costs, data):
    for name, what, scale, unit in (("seconds", "wall time", 1, " s"), ("peak_bytes", "peak memory", 1e-6, " MB")):
        ours, peer = (costs[side][name] * scale for side in ("ours", "peer"))
        yield Row(f"training on {data['train_rows']:,} rows, {what}", ours, peer, unit, LESS)


def quality(judged):
    names = {"accuracy": "accuracy", "macro_f1": "macro F1", "log_loss": "log loss", "ece": "calibration error (ECE)"}
    for name, what in names.items():
        yield Row(f"{what} on {judged['ours']['n']:,} unseen rows", judged["ours"][name], judged["peer"][name], "quality")


def in_process(benches, peer):
    one = {name: bench["median_ns"] / 1e3 for name, bench in benches.items()}
    a_second = {name: bench["amount"] / bench["median_ns"] * 1e9 for name, bench in benches.items()}
    yield Row("predict the median ticket, in process", one["linear_model/predict"], peer["single_seconds"] * 1e6, " µs", LESS)
    yield Row("the same with its terms", one["linear_model/explain"], None, " µs")
    yield Row("its vector alone", one["linear_model/vectorise"], None, " µs")
    yield Row("batches, one core", a_second["linear_model/batch_256"], 1 / peer["batch_seconds_per_ticket"], " tickets/s", MORE)
    yield Row("load the model", one["linear_model/load"] / 1e3, peer["load_seconds"] * 1e3, " ms", LESS)
    yield Row(f"fit {benches['linear_model/fit']['amount']:,} rows", one["linear_model/fit"] / 1e6, None, " s")
    yield Row("scrub the median ticket", one["scrub/median_ticket"], None, " µs")
    yield Row("scrub tickets", a_second["scrub/tickets"] / 1e6, None, " MB/s")


def served(loads):
    peer, rate = loads["peer JSON"], "requests_per_second"
    for name, what in (("agent JSON", "whole mesh, HTTP JSON (scrub, route, classify)"), ("tfidf JSON", "model service, HTTP JSON")):
        yield Row(f"{what}, 8 connections", loads[name][rate], peer[rate], " /s", MORE)
        yield from latency(f"{what}, 8 connections", loads[name], peer)
        yield from latency(f"{what}, one at a time", loads[f"{name} alone"], loads["peer JSON alone"])
    for length in ("short", "median", "long"):
        yield Row(f"model service, gRPC, 4 × 32 at once, {length} ticket", loads[f"tfidf gRPC {length}"][rate], peer[rate], " /s", MORE)
    yield from latency("model service, gRPC, one at a time", loads["tfidf gRPC alone"], loads["peer JSON alone"])
    constant = loads["constant gRPC median"][rate]
    yield Row("the same service around a constant model, 4 × 32 at once", constant, None, " /s")
    yield from latency("the same, one at a time", loads["constant gRPC alone"], {})
    yield Row("throughput that the linear model leaves of it", 100 * loads["tfidf gRPC median"][rate] / constant, None, " %")
    for name, what in (("agent", "agent"), ("tfidf", "model service")):
        yield Row(f"memory under load, {what}", loads[f"{name} memory"]["bytes"] / 1e6, loads["peer memory"]["bytes"] / 1e6, " MB", LESS)


def latency(what, ours, peer):
    for name in ("p50", "p99"):
        yield Row(f"{what}, {name}", ours[f"{name}_ms"], peer.get(f"{name}_ms"), " ms", LESS)


def shown(number, unit):
    if number is None:
        return ""
    if unit == "quality":
        return f"{number:.3f}"
    return f"{rounded(number)}{unit}"


def rounded(number):
    """Three significant digits, more only of whole numbers."""
    digits = 0 if number >= 99.95 else 1 if number >= 9.995 else 2 if number >= 0.9995 else 3
    return f"{number:,.{digits}f}"


def ratio(row):
    if row.better is None or not row.peer or not row.ours:
        return ""
    return rounded(row.ours / row.peer if row.better == MORE else row.peer / row.ours)
