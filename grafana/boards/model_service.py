"""A model service. Both are the same program around a model, so they share one dashboard, drawn once for each."""

from .dashboard import dashboard, row, section, variable
from .panels import heatmap, runbook, stat, table, timeseries, traces
from .process import process
from .promql import buckets, mean, quantile, quantiles, rate, share

HERE = 'instance=~"$instance"'
MODEL = 'model=~"$model"'


def board(service, what):
    return dashboard(
        service,
        f"Switchboard / {service.capitalize()}",
        f"The service of the {what}, by instance.",
        [requests(service), queue(service), work(service), models(service), process(service)],
        variables=[
            variable("instance", "Instance", "instance", f'up{{job="{service}"}}'),
            variable("model", "Model", "model", f"{service}_model_info"),
        ],
        links=[traces(service), traces(service, "status = error", "Traces of failures")],
    )


def requests(service):
    outcomes = "Requests a second by how they ended. overloaded: its queue was full; unavailable: no model is loaded; internal: see its log."
    documents = "Documents classified a second. One request may carry many."
    spread = "How many requests took how long, waiting included. A band that moves up while compute time below stays is waiting: the queue is full."
    time = "From arrival to answer. The agent gives up on the transformer after three quarters of a ticket's time."
    latency = f"{service}_request_duration_seconds"
    return section(
        "Requests",
        row(
            8,
            timeseries("Requests by outcome", [(rate(f"{service}_requests_total", HERE, by="outcome"), "{{outcome}}")], outcomes, "reqps", stack=True, links=[runbook("DegradedAnswers"), traces(service, "status = error", "Failures")]),
            timeseries("Documents", [(rate(f"{service}_documents_total", HERE), "documents")], documents, "cps"),
            heatmap("Latency", buckets(latency, HERE), spread, "s", links=[traces(service, "duration > 500ms", "Slow requests")]),
            timeseries("Latency quantiles", quantiles(latency, HERE), time, "s", limits=[(0.5, "red")], links=[runbook("LatencyBudgetBurn")]),
        ),
    )


def queue(service):
    length, limit = (f"{service}_queue_{name}{{{HERE}}}" for name in ("length", "limit"))
    waiting = "Requests that wait for a worker, and how many may. At the limit new ones are refused at once, and the agent asks the other model."
    full = "Waiting requests as a share of the limit. Over 80 % fires QueueSaturated: more traffic than the workers can do; add replicas."
    wait = "Time a request waited for a worker. p99 over 0.25 s, dashed, takes half of a ticket's 0.5 s and fires QueueSaturated."
    workers = "Worker threads that compute. Fewer than you set: an instance is missing."
    return section(
        "Queue",
        row(
            7,
            timeseries("Queue length", [(length, "{{instance}}"), (limit, "{{instance}}: limit")], waiting, no_value="no instance"),
            timeseries("Queue fullness", [(f"{length} / ({limit} > 0)", "{{instance}}")], full, "percentunit", limits=[(0.8, "red")], top=1, no_value="no instance", links=[runbook("QueueSaturated")]),
            timeseries("Queue wait", quantiles(f"{service}_queue_wait_seconds", HERE), wait, "s", limits=[(0.25, "red")], links=[runbook("QueueSaturated")]),
            stat("Workers", [(f"sum({service}_workers{{{HERE}}})", "")], workers, decimals=0, no_value="no instance", width=3),
        ),
    )


def work(service):
    compute = "Time the model itself takes for what it computes together. Slower with the same batch and tokens: the processor is shared or throttled."
    batch = "Documents computed together, perhaps of several requests, and their tokens: what the compute time is spent on."
    truncated = "Share of documents longer than the model reads; the rest of their text is not seen. A jump: a source began to paste whole threads."
    unknown = "Share of a document's tokens the model never saw in training: the mean, and 95 of 100 documents below. A rise is a new language, product or form; train on it."
    sizes = [
        (quantile(0.95, f"{service}_batch_documents", HERE), "documents p95"),
        (quantile(0.5, f"{service}_batch_tokens", HERE), "tokens p50"),
        (quantile(0.95, f"{service}_batch_tokens", HERE), "tokens p95"),
    ]
    cut = share(rate(f"{service}_truncated_documents_total", HERE), rate(f"{service}_documents_total", HERE))
    oov = f"{service}_out_of_vocabulary_ratio"
    return section(
        "Work",
        row(
            7,
            timeseries("Compute time", quantiles(f"{service}_compute_duration_seconds", HERE), compute, "s"),
            timeseries("Batch size and tokens", sizes, batch),
            timeseries("Truncated documents", [(cut, "share truncated")], truncated, "percentunit"),
            timeseries("Out of vocabulary", [(mean(oov, HERE), "mean"), (quantile(0.95, oov, HERE), "p95")], unknown, "percentunit", top=1, links=[runbook("ModelDrift")]),
        ),
    )


def models(service):
    versions = "Versions each instance has loaded. Instances that differ for more than a few seconds: one refuses, or cannot read the registry."
    predicted = "Documents a second by model and label."
    swaps = "Swaps to another version in the last 10 minutes, by model. More than you promoted: somebody else promotes, or the alias flaps."
    refusals = "Versions refused in the last 10 minutes, by reason: artifact, truncated and golden mean damaged files, unsigned, unknown_key and signature that nobody trusted vouches for it, label_set that its labels are others, registry unreadable, the rest a version for something else."
    refused = "Versions the registry wants and an instance refuses. Red: the version before still serves; publish a good one or roll back."
    registry = "Whether the registry can be read. Red: what is loaded still serves, but no promotion or rollback arrives."
    return section(
        "Models",
        row(
            8,
            table(
                "Versions loaded",
                [(f"max by (instance, model, version, alias) ({service}_model_info{{{HERE}, {MODEL}}})", "")],
                versions,
                {"instance": "instance", "model": "model", "version": "version", "alias": "alias"},
                no_value="no model is loaded",
                width=8,
                links=[runbook("ModelRefused")],
            ),
            timeseries("Predictions by label", [(rate(f"{service}_predictions_total", HERE, MODEL, by="model, label"), "{{model}}: {{label}}")], predicted, "cps", stack=True),
            stat("Refused now", [(f"sum({service}_model_refused{{{HERE}, {MODEL}}}) or vector(0)", "")], refused, limits=[(1, "red")], decimals=0, links=[runbook("ModelRefused")], width=4),
            stat("Registry", [(f"min({service}_registry_up{{{HERE}}})", "")], registry, states=[(1, "readable", "green"), (0, "away", "red")], no_value="no instance", links=[runbook("RegistryAway")], width=4),
        ),
        row(
            7,
            timeseries("Swaps", [(f"sum by (model) (increase({service}_model_swaps_total{{{HERE}, {MODEL}}}[10m]))", "{{model}}")], swaps, no_value="none yet"),
            timeseries("Refusals", [(f"sum by (model, reason) (increase({service}_model_refusals_total{{{HERE}, {MODEL}}}[10m]))", "{{model}}: {{reason}}")], refusals, no_value="none yet", links=[runbook("ModelRefused")]),
        ),
    )
