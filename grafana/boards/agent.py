"""The gateway: what it is asked, how long it takes, where it sends tickets, what it takes out of them."""

from .dashboard import dashboard, row, section, variable
from .overview import BREAKER, UP_DOWN, trust
from .panels import heatmap, runbook, stat, timeline, timeseries, traces
from .process import process
from .promql import FAULTS, buckets, mean, quantile, quantiles, rate, share

HERE = 'instance=~"$instance"'
REQUESTS = "agent_requests_total"
LATENCY = "agent_request_duration_seconds"


def board():
    return dashboard(
        "agent",
        "Switchboard / Agent",
        "The gateway, by instance.",
        [requests(), latency(), load(), downstream(), answers(), routing(), canaries(), decision_log(), process("agent")],
        variables=[variable("instance", "Instance", "instance", 'up{job="agent"}')],
        links=[traces("agent", title="Traces of tickets"), traces("agent", "status = error", "Traces of failures")],
    )


def requests():
    outcomes = "Requests a second by how they ended. A caller's mistakes (invalid_argument, malformed_json …) cost no budget, but a jump of one is a client that changed."
    endpoints = "Requests a second by endpoint; none is a request refused before it reached one. A line that drops to zero: a client went away."
    faults = "Requests a second that failed by our fault. Anything but zero: overloaded, look at load below; unavailable and deadline_exceeded, at the model services; internal, at the agent's log."
    return section(
        "Requests",
        row(
            8,
            timeseries("Requests by outcome", [(rate(REQUESTS, HERE, by="outcome"), "{{outcome}}")], outcomes, "reqps", stack=True, links=[runbook("AvailabilityBudgetBurn")]),
            timeseries("Requests by endpoint", [(rate(REQUESTS, HERE, by="endpoint"), "{{endpoint}}")], endpoints, "reqps", stack=True),
            timeseries("Service faults", [(rate(REQUESTS, HERE, FAULTS, by="outcome"), "{{outcome}}")], faults, "reqps", links=[runbook("AvailabilityBudgetBurn"), traces("agent", "status = error", "Failures")]),
        ),
    )


def latency():
    spread = "How many requests took how long. Two bands are the two models; a band that moves up is that model slowing down."
    endpoints = "99 of 100 requests took no longer, by endpoint. Dashed: the objective of 0.5 s. Over it: compare with the model services' share below."
    scrub = "Time to take personal data out of one text. It is far below a millisecond for ordinary tickets; more means very long texts."
    by_endpoint = [(quantile(0.99, LATENCY, HERE, by="endpoint"), "{{endpoint}}")]
    return section(
        "Latency",
        row(
            8,
            heatmap("Latency, all requests", buckets(LATENCY, HERE), spread, "s", links=[traces("agent", "duration > 500ms", "Slow tickets")]),
            timeseries("Latency p99 by endpoint", by_endpoint, endpoints, "s", limits=[(0.5, "red")], links=[runbook("LatencyBudgetBurn")]),
            timeseries("Scrubbing", quantiles("agent_scrub_duration_seconds", HERE), scrub, "s"),
        ),
    )


def load():
    flight = "Tickets under way in each instance, and how many may be. At the limit new tickets are answered overloaded."
    full = "Tickets under way as a share of the limit. Over 80 % for long fires QueueSaturated: add replicas, or find what became slow."
    length = "Length of the texts. A jump of p99 explains latency: somebody pastes logs or whole threads."
    return section(
        "Load",
        row(
            7,
            timeseries("Tickets under way", [(f"agent_in_flight{{{HERE}}}", "{{instance}}"), (f"agent_in_flight_limit{{{HERE}}}", "{{instance}}: limit")], flight, no_value="no agent"),
            timeseries("Fullness", [(f"agent_in_flight{{{HERE}}} / (agent_in_flight_limit{{{HERE}}} > 0)", "{{instance}}")], full, "percentunit", limits=[(0.8, "red")], top=1, no_value="no agent", links=[runbook("QueueSaturated")]),
            timeseries("Text length", quantiles("agent_text_bytes", HERE), length, "bytes"),
        ),
    )


def downstream():
    calls = "Calls of the model services a second by outcome. down: not reachable; slow: no answer in time; overloaded: its queue is full; skipped: the breaker is open; no_model: nothing loaded."
    time = "99 of 100 calls took no longer. Compare with the service's own request time: the difference is the network and the wait for a connection."
    reached = "Whether each instance of the agent reaches each model service. Red on one instance only: its network; on all: the service."
    breaker = "When an instance skipped a model service after repeated failures."
    total = rate("agent_downstream_requests_total", HERE, by="service, outcome")
    p99 = quantile(0.99, "agent_downstream_duration_seconds", HERE, by="service")
    return section(
        "Model services, as the agent sees them",
        row(
            8,
            timeseries("Calls by outcome", [(total, "{{service}}: {{outcome}}")], calls, "reqps", stack=True, links=[runbook("DegradedAnswers")]),
            timeseries("Call time p99", [(p99, "{{service}}")], time, "s", links=[traces("agent", "duration > 500ms", "Slow tickets")]),
            timeline("Circuit breaker", [(f"agent_breaker_open{{{HERE}}}", "{{instance}} → {{service}}")], breaker, BREAKER, no_value="no agent", links=[runbook("BreakerOpen")]),
            stat("Reached", [(f"min by (service) (agent_downstream_up{{{HERE}}})", "{{service}}")], reached, states=UP_DOWN, no_value="no agent", links=[runbook("BreakerOpen")], width=3),
        ),
    )


def answers():
    answered = "agent_routing_decisions_total"
    routes = "Tickets a second by whose probabilities the answer holds (fusion: both models') and why. fallback and brown_out are degradation."
    confidence = "Mean calibrated confidence of the answers by route. A slow slide is drift: see the quality dashboard."
    review = "Share of tickets that were degraded, and that need a person."
    spans = "Personal values replaced, a second, by type. A type that vanishes while tickets go on: its pattern no longer matches what people write."
    shares = [
        (share(rate("agent_degraded_total", HERE), rate(answered, HERE)), "degraded"),
        (share(rate("agent_needs_review_total", HERE), rate(answered, HERE)), "needs review"),
    ]
    return section(
        "Answers",
        row(
            8,
            timeseries("Routes", [(rate(answered, HERE, by="route, reason"), "{{route}}: {{reason}}")], routes, "reqps", stack=True),
            timeseries("Confidence", [(mean("agent_confidence", HERE, by="route"), "{{route}}")], confidence, "percentunit", top=1, links=[runbook("ConfidenceShift")]),
            timeseries("Degraded and for review", shares, review, "percentunit", limits=[(0.05, "orange"), (0.4, "red")], links=[runbook("DegradedAnswers"), runbook("NeedsReviewHigh")]),
            timeseries("Personal data by type", [(rate("agent_pii_spans_total", HERE, by="type"), "{{type}}")], spans, "cps", stack=True, links=[runbook("PiiRateJump")]),
        ),
    )


def routing():
    left = "Share of the escalations that the transformer's budget allows now. Under 50 %, dashed, with the reason brown_out, fires TransformerBrownOut; with the reason budget it is max_share of the policy being kept to."
    acting = "Share of tickets by what to do with the answer. suggested: a person chooses among a few labels. Less automatic with steady traffic: drift, or another policy or routing model."
    version = "The routing model each task uses. 0: there is none, or the one there is was fitted to other versions than those that serve; run calibrate-routing."
    reloads = "Changes of the policy file in the last 10 minutes. followed: the new policy serves; refused: it has an error, and the policy before it goes on."
    refused = "Whether an instance refuses its policy file as it is now. Red: mend the file before the next restart; an agent that starts with it ends."
    versions = f"min by (task) (agent_routing_version{{{HERE}}})"
    changes = f"sum by (outcome) (increase(agent_policy_reloads_total{{{HERE}}}[10m]))"
    return section(
        "Routing",
        row(
            8,
            timeseries("Share of escalations", [(f"agent_escalation_share{{{HERE}}}", "{{instance}}")], left, "percentunit", limits=[(0.5, "green")], good="red", top=1, no_value="no agent", links=[runbook("TransformerBrownOut")]),
            timeseries("Trust", trust(HERE), acting, "percentunit", stack=True, top=1, links=[runbook("NeedsReviewHigh")]),
            timeseries("Changes of the policy", [(changes, "{{outcome}}")], reloads, no_value="no agent", links=[runbook("PolicyRefused")]),
            stat("Policy file", [(f"max(agent_policy_refused{{{HERE}}})", "")], refused, states=[(0, "good", "green"), (1, "refused", "red")], no_value="no agent", links=[runbook("PolicyRefused")], width=3),
            stat("Routing model", [(versions, "{{task}}")], version, decimals=0, text="value_and_name", no_value="no task", links=[runbook("RoutingModelMisfit")], width=3),
        ),
    )


def canaries():
    calls = "Calls of a champion and its challenger on trial, by outcome. In mode shadow both are asked about the same tickets, in mode answer about different ones; a challenger that fails is answered for by its champion. Nothing at all: the policy has no [[canary]]."
    time = "95 of 100 calls took no longer, champion and challenger side by side. Far apart for long, the trial stops by itself."
    sure = "Mean calibrated confidence of the two. Which of them is right, only feedback tells."
    alike = "Share of the tickets that both were asked about (mode shadow) and gave one label. Before a promotion, this is the share of answers that it would not change."
    stopped = "Whether a trial broke a limit of its section in the policy. Red: the champion answers everything, and the status page says why."
    both = "task, family, alias"
    agreement = "agent_canary_agreement_total"
    same = share(rate(agreement, HERE, 'outcome="same"', by="task, family"), rate(agreement, HERE, by="task, family"))
    stops = f'max by (task, family) (agent_canary_state{{{HERE}, state=~"stopped_.+"}})'
    names = "{{task}} {{family}} {{alias}}"
    return section(
        "Canaries",
        row(
            8,
            timeseries("Calls of champion and challenger", [(rate("agent_canary_requests_total", HERE, by=f"{both}, outcome"), f"{names}: {{{{outcome}}}}")], calls, "reqps", no_value="no canary", links=[runbook("CanaryStopped")]),
            timeseries("Call time p95, side by side", [(quantile(0.95, "agent_canary_duration_seconds", HERE, by=both), names)], time, "s", no_value="no canary", links=[runbook("CanaryStopped")]),
            timeseries("Confidence, side by side", [(mean("agent_canary_confidence", HERE, by=both), names)], sure, "percentunit", top=1, no_value="no canary"),
            timeseries("Same label", [(same, "{{task}} {{family}}")], alike, "percentunit", top=1, no_value="no shadow"),
            stat("Trials", [(stops, "{{task}} {{family}}")], stopped, states=[(0, "not stopped", "green"), (1, "stopped", "red")], no_value="no canary", links=[runbook("CanaryStopped")], width=3),
        ),
    )


def decision_log():
    stored = "Decisions a second that were stored, and that were not. full: too many waited; failed: the store did not take them. Any that are dropped for minutes fire DecisionsDropped. Nothing at all: the agent runs without --decisions."
    waiting = "Decisions that wait to be stored. It is near zero; growth means the store is away or too slow, and ends in drops."
    judged = "Answers that people judged, a second, by outcome. The quality dashboard has the accuracy that follows."
    dropped = rate("agent_decisions_dropped_total", HERE, by="reason")
    return section(
        "Decision log",
        row(
            7,
            timeseries("Decisions stored and dropped", [(rate("agent_decisions_recorded_total", HERE), "stored"), (dropped, "dropped: {{reason}}")], stored, "cps", links=[runbook("DecisionsDropped")]),
            timeseries("Decisions waiting", [(f"agent_decisions_queued{{{HERE}}}", "{{instance}}")], waiting, no_value="no agent", links=[runbook("DecisionsDropped")]),
            timeseries("Feedback", [(rate("agent_feedback_total", HERE, by="outcome"), "{{outcome}}")], judged, "cps", links=[runbook("LiveAccuracyLow")]),
        ),
    )
