"""Load from h2load and wrk, and what they report. A request that fails is a `Problem`."""

import collections
import json
import re
import subprocess
from pathlib import Path

from problem import Problem

SECONDS = 4
WARM_UP_SECONDS = 1
WARM_UP_REQUESTS = 4000
HERE = Path(__file__).resolve().parent
GRPC = ("-H", "content-type: application/grpc", "-H", "te: trailers")

# Requests a second, and milliseconds until the answer; without those when nobody asked.
Load = collections.namedtuple("Load", "requests_per_second p50_ms p99_ms")


def h2load(url, body, connections, streams, log=None):
    """One gRPC request, `streams` at once on each connection. `log` is a file for the time of each, to read p50 and p99 off.

    Runs have a number of requests, not a time: at the end of its time h2load leaves requests half sent, which the service counts as errors.
    """
    command = ["h2load", "-c", connections, "-m", streams, "-d", body, *GRPC, url]
    warm = parse_h2load(output([*command, "-n", WARM_UP_REQUESTS]))
    if log:
        Path(log).unlink(missing_ok=True)
        command.append(f"--log-file={log}")
    rate = parse_h2load(output([*command, "-n", max(int(warm * SECONDS), WARM_UP_REQUESTS)]))
    p50, p99 = parse_log(Path(log).read_text(encoding="ascii")) if log else (None, None)
    return Load(rate, p50, p99)


def parse_h2load(report):
    """Requests a second of a run in which every request succeeded."""
    counts = re.search(r"^requests: .*?(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", report, re.MULTILINE)
    codes = re.search(r"^status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", report, re.MULTILINE)
    rate = re.search(r"^finished in .*?, ([\d.]+) req/s", report, re.MULTILINE)
    if not (counts and codes and rate) or int(counts.group(2)) == 0:
        raise Problem(f"h2load had no answer:\n{report}")
    bad = [int(count) for count in (*counts.groups()[2:], *codes.groups()[1:])]
    if any(bad) or counts.group(1) != counts.group(2):
        raise Problem(f"requests failed under h2load:\n{counts.group(0)}\n{codes.group(0)}")
    return float(rate.group(1))


def parse_log(lines):
    """p50 and p99 in milliseconds, from lines of start, status and microseconds."""
    rows = [line.split("\t") for line in lines.splitlines()]
    if not rows or any(row[1] != "200" for row in rows):
        raise Problem(f"h2load timed {len(rows)} requests, {sum(row[1] != '200' for row in rows)} of which failed")
    times = sorted(int(row[2]) / 1000 for row in rows)
    return percentile(times, 0.5), percentile(times, 0.99)


def percentile(ordered, share):
    """The nearest rank."""
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def wrk(url, bodies, connections):
    """The JSON requests in the file `bodies`, a line each, in turn."""
    for seconds in (WARM_UP_SECONDS, SECONDS):
        # One thread: the load takes as little as it can of the processors that the service needs.
        report = output(["wrk", "-t", 1, "-c", connections, "-d", f"{seconds}s", "-s", HERE / "tickets.lua", url, "--", bodies])
    return parse_wrk(report)


def parse_wrk(report):
    """What `tickets.lua` printed last."""
    try:
        facts = json.loads(report.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise Problem(f"wrk had no result:\n{report}") from None
    failed = {kind: count for kind, count in facts["errors"].items() if count}
    if failed or not facts["requests"]:
        raise Problem(f"requests failed under wrk: {failed or 'none was answered'}")
    return Load(facts["requests"] * 1e6 / facts["duration_us"], facts["p50_us"] / 1000, facts["p99_us"] / 1000)


def output(command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace")
    if done.returncode != 0:
        raise Problem(f"{command[0]} failed:\n{done.stdout.strip()}")
    return done.stdout
