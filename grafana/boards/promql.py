"""PromQL that stays quiet without traffic.

A ratio or a quantile over nothing is NaN, which Grafana draws as a value. Here it has no sample instead, and the panel says "no traffic".
"""

WINDOW = "$__rate_interval"

# As in prometheus/rules/slo.yml: what counts as a ticket, and which outcomes spend the error budget. A caller's mistakes
# count for neither side.
FAULTS = 'outcome=~"overloaded|unavailable|deadline_exceeded|internal"'
OURS = 'outcome=~"ok|overloaded|unavailable|deadline_exceeded|internal"'
TICKETS = 'endpoint!~"scrub|analyze|anonymize|deanonymize|feedback"'
TIMED_TICKETS = 'endpoint!~"scrub|analyze|anonymize|deanonymize|feedback|none"'


def select(metric, *matchers):
    return f"{metric}{{{', '.join(filter(None, matchers))}}}" if any(matchers) else metric


def rate(metric, *matchers, by="", window=WINDOW):
    """Events a second, summed over everything but `by`."""
    return f"sum{_by(by)} (rate({select(metric, *matchers)}[{window}]))"


def share(part, whole, by=""):
    """A part of the whole; `by` names the labels the part has and the whole has not."""
    matching = f" / ignoring ({by}) group_left () " if by else " / "
    return f"{part}{matching}({whole} > 0)"


def mean(metric, *matchers, by="", window=WINDOW):
    """The mean of what a histogram saw."""
    return share(
        rate(f"{metric}_sum", *matchers, by=by, window=window), rate(f"{metric}_count", *matchers, by=by, window=window)
    )


def quantile(q, metric, *matchers, by="", window=WINDOW):
    """A quantile of what a histogram saw. The comparison drops NaN."""
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({q}, {rate(f'{metric}_bucket', *matchers, by=labels, window=window)}) >= 0"


def quantiles(metric, *matchers, window=WINDOW):
    """Median, 95th and 99th percentile, each with its legend."""
    return [(quantile(q, metric, *matchers, window=window), f"p{int(q * 100)}") for q in (0.5, 0.95, 0.99)]


def buckets(metric, *matchers):
    """The buckets of a histogram, for a heatmap."""
    return f"sum by (le) (increase({select(f'{metric}_bucket', *matchers)}[{WINDOW}]))"


def of_champion(metric, info, *matchers):
    """A figure of the version that serves, by model."""
    return f'max by (model) ({select(metric, *matchers)} and on (model, version) {info}{{alias="champion"}})'


def _by(labels):
    return f" by ({labels})" if labels else ""
