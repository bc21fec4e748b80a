"""Serves and loads each in turn, nothing else running, and reports medians of the rounds."""

import contextlib
import re
import statistics

import child
import wire
from load import h2load, wrk
from problem import Problem, say

ROUNDS = 3
# Of the tickets, so many are shorter.
LENGTHS = {"short": 0.1, "median": 0.5, "long": 0.9}
CLASSIFY = "/switchboard.v1.Classifier/Classify"


class Rounds:
    """What was measured, round after round."""

    def __init__(self):
        self.seen = {}

    def take(self, parts):
        """Rounds of all parts, by name; by what was measured, the median of each figure."""
        for number in range(1, ROUNDS + 1):
            for name, part in parts.items():
                say(f"round {number} of {ROUNDS}: {name}")
                part()
        return {name: medians(loads) for name, loads in self.seen.items()}

    def note(self, name, **figures):
        self.seen.setdefault(name, []).append({key: value for key, value in figures.items() if value is not None})

    def load_json(self, what, bodies, connections=8):
        name, url = what.rsplit(" ", 1)
        self.note(f"{name} JSON", **wrk(url, bodies, connections)._asdict())
        self.note(f"{name} JSON alone", **wrk(url, bodies, 1)._asdict())


class Bench(Rounds):
    def __init__(self, ours, peer, data, folder):
        super().__init__()
        self.ours, self.peer, self.folder = ours, peer, folder
        self.documents, self.texts = json_files(data, folder)
        for name, share in LENGTHS.items():
            (folder / f"{name}.grpc").write_bytes(wire.classify_request(data.at(share)))

    def run(self):
        return self.take({"tfidf": self.tfidf, "constant": self.constant, "agent": self.agent, "peer": self.rival})

    def tfidf(self):
        with self.model_service("tfidf", LENGTHS) as service:
            self.load_json(f"tfidf {service.url}/v1/classify", self.documents)

    def constant(self):
        with self.model_service("examples/constant", ["median"]):
            pass

    @contextlib.contextmanager
    def model_service(self, program, lengths):
        name = program.split("/")[-1]
        service = self.ours.model_service(program)
        with service.running() as pid:
            url = service.url + CLASSIFY
            for length in lengths:
                self.note(f"{name} gRPC {length}", **h2load(url, self.folder / f"{length}.grpc", 4, 32)._asdict())
            alone = h2load(url, self.folder / "median.grpc", 1, 1, log=self.folder / "h2load.log")
            self.note(f"{name} gRPC alone", **alone._asdict())
            yield service
            self.note(f"{name} memory", bytes=child.memory_bytes(pid))
            check_outcomes(service)

    def agent(self):
        tfidf = self.ours.model_service()
        with tfidf.running():
            agent = self.ours.agent(tfidf)
            with agent.running() as pid:
                self.load_json(f"agent {agent.url}/v1/tickets/route", self.texts)
                self.note("agent memory", bytes=child.memory_bytes(pid))
                check_outcomes(agent)

    def rival(self):
        url, running = self.peer.running()
        with running as pid:
            self.load_json(f"peer {url}/predict", self.texts)
            self.note("peer memory", bytes=child.memory_bytes(pid))


def json_files(data, folder):
    """The load's tickets as requests: to a model service, and to the agent or a peer."""
    documents, texts = folder / "documents.jsonl", folder / "texts.jsonl"
    documents.write_text(wire.json_lines(data.tickets, lambda text: {"documents": [text]}), encoding="utf-8")
    texts.write_text(wire.json_lines(data.tickets, lambda text: {"text": text}), encoding="utf-8")
    return documents, texts


def medians(rounds):
    return {key: statistics.median(figures[key] for figures in rounds) for key in rounds[0]}


def check_outcomes(service):
    """A gRPC error is HTTP 200 to a load generator, so the service itself is asked what it answered."""
    failed = bad_outcomes(child.fetch(f"{service.admin}/metrics"))
    if failed:
        raise Problem(f"{service.command[0]} answered with errors: {failed}")


def bad_outcomes(metrics):
    """By outcome, requests of a service's own counter that it did not answer well. A load that ends leaves its last ones: cancelled."""
    counted = re.findall(r'^(?:agent|tfidf|transformer)_requests_total\{[^}]*outcome="(\w+)"[^}]*\} (\d+)', metrics, re.MULTILINE)
    if not any(outcome == "ok" and int(count) for outcome, count in counted):
        return {"ok": 0}
    return {outcome: int(count) for outcome, count in counted if outcome not in ("ok", "cancelled") and int(count)}
