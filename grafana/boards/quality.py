"""For those who own the models: do the answers still mean what they meant when the models were trained?"""

from .dashboard import dashboard, row, section, variable
from .panels import heatmap, runbook, stat, timeseries
from .promql import buckets, mean, of_champion, rate, share

TASK = 'task=~"$task"'
MODEL = 'model=~"$model"'
SERVICES = ("tfidf", "transformer")
FEEDBACK = "agent_feedback_total"


def board():
    return dashboard(
        "quality",
        "Switchboard / Quality",
        "Labels, languages, confidence, calibration, live accuracy and drift of the models.",
        [answers(), confidence(), live(), drift()],
        variables=[
            variable("task", "Task", "task", "agent_labels_total"),
            variable("model", "Model", "model", '{__name__=~"tfidf_model_info|transformer_model_info"}'),
        ],
    )


def held_out(service, figure):
    """What the serving version measured on held-out rows."""
    return of_champion(f"{service}_model_heldout_{figure}", f"{service}_model_info", MODEL)


def drifted(service):
    legend = "{{model}}/{{version}}: {{feature}}"
    return [(f"max by (model, version, feature) ({service}_drift_psi{{{MODEL}}})", legend)]


def answers():
    labels = "agent_labels_total"
    shares = "Share of tickets by the label given. A label that grows or fades within hours: a real event at the source, or a model gone wrong; read some tickets."
    tongues = "Share of tickets by language. A new language is one the models may not know: look at its confidence and at the share for review."
    review = "Share of tickets whose answer a person should look at. Over 40 %, dashed, fires NeedsReviewHigh."
    by_label = share(rate(labels, TASK, by="task, label"), rate(labels, TASK, by="task"), by="label")
    by_language = share(rate("agent_languages_total", by="language"), rate("agent_languages_total"), by="language")
    for_review = share(rate("agent_needs_review_total"), rate("agent_routing_decisions_total"))
    return section(
        "Answers",
        row(
            8,
            timeseries("Labels", [(by_label, "{{task}}: {{label}}")], shares, "percentunit", stack=True, links=[runbook("ModelDrift")]),
            timeseries("Languages", [(by_language, "{{language}}")], tongues, "percentunit", stack=True, links=[runbook("NeedsReviewHigh")]),
            timeseries("Needs review", [(for_review, "needs review")], review, "percentunit", limits=[(0.4, "red")], links=[runbook("NeedsReviewHigh")]),
        ),
    )


def confidence():
    spread = "How many answers had which calibrated confidence. Weight that moves down: tickets unlike those of the training."
    calibration = "Mean live confidence beside the accuracy of the serving version on held-out rows. Calibrated confidence predicts accuracy, so a gap over 0.15 fires ConfidenceShift. The transformer sees only what routing sends it; its gap says less."
    gap = "How far the last hour's mean confidence of the linear model is from its held-out accuracy. Red, over 0.15 either way: the live tickets are easier or harder than those of the training."
    error = "Expected calibration error of each version on held-out rows: how far its confidence is from its accuracy, on average. Over 0.1, do not lean on the thresholds of that version."
    pairs = [(mean(f"{service}_confidence", MODEL, by="model"), "{{model}}: live confidence") for service in SERVICES]
    pairs += [(held_out(service, "accuracy"), "{{model}}: held-out accuracy") for service in SERVICES]
    errors = [(held_out(service, "ece"), "{{model}}") for service in SERVICES]
    shift = f"abs({mean('tfidf_confidence', MODEL, by='model', window='1h')} - {held_out('tfidf', 'accuracy')})"
    return section(
        "Confidence and calibration",
        row(
            8,
            heatmap("Confidence of the linear model", buckets("tfidf_confidence", MODEL), spread, "percentunit", links=[runbook("ConfidenceShift")]),
            heatmap("Confidence of the transformer", buckets("transformer_confidence", MODEL), spread, "percentunit", links=[runbook("ConfidenceShift")]),
        ),
        row(
            8,
            timeseries("Live confidence and held-out accuracy", pairs, calibration, "percentunit", top=1, links=[runbook("ConfidenceShift")], width=12),
            stat("Confidence shift, 1 h", [(shift, "{{model}}")], gap, "percentunit", limits=[(0.1, "yellow"), (0.15, "red")], decimals=1, links=[runbook("ConfidenceShift")], width=4),
            timeseries("Calibration error", errors, error, "percentunit", limits=[(0.1, "orange")], no_value="no model is loaded"),
        ),
    )


def judged_right(by):
    """Of the answers judged in the last day, the share that was right. A language of which all were wrong has no series of right ones."""
    right = rate(FEEDBACK, 'outcome="right"', by=by, window="1d")
    judged = rate(FEEDBACK, by=by, window="1d")
    return share(f"({right} or 0 * {judged})", judged)


def live():
    routes = "Of the answers that people judged in the last day, the share that was right, beside the mean confidence of all answers of that route. Calibrated means they are alike: over 15 points less, with 100 judgements, fires LiveAccuracyLow."
    tongues = "The same by the ticket's language. One line below the others: a language the models know less; read its tickets."
    count = "Answers judged in the last day, by route. Under 100 a share is mostly chance, and alerts nobody."
    pairs = [(judged_right("route"), "{{route}}: right"), (mean("agent_confidence", by="route", window="1d"), "{{route}}: confidence")]
    judgements = f"sum by (route) (increase({FEEDBACK}[1d]))"
    return section(
        "Live accuracy, from feedback",
        row(
            8,
            timeseries("Accuracy by route, 1 d", pairs, routes, "percentunit", top=1, no_value="no feedback", links=[runbook("LiveAccuracyLow")]),
            timeseries("Accuracy by language, 1 d", [(judged_right("language"), "{{language}}")], tongues, "percentunit", top=1, no_value="no feedback", links=[runbook("LiveAccuracyLow")]),
            stat("Judgements, 1 d", [(judgements, "{{route}}")], count, limits=[(100, "green")], good="orange", decimals=0, no_value="no feedback", links=[runbook("LiveAccuracyLow")], width=4),
        ),
    )


def drift():
    index = "Population stability index of the last documents against those of the training, by feature. By convention 0.1 is a moderate change and 0.25 a major one; that fires ModelDrift for the linear model."
    selection = "The same for the transformer. It sees only the tickets that routing sends it, so some drift is the selection itself; watch changes, not levels."
    window = "Documents the index was computed on. Under 500, the index is noise and alerts nobody."
    unknown = "Mean share of a document's tokens the model never saw. It rises before accuracy falls: new words, a new language, a new product."
    documents = [
        (f"min by (model, version) ({service}_drift_documents{{{MODEL}}})", "{{model}}/{{version}}") for service in SERVICES
    ]
    unseen = [(mean(f"{service}_out_of_vocabulary_ratio"), service) for service in SERVICES]
    limits = [(0.1, "orange"), (0.25, "red")]
    return section(
        "Drift",
        row(
            8,
            timeseries("Drift of the linear model", drifted("tfidf"), index, limits=limits, no_value="not enough documents yet", links=[runbook("ModelDrift")]),
            timeseries("Drift of the transformer", drifted("transformer"), selection, limits=limits, no_value="not enough documents yet", links=[runbook("ModelDrift")]),
        ),
        row(
            7,
            timeseries("Drift window", documents, window, limits=[(500, "green")], good="orange", no_value="no model is loaded", links=[runbook("ModelDrift")]),
            timeseries("Out of vocabulary", unseen, unknown, "percentunit", top=1, links=[runbook("ModelDrift")]),
        ),
    )
