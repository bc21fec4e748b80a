"""The figures as one table in Markdown."""

import collections

# `better` says which way is good: a ratio over 1 is always in our favour.
Row = collections.namedtuple("Row", "what ours peer unit better", defaults=(None, "", None))
MORE, LESS = "more", "less"
NETWORK_CELLS = (("tokens_per_second", 1, " tokens/s"), ("share_of_peak", 100, " %"))


def markdown(figures):
    facts = figures["data"]
    sizes = f"{facts['train_rows']:,} rows to learn from, {facts['unseen_rows']:,} unseen, {facts['labels']} labels"
    about = f"{sizes}; the median ticket has {facts['median_bytes']:,} bytes. {figures['machine']['cores']} cores."
    lines = [about, "", *compared("what", "scikit-learn + FastAPI", rows(figures))]
    lines += ["", *network(figures["transformer"]["network"])]
    lines += ["", *compared("the transformer", "ONNX Runtime + FastAPI", transformer(figures["transformer"]))]
    return "\n".join(lines) + "\n"


def compared(what, peer, rows):
    yield f"| {what} | Switchboard | {peer} | × peer |"
    yield "|---|---:|---:|---:|"
    for row in rows:
        cells = (row.what, shown(row.ours, row.unit), shown(row.peer, row.unit), ratio(row))
        yield f"| {' | '.join(cells)} |"


def network(figures):
    """The transformer's network alone. The peak is that of a matrix product in 32 bits, in the same run."""
    yield "| the network alone, tickets at once | f32 | of the peak | int8 | of the peak | int8 × f32 |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for items in sorted({row["items"] for row in figures["rows"]}):
        both = [network_row(figures, precision, items) for precision in ("f32", "int8")]
        cells = [shown(row[name] * scale, unit) for row in both for name, scale, unit in NETWORK_CELLS]
        exact, small = (row["tokens_per_second"] for row in both)
        yield f"| {items} | {' | '.join(cells)} | {rounded(small / exact)} |"


def network_row(figures, precision, items):
    return next(row for row in figures["rows"] if (row["precision"], row["items"]) == (precision, items))


def rows(figures):
    yield from training(figures["training"], figures["data"])
    yield from quality(figures["quality"])
    yield from in_process(figures["in_process"], figures["peer_in_process"])
    yield from scrubbing(figures["in_process"], figures["patterns"])
    yield from deciding(figures["in_process"])
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


def deciding(benches):
    for name, what in (("identify_language", "name the language of a ticket"), ("decide", "decide about a ticket whose language is named")):
        yield Row(what, benches[f"routing/{name}"]["median_ns"] / 1e3, None, " µs")


def scrubbing(benches, presidio):
    """The peer only recognises, and only what has a pattern."""
    names = ("median_ticket", "600_characters", "tickets", "tickets_by_patterns")
    median, long, all_of_them, by_patterns = (benches[f"scrub/{name}"] for name in names)
    what = "scrub {}; Presidio's patterns".format
    yield Row("scrub the median ticket", median["median_ns"] / 1e3, None, " µs")
    yield Row(what("600 characters"), long["median_ns"] / 1e3, presidio["long_seconds"] * 1e6, " µs", LESS)
    for tickets, part in ((all_of_them, "tickets"), (by_patterns, "tickets, names left alone")):
        yield Row(what(part), tickets["amount"] / tickets["median_ns"] * 1e3, presidio["bytes_per_second"] / 1e6, " MB/s", MORE)


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


def transformer(figures):
    for precision in ("f32", "int8"):
        yield from transformer_served(precision, figures["connections"], figures["serving"])
        yield from around(precision, figures["network"], figures["serving"])
    change = figures["int8_change"]
    yield Row(f"largest change of a logit by int8, {figures['compared']} tickets", change["ours"], change["peer"], "quality")


def transformer_served(precision, connections, loads):
    ours, peer = f"transformer {precision}", f"peer {precision}"
    busy, peer_busy, rate = loads[f"{ours} JSON"], loads[f"{peer} JSON"], "requests_per_second"
    yield Row(f"{precision}, {connections} connections", busy[rate], peer_busy[rate], " /s", MORE)
    yield from latency(f"{precision}, {connections} connections", busy, peer_busy)
    yield from latency(f"{precision}, one at a time", loads[f"{ours} JSON alone"], loads[f"{peer} JSON alone"])
    yield Row(f"{precision}, memory under load", loads[f"{ours} memory"]["bytes"] / 1e6, loads[f"{peer} memory"]["bytes"] / 1e6, " MB", LESS)


def around(precision, network, loads):
    """What the service around the network costs."""
    rate, alone = (loads[f"transformer {precision} JSON{how}"]["requests_per_second"] for how in ("", " alone"))
    together, single = (network_row(network, precision, items) for items in (32, 1))
    bare = together["items"] / together["milliseconds"] * 1e3
    yield Row(f"{precision}, throughput that the service keeps of the network alone, 32 at once", 100 * rate / bare, None, " %")
    yield Row(f"{precision}, one at a time, mean", 1e3 / alone, None, " ms")
    yield Row(f"{precision}, one ticket in the network alone, mean", single["milliseconds"], None, " ms")


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
