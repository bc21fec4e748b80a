"""Ours and the usual Python service, each from rows to answers."""

import hashlib
import json
import os
import shutil
import socket
import sys
from pathlib import Path

import child
import data as tickets
import quality
from problem import Problem, say

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
PEER = HERE / "peer"
CACHE = CHECKOUT / ".cache" / "bench"
WORKERS = 2
# Of ONNX Runtime, a worker.
THREADS = 1
MODEL, TRANSFORMER = "category-tfidf", "category-transformer"


class Ours:
    def __init__(self, programs, folder):
        self.programs, self.folder, self.registry = programs, folder, f"file:{folder / 'registry'}"

    def train(self, data):
        columns = ["--text-column", data.columns.text, "--label-column", data.columns.label]
        if data.grouped:
            columns += ["--group-column", data.columns.group]
        command = [self.programs / "train-tfidf", "--data", data.train, *columns, "--registry", self.registry, "--promote"]
        return child.finished(command, self.folder / "train-tfidf.log")

    def train_transformer(self, data):
        """A version that has seen a few rows once, and its folder: what it learnt changes no speed."""
        rows = self.folder / "few.csv"
        tickets.write(rows, data.few())
        columns = ["--text-column", data.columns.text, "--label-column", data.columns.label]
        command = [self.programs / "train-transformer", "--data", rows, *columns, "--registry", self.registry, "--promote"]
        command += ["--base", CHECKOUT / ".cache" / "bases" / "minilm", "--epochs", 1, "--refit=false", "--no-reports"]
        child.finished(command, self.folder / "train-transformer.log")
        return self.folder / "registry" / "models" / TRANSFORMER / "1"

    def judge(self, data):
        """The report of `switchboard evaluate`."""
        command = [self.programs / "switchboard", "evaluate", "--registry", self.registry, "--model", MODEL, "--data", data.unseen]
        command += ["--text-column", data.columns.text, "--label-column", data.columns.label]
        return json.loads(child.finished(command, self.folder / "evaluate.log").stdout)

    def model_service(self, program="tfidf"):
        return Service(self.programs / program, ["--registry", self.registry], self.folder)

    def transformer(self, precision):
        return Service(self.programs / "transformer", ["--registry", self.registry, "--precision", precision], self.folder)

    def agent(self, tfidf):
        return Service(self.programs / "agent", ["--tfidf-url", tfidf.url], self.folder)


class Service:
    """One of our programs on ports of its own."""

    def __init__(self, program, flags, folder):
        port, admin_port = free_ports(2)
        self.url, self.admin = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{admin_port}"
        self.command = [program, f"--listen=127.0.0.1:{port}", f"--admin-listen=127.0.0.1:{admin_port}", "--stop-with-stdin", *flags]
        self.log = folder / f"{program.name}.log"

    def running(self):
        return child.serving(self.command, f"{self.admin}/readyz", self.log)


class Peer:
    def __init__(self, folder):
        self.folder, self.model, self.python = folder, folder / "peer.joblib", venv()

    def train(self, data):
        return child.finished([self.python, PEER / "train.py", data.train, self.model], self.folder / "peer-train.log")

    def judge(self, data):
        """Its own probabilities, judged as ours are, beside how long they took."""
        command = [self.python, PEER / "judge.py", self.model, data.unseen]
        answers = json.loads(child.finished(command, self.folder / "peer-judge.log").stdout)
        judged = quality.judge(answers["labels"], answers["truths"], answers["probabilities"])
        return dict(judged, **{name: value for name, value in answers.items() if name.endswith(("_seconds", "_per_ticket"))})

    def running(self):
        return uvicorn(self.python, "service", self.folder, PEER_MODEL=self.model)


class TransformerPeer:
    """The network of `version` on ONNX Runtime."""

    def __init__(self, version, folder):
        self.version, self.folder, self.python = version, folder, venv()
        child.finished([self.python, PEER / "network.py", version, folder], folder / "peer-network.log")

    def running(self, precision):
        graph = self.folder / f"{precision}.onnx"
        return uvicorn(self.python, "transformer_service", self.folder, PEER_VERSION=self.version, PEER_GRAPH=graph, PEER_THREADS=THREADS)


def uvicorn(python, module, folder, **settings):
    """Returns the URL of a service in `peer/`, and the service to run."""
    (port,) = free_ports(1)
    command = [python, "-m", "uvicorn", f"{module}:app", "--app-dir", PEER, "--host", "127.0.0.1", "--port", port]
    command += ["--workers", WORKERS, "--log-level", "warning", "--no-access-log"]
    url = f"http://127.0.0.1:{port}"
    environment = dict(os.environ, **{name: str(value) for name, value in settings.items()})
    return url, child.serving(command, f"{url}/health", folder / f"peer-{module}.log", env=environment)


def patterns(data, folder):
    """How long Presidio's pattern recognisers take on the rows that the bench of `crates/pii` reads."""
    python = venv("venv-patterns", "patterns-requirements.txt")
    say("recognising with the patterns of Presidio")
    return json.loads(child.finished([python, PEER / "patterns.py", data.train], folder / "peer-patterns.log").stdout)


def venv(name="venv", requirements="requirements.txt"):
    """The Python of .cache/bench/`name`, which has exactly what the file in `peer/` names. Made anew when that changes."""
    folder, requirements = CACHE / name, PEER / requirements
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    made = folder / "made-from"
    if not made.is_file() or made.read_text(encoding="ascii") != wanted:
        say(f"installing {requirements.name} into .cache/bench/{name}")
        shutil.rmtree(folder, ignore_errors=True)
        CACHE.mkdir(parents=True, exist_ok=True)
        child.finished([sys.executable, "-m", "venv", "--without-pip", folder], CACHE / f"{name}.log")
        # Debian's Python has no ensurepip, so the pip of this one installs into the other.
        pip = [sys.executable, "-m", "pip", f"--python={folder / 'bin' / 'python'}", "--disable-pip-version-check", "--quiet"]
        try:
            child.finished([*pip, "install", "-r", requirements], CACHE / "pip.log")
        except Problem as problem:
            raise Problem(f"{problem}\nPython 3.11 or later with pip 22.3 or later, and a package index, are needed") from None
        made.write_text(wanted, encoding="ascii")
    return folder / "bin" / "python"


def free_ports(count):
    """Ports nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
