"""Checks the Dockerfiles, and the small programs that are only in the images.

    python3 deploy/checks/images.py

That the images build and run is proven by deploy/images/prove.
"""

import http.server
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import tools

tools.use_checks_venv()

from dockerfile_parse import DockerfileParser  # noqa: E402 in the venv only

IMAGES = tools.CHECKOUT / "deploy" / "images"
SCRIPTS = (IMAGES / "first-model", tools.CHECKOUT / "deploy" / "secrets" / "make")
VENV_BIN = Path(sys.prefix) / "bin"
PINNED = re.compile(r"^[a-z0-9./-]+\.[a-z]+/[a-z0-9./_-]+:(?!latest)[\w][\w.-]*@sha256:[0-9a-f]{64}$")
LABELS = ("title", "description", "version", "licenses")


def main():
    faults = []
    images = {}
    for file in sorted(IMAGES.glob("*.Dockerfile")):
        faults += hadolint(file)
        dockerfile = Dockerfile(file)
        faults += dockerfile.faults()
        for name, image in dockerfile.images.items():
            if images.setdefault(name, image) != image:
                faults.append(f"{file.name}: {name} is another image than in the other Dockerfiles")
        targets = ", ".join(dockerfile.targets())
        tools.say(f"images: {file.name}: hadolint, pins, user, health, labels of {targets}")
    for script in SCRIPTS:
        faults += program(["shellcheck", script])
        tools.say(f"images: {script.relative_to(tools.CHECKOUT)}: shellcheck")
    faults += healthcheck(IMAGES / "healthcheck.rs")
    for fault in faults:
        tools.say(f"images: {fault}")
    return 1 if faults else 0


def hadolint(file):
    return program(["hadolint", "--no-color", "--failure-threshold", "style", file])


def program(command):
    """What a program of the venv finds to say."""
    done = subprocess.run(
        [str(VENV_BIN / command[0]), *map(str, command[1:])], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    if done.returncode == 0:
        return []
    return done.stdout.strip().splitlines() or [f"{command[0]} ended with {done.returncode}"]


class Stage:
    def __init__(self, base):
        self.base, self.instructions = base, []


class Dockerfile:
    """A Dockerfile as stages."""

    def __init__(self, file):
        self.name = file.name
        self.images, self.stages, self.used = {}, {}, set()
        with file.open("rb") as opened:
            structure = DockerfileParser(fileobj=opened).structure
        stage = None
        for line in structure:
            instruction, value = line["instruction"], line["value"]
            if instruction == "FROM":
                base, name = re.match(r"(\S+)(?:\s+AS\s+(\S+))?$", value, re.IGNORECASE).groups()
                stage = self.stages[name or self.name] = Stage(base)
                self.used.add(base)
            elif stage is None and instruction == "ARG":
                name, _, image = value.partition("=")
                self.images[name] = image
            elif stage is not None:
                stage.instructions.append((instruction, value))
                self.used.update(re.findall(r"--from=(\S+)", value))

    def targets(self):
        """The stages that nothing is built from: the images."""
        return [name for name in self.stages if name not in self.used]

    def faults(self):
        found = []
        for name, image in self.images.items():
            if not PINNED.match(image):
                found.append(f"{name}={image} does not name registry, version and digest")
        for name, stage in self.stages.items():
            if stage.base not in self.stages and stage.base not in [f"${{{image}}}" for image in self.images]:
                found.append(f"{name} is built from {stage.base}, which is neither a stage nor an ARG above the first FROM")
            found += [f"{name}: {fault}" for fault in steps(stage)]
        for target in self.targets():
            found += [f"{target}: {fault}" for fault in settings(self.inherited(target))]
        return [f"{self.name}: {fault}" for fault in found]

    def inherited(self, name):
        stage = self.stages[name]
        before = self.inherited(stage.base) if stage.base in self.stages else []
        return before + stage.instructions


def steps(stage):
    for instruction, value in stage.instructions:
        if instruction == "ADD":
            yield "ADD fetches and unpacks unseen; use COPY"
        if instruction == "RUN":
            if "apt-get install" in value and ("rm -rf /var/lib/apt/lists" not in value or "--no-install-recommends" not in value):
                yield "apt-get install leaves its lists, or installs what is only recommended"
            if re.search(r"cargo (build|install|test)", value) and "--locked" not in value:
                yield "cargo without --locked"
            if re.search(r"\b(curl|wget)\b", value):
                yield "fetches without a hash"
            if re.search(r"pip install", value) and re.search(r"install (?:--\S+ )*\w[\w.-]*(?:\s|$)", value):
                yield "pip installs without a version"


def settings(instructions):
    last = dict(instructions)
    if last.get("USER") != "65532:65532":
        yield f"runs as {last.get('USER')}, not as 65532:65532"
    if "HEALTHCHECK" not in last:
        yield "no HEALTHCHECK (NONE for what ends by itself)"
    elif last["HEALTHCHECK"] != "NONE" and "CMD [" not in last["HEALTHCHECK"]:
        yield "HEALTHCHECK needs a shell"
    if last.get("STOPSIGNAL") != "SIGTERM":
        yield "no STOPSIGNAL SIGTERM"
    commands = [last[name] for name in ("ENTRYPOINT", "CMD") if name in last]
    if not commands or not all(command.startswith("[") for command in commands):
        yield "ENTRYPOINT or CMD is missing or needs a shell"
    labels = " ".join(value for instruction, value in instructions if instruction == "LABEL")
    for label in LABELS:
        if f"org.opencontainers.image.{label}=" not in labels:
            yield f"no label org.opencontainers.image.{label}"


def healthcheck(source):
    """Compiles the health check of the images and tries it on a server of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "healthcheck"
        tools.run(["rustfmt", "--check", "--edition=2024", "--config-path", tools.CHECKOUT / "rustfmt.toml", source])
        tools.run(["rustc", "--edition=2024", "-D", "warnings", "-C", "panic=abort", "-o", built, source])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        addr = f"127.0.0.1:{server.server_port}"
        cases = [((addr, "/good"), 0), ((addr, "/bad"), 1), ((addr, "/slow"), 1), (("127.0.0.1:1", "/good"), 1), ((addr,), 2)]
        found = []
        for args, expected in cases:
            done = subprocess.run([str(built), *args], stderr=subprocess.DEVNULL, timeout=10)
            if done.returncode != expected:
                found.append(f"healthcheck {' '.join(args)} ended with {done.returncode}, not {expected}")
        server.shutdown()
    tools.say(f"images: healthcheck.rs: rustfmt, compiled, {len(cases)} cases")
    return found


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/slow":
            time.sleep(3)
        self.send_response(503 if self.path == "/bad" else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tools.Problem as problem:
        tools.say(f"images: {problem}")
        sys.exit(1)
