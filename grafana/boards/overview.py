"""For whoever is on call: is it answering well, fast and privately?"""

from .dashboard import dashboard, row, section
from .panels import runbook, stat, table, timeline, timeseries, traces
from .promql import FAULTS, OURS, TICKETS, TIMED_TICKETS, WINDOW, mean, of_champion, quantile, quantiles, rate, share

ANSWERED = "agent_routing_decisions_total"
REQUESTS = "agent_requests_total"
LATENCY = "agent_request_duration_seconds"
ALLOWED_FAULTS = 0.001
UP_DOWN = [(1, "up", "green"), (0, "down", "red")]
BREAKER = [(0, "closed", "green"), (1, "open", "red")]


def board():
    return dashboard(
        "overview",
        "Switchboard / Overview",
        "Is the mesh answering well, fast and privately? Start here when an alert fires.",
        [now(), alerts(), service_level(), decisions(), privacy(), models()],
        links=[traces("agent", title="Traces of tickets"), traces("agent", "status = error", title="Traces of failures")],
    )


def faults(window):
    return share(rate(REQUESTS, TICKETS, FAULTS, window=window), rate(REQUESTS, TICKETS, OURS, window=window))


def within(window):
    part = rate(f"{LATENCY}_bucket", TIMED_TICKETS, 'le="0.5"', window=window)
    return share(part, rate(f"{LATENCY}_count", TIMED_TICKETS, window=window))


def of_answered(metric, window=WINDOW):
    return share(rate(metric, window=window), rate(ANSWERED, window=window))


def of_texts(metric):
    """Per text that was routed or only scrubbed: personal data is counted in both."""
    return share(rate(metric), rate(REQUESTS, 'outcome="ok"'))


def burn(window):
    return f"({faults(window)}) / {ALLOWED_FAULTS}"


def trust(*matchers):
    """Share of tickets by what to do with the answer."""
    part = rate("agent_trust_total", *matchers, by="trust")
    return [(share(part, rate(ANSWERED, *matchers), by="trust"), "{{trust}}")]


def now():
    availability = "Share of tickets answered without a service fault in the last hour; the objective is 99.9 %. Red: the error budget is going; see which outcome below."
    budget = "What is left of the 30 days' allowance of 0.1 % failed tickets, of the days Prometheus remembers. Red: spent; stop risky changes until it recovers."
    burning = "How fast the allowance is spent: at 1 it lasts exactly 30 days. Red, 14.4 or more: it is gone in two days, somebody is paged."
    slowest = "99 of 100 tickets were answered within this in the last 5 minutes; the objective is 0.5 s. Red: open the traces of slow tickets, and the queue of the model service."
    fast = "Share of tickets answered within 0.5 s in the last hour; the objective is 99 %. Red: the latency budget is going."
    degraded = "Share of tickets answered by another model than the policy wanted, in the last 5 minutes. Red: a model service is down, slow or full; tickets are still answered, less well."
    review = "Share of tickets in the last 5 minutes whose answer a person should look at. Red: look at drift and languages before you touch thresholds."
    tickets = "Tickets answered a second in the last 5 minutes. Zero while clients send tickets: the agent is not reached, or refuses everything."
    slo_links = [runbook("AvailabilityBudgetBurn")]
    return section(
        "Now",
        row(
            4,
            stat("Tickets a second", [(rate(ANSWERED, window="5m"), "")], tickets, "reqps", decimals=2),
            stat("Availability, 1 h", [(f"1 - {faults('1h')}", "")], availability, "percentunit", [(0.999, "green")], good="red", decimals=3, links=slo_links),
            stat("Error budget left", [(f"1 - {burn('30d')}", "")], budget, "percentunit", [(0, "orange"), (0.25, "green")], good="red", decimals=0, links=slo_links),
            stat("Budget burn, 1 h", [(burn("1h"), "")], burning, "suffix:×", [(1, "yellow"), (3, "orange"), (14.4, "red")], decimals=1, links=slo_links),
            stat("Latency p99", [(quantile(0.99, LATENCY, TIMED_TICKETS, window="5m"), "")], slowest, "s", [(0.25, "yellow"), (0.5, "red")], links=[runbook("LatencyBudgetBurn"), traces("agent", "duration > 500ms", "Slow tickets")]),
            stat("Within 0.5 s, 1 h", [(within("1h"), "")], fast, "percentunit", [(0.99, "green")], good="red", decimals=2, links=[runbook("LatencyBudgetBurn")]),
            stat("Degraded", [(of_answered("agent_degraded_total", "5m"), "")], degraded, "percentunit", [(0.01, "yellow"), (0.05, "red")], decimals=1, links=[runbook("DegradedAnswers")]),
            stat("Needs review", [(of_answered("agent_needs_review_total", "5m"), "")], review, "percentunit", [(0.3, "yellow"), (0.4, "red")], decimals=1, links=[runbook("NeedsReviewHigh")]),
        ),
    )


def alerts():
    firing = "Alerts of Prometheus that fire now; each name leads to its runbook. Empty is good, as long as Prometheus itself is up."
    up = "Whether Prometheus reaches every instance of a service. Red: an instance is down, and its other numbers on these dashboards have stopped."
    reached = "Whether the agent's last call of a model service was answered. Red: tickets go to the other model."
    breaker = "Open: the agent skips that model service for a while because calls kept failing. It closes by itself after a call that succeeds."
    return section(
        "What is wrong",
        row(
            6,
            table(
                "Firing alerts",
                [('ALERTS{alertstate="firing"}', "")],
                firing,
                {"alertname": "alert", "severity": "severity", "job": "job", "service": "service", "model": "model", "instance": "instance"},
                hidden=("__name__", "alertstate"),
                cell_links=[("alertname", "Runbook", "${runbooks}/${__value.text}.md")],
                no_value="no alert fires",
                width=12,
            ),
            stat("Services", [('min by (job) (up{job=~"agent|tfidf|transformer"})', "{{job}}")], up, states=UP_DOWN, no_value="not scraped", links=[runbook("TargetDown")]),
            stat("Reached by the agent", [("min by (service) (agent_downstream_up)", "{{service}}")], reached, states=UP_DOWN, no_value="no agent", links=[runbook("DegradedAnswers")]),
            stat("Circuit breaker", [("max by (service) (agent_breaker_open)", "{{service}}")], breaker, states=BREAKER, no_value="no agent", links=[runbook("BreakerOpen")]),
        ),
    )


def service_level():
    requests = "Tickets a second by how they ended. overloaded, unavailable, deadline_exceeded and internal are ours and spend the budget; the others are the caller's."
    latency = "From arrival to answer, all tickets. The dashed line is the objective: p99 above it for long pages somebody."
    burning = "The error budget's burn over three windows. Both short windows above 14.4, or above 6 for hours, page; a long one above 1 opens a ticket."
    burn_targets = [(burn(window), window) for window in ("5m", "1h", "6h")]
    return section(
        "Answering, and fast",
        row(
            8,
            timeseries("Tickets by outcome", [(rate(REQUESTS, TICKETS, by="outcome"), "{{outcome}}")], requests, "reqps", stack=True, links=[runbook("AvailabilityBudgetBurn"), traces("agent", "status = error", "Failures")]),
            timeseries("Latency", quantiles(LATENCY, TIMED_TICKETS), latency, "s", limits=[(0.5, "red")], links=[runbook("LatencyBudgetBurn"), traces("agent", "duration > 500ms", "Slow tickets")]),
            timeseries("Error budget burn", burn_targets, burning, "suffix:×", limits=[(6, "orange"), (14.4, "red")], links=[runbook("AvailabilityBudgetBurn")]),
        ),
    )


def decisions():
    routes = "Tickets a second by whose probabilities the answer holds (fusion: both models') and why. A growing fallback or brown_out band is degradation; a jump of low_confidence or doubtful means tickets unlike those of the training."
    acting = "Share of tickets by what to do with the answer: act on it, have a person choose among a few labels, or have a person look."
    degraded = "Share of tickets answered by the wrong model, and of those that need a person. Dashed: where DegradedAnswers (5 %) and NeedsReviewHigh (40 %) fire."
    breaker = "When the agent skipped a model service. Frequent flapping: the service answers, but too slowly for its deadline."
    shares = [(of_answered("agent_degraded_total"), "degraded"), (of_answered("agent_needs_review_total"), "needs review")]
    return section(
        "Answering well",
        row(
            8,
            timeseries("Routes", [(rate(ANSWERED, by="route, reason"), "{{route}}: {{reason}}")], routes, "reqps", stack=True, links=[runbook("DegradedAnswers")]),
            timeseries("Trust", trust(), acting, "percentunit", stack=True, top=1, links=[runbook("NeedsReviewHigh")]),
            timeseries("Degraded and for review", shares, degraded, "percentunit", limits=[(0.05, "orange"), (0.4, "red")], links=[runbook("DegradedAnswers"), runbook("NeedsReviewHigh"), runbook("TransformerBrownOut")]),
            timeline("Circuit breaker over time", [("max by (service) (agent_breaker_open)", "{{service}}")], breaker, BREAKER, no_value="no agent", links=[runbook("BreakerOpen")]),
        ),
    )


def privacy():
    spans = "Personal values found and replaced, a second, by type. A type that stops while tickets go on, or jumps: a new form or template at the source, or a recogniser that no longer matches."
    tickets = "Share of texts, routed or only scrubbed, with at least one personal value. It is steady for steady traffic; a jump means the source began to send something new."
    each = "Personal values per text, routed or only scrubbed. PiiRateJump fires when it is three times the day before's, or a third: either the source changed, or values are no longer recognised."
    return section(
        "Private",
        row(
            8,
            timeseries("Personal data by type", [(rate("agent_pii_spans_total", by="type"), "{{type}}")], spans, "cps", stack=True, links=[runbook("PiiRateJump")]),
            timeseries("Texts with personal data", [(of_texts("agent_pii_tickets_total"), "share of texts")], tickets, "percentunit", links=[runbook("PiiRateJump")]),
            timeseries("Personal values per text", [(of_texts("agent_pii_spans_total"), "values per text")], each, links=[runbook("PiiRateJump")]),
        ),
    )


def models():
    versions = "Which version of each model serves as champion or waits as challenger, and what it measured on held-out rows. More than one champion of a model for long: replicas disagree; look at refusals."
    confidence = "Mean calibrated confidence of the live answers beside the accuracy of the serving version on held-out rows. Calibrated means they are alike: a gap over 0.15 fires ConfidenceShift."
    refused = "Versions the registry wants and a service refused; the one before goes on serving. Red: publish a good version or roll back."
    info = "max by (job, model, version, alias) (tfidf_model_info or transformer_model_info)"
    accuracy = "max by (job, model, version) (tfidf_model_heldout_accuracy or transformer_model_heldout_accuracy)"
    shift = []
    for service in ("tfidf", "transformer"):
        shift.append((mean(f"{service}_confidence", by="model"), "{{model}}: live confidence"))
        shift.append((of_champion(f"{service}_model_heldout_accuracy", f"{service}_model_info"), "{{model}}: held-out accuracy"))
    refusing = "sum(tfidf_model_refused or transformer_model_refused) or vector(0)"
    return section(
        "Models",
        row(
            8,
            table(
                "Versions",
                [(info, ""), (accuracy, "held-out accuracy")],
                versions,
                {"job": "service", "model": "model", "version": "version", "alias": "alias"},
                no_value="no model is loaded",
                width=10,
            ),
            timeseries("Confidence and held-out accuracy", shift, confidence, "percentunit", top=1, links=[runbook("ConfidenceShift")], width=10),
            stat("Refused versions", [(refusing, "")], refused, limits=[(1, "red")], decimals=0, links=[runbook("ModelRefused")]),
        ),
    )
