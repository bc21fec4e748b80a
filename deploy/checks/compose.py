"""Checks the compose files, each combination as one.

    python3 deploy/checks/compose.py

Merges and fills in as docker compose does for what these files use, validates the result with the schema of the Compose
specification, and checks that every container is confined, bounded, healthy and out of reach.
"""

import json
import re
import sys
from pathlib import Path

import tools

tools.use_checks_venv()

import check_jsonschema  # noqa: E402 in the venv only
import jsonschema  # noqa: E402
import yaml  # noqa: E402

DEPLOY = tools.CHECKOUT / "deploy"
SCHEMA = "builtin_schemas/vendor/compose-spec.json"
COMBINATIONS = (
    ("compose.yaml",),
    ("compose.yaml", "compose.decisions.yaml"),
    ("compose.yaml", "compose.observability.yaml"),
    ("compose.yaml", "compose.mlflow.yaml"),
    ("compose.yaml", "compose.decisions.yaml", "compose.observability.yaml", "compose.mlflow.yaml"),
)
# Who may be reached from outside.
PUBLISHED = {"agent", "prometheus", "alertmanager", "grafana", "mlflow"}
OURS = {"agent": 9000, "tfidf": 9001, "transformer": 9002}
TRAINERS = {"train-tfidf", "train-transformer"}
# Its image has nothing to ask with, and the file says so.
WITHOUT_HEALTH = {"tempo"}
DIGEST = re.compile(r"^[\w.-]+\.[a-z]+/[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$")
DRAIN_SECONDS = 10


def main():
    schema = json.loads((Path(check_jsonschema.__file__).parent / SCHEMA).read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    variables = read_env(DEPLOY / ".env")
    faults = []
    used = set()
    for files in COMBINATIONS:
        name = " + ".join(files)
        try:
            project = Project([load(DEPLOY / file, variables, used) for file in files])
        except KeyError as error:
            faults.append(f"{name}: {error.args[0]}")
            continue
        found = [f"{'.'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(project.merged)]
        found += project.faults()
        faults += found
        tools.say(f"compose: {name}: schema, and rules for {', '.join(project.services)}")
    faults += [f".env: nothing uses {variable}" for variable in sorted(set(variables) - used)]
    faults += scraped() + environment() + secrets() + versions(variables)
    for fault in dict.fromkeys(faults):
        tools.say(f"compose: {fault}")
    return 1 if faults else 0


def read_env(file):
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def load(file, variables, used):
    """One file with its variables filled in. Every variable has a value in .env, so none needs a default."""

    def value(match):
        if match.group(0) == "$$":
            return "$"
        used.add(match.group(1))
        if match.group(1) not in variables:
            raise KeyError(f"{file.name}: .env gives {match.group(0)} no value")
        return variables[match.group(1)]

    def fill(node):
        if isinstance(node, dict):
            return {key: fill(inner) for key, inner in node.items()}
        if isinstance(node, list):
            return [fill(inner) for inner in node]
        return re.sub(r"\$\$|\$\{(\w+)\}", value, node) if isinstance(node, str) else node

    return fill(yaml.safe_load(file.read_text(encoding="utf-8")))


def merge(first, second, path=()):
    """Mappings are merged, lists are joined, and what is a command is replaced."""
    if isinstance(first, dict) and isinstance(second, dict):
        both = dict(first)
        for key, inner in second.items():
            both[key] = merge(first[key], inner, (*path, key)) if key in first else inner
        return both
    if isinstance(first, list) and isinstance(second, list) and path[-1] not in ("command", "entrypoint", "test"):
        return first + [item for item in second if item not in first]
    return second


class Project:
    def __init__(self, files):
        merged = files[0]
        for file in files[1:]:
            merged = merge(merged, file)
        self.merged, self.services = merged, merged["services"]

    def faults(self):
        found = []
        for name, service in self.services.items():
            checks = (confined, bounded, pinned, self.healthy, self.out_of_reach, self.mounted, self.built)
            found += [f"{name}: {fault}" for check in checks for fault in check(name, service)]
        for kind in ("networks", "volumes", "secrets"):
            known, named = set(self.merged.get(kind, {})), self.named(kind)
            found += [f"{kind}: {name} is not declared" for name in sorted(named - known)]
            found += [f"{kind}: nothing uses {name}" for name in sorted(known - named)]
        for name, secret in self.merged.get("secrets", {}).items():
            if secret.get("file") != f"./secrets/{name}":
                found.append(f"secrets: {name} is not a file of ./secrets")
        return found

    def named(self, kind):
        names = set()
        for service in self.services.values():
            names.update(item.split(":")[0] for item in service.get(kind, []))
        return {name for name in names if "/" not in name}

    def healthy(self, name, service):
        if name in TRAINERS:
            if service.get("restart") != "on-failure:3":
                yield "runs once, so it may start again only after a failure"
            return
        if service.get("restart") != "unless-stopped":
            yield "does not start again by itself"
        health = service.get("healthcheck", {})
        if name in WITHOUT_HEALTH:
            if health != {"disable": True}:
                yield "says nothing about its health"
        elif health.get("test", [""])[0] != "CMD" or not {"interval", "timeout", "retries", "start_period"} <= set(health):
            yield "no complete health check, or one that needs a shell"
        if name in OURS and str(OURS[name]) not in " ".join(health.get("test", [])):
            yield f"its health check does not ask its admin port {OURS[name]}"
        for other, how in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in TRAINERS else "service_healthy"
            if other not in self.services or how["condition"] != expected:
                yield f"waits for {other} in a way that cannot be"

    def out_of_reach(self, name, service):
        if service.get("privileged") or service.get("network_mode", "none") != "none" or {"pid", "ipc", "devices", "cap_add"} & set(service):
            yield "is not alone: privileged, or in a namespace of another"
        for port in service.get("ports", []):
            if not re.match(r"^127\.0\.0\.1:\d+:\d+$", port):
                yield f"publishes {port} to the network"
        if service.get("ports") and name not in PUBLISHED:
            yield "publishes ports"
        networks = service.get("networks", [])
        outside = [network for network in networks if not (self.merged["networks"].get(network) or {}).get("internal")]
        if outside and name not in PUBLISHED:
            yield f"is on {', '.join(outside)}, which is not internal"
        if name in TRAINERS and service.get("network_mode") != "none":
            yield "needs no network and has one"

    def mounted(self, name, service):
        for volume in service.get("volumes", []):
            source, _, rest = volume.partition(":")
            if source == "registry" and (name in TRAINERS) == rest.endswith(":ro"):
                yield "the registry is to be written by trainers and read by all others"
            if "/" in source:
                if not rest.endswith(":ro"):
                    yield f"{source} is writable"
                if not (DEPLOY / source).exists():
                    yield f"{source} is not there"

    def built(self, name, service):
        build = service.get("build")
        if not build:
            return
        dockerfile = DEPLOY / build["context"] / build["dockerfile"]
        text = dockerfile.read_text(encoding="utf-8") if dockerfile.is_file() else ""
        if not text or ("target" in build and f" AS {build['target']}\n" not in text):
            yield f"{build['dockerfile']} has no target {build.get('target')}"


def confined(_name, service):
    if service.get("read_only") is not True:
        yield "its root can be written"
    user = str(service.get("user", ""))
    if not re.match(r"^[1-9]\d*:\d+$", user):
        yield f"runs as {user or 'whom the image says'}"
    if service.get("cap_drop") != ["ALL"]:
        yield "keeps capabilities"
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield "may gain privileges"
    if not any(entry.startswith("/tmp:size=") for entry in service.get("tmpfs", [])):
        yield "no bounded /tmp"


def bounded(name, service):
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    if not {"cpus", "memory", "pids"} <= set(limits):
        yield "no limit of CPU, memory or processes"
    if service.get("logging", {}).get("driver") != "local":
        yield "its log grows without end"
    grace = service.get("stop_grace_period", "10s")
    if name in OURS and int(grace.rstrip("s")) < DRAIN_SECONDS + 5:
        yield f"{grace} is too little for requests under way to finish"


def pinned(_name, service):
    image = service.get("image", "")
    if "build" in service:
        if not re.match(r"^\S+:\d+\.\d+\.\d+$", image):
            yield f"{image} has no version"
    elif not DIGEST.match(image):
        yield f"{image} does not name registry, version and digest"


def scraped():
    """Prometheus asks the services where compose puts them."""
    config = yaml.safe_load((tools.CHECKOUT / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in config["scrape_configs"]}
    found = [f"prometheus.yml: {name} is at {name}:{port}" for name, port in OURS.items() if targets.get(name) != [f"{name}:{port}"]]
    tools.say("compose: prometheus.yml scrapes the services of compose.yaml")
    return found


def environment():
    """Every setting of a service of ours is one that its program knows."""
    sources = [path.read_text(encoding="utf-8") for folder in ("crates", "services") for path in (tools.CHECKOUT / folder).rglob("src/**/*.rs")]
    known = set(re.findall(r'env = "(\w+)"', "\n".join(sources)))
    given = set()
    for file in ("compose.yaml", "compose.decisions.yaml", "compose.observability.yaml"):
        project = yaml.safe_load((DEPLOY / file).read_text(encoding="utf-8"))
        for name in OURS:
            given |= set(project["services"].get(name, {}).get("environment", {}))
    for file in (DEPLOY / "images").glob("*.Dockerfile"):
        given |= set(re.findall(r"^(?:ENV)? +((?:SWITCHBOARD|AGENT|TFIDF|TRANSFORMER)_\w+)=", file.read_text(encoding="utf-8"), re.MULTILINE))
        given |= set(re.findall(r"^ENV (\w+)=", file.read_text(encoding="utf-8"), re.MULTILINE))
    tools.say(f"compose: {len(given)} settings of our programs: {', '.join(sorted(given))}")
    return [f"no program reads {name}" for name in sorted(given - known)]


def secrets():
    ignored = (DEPLOY / "secrets" / ".gitignore").read_text(encoding="utf-8").split()
    found = [] if ignored == ["*", "!.gitignore", "!make"] else ["secrets/.gitignore lets secrets into git"]
    make = (DEPLOY / "secrets" / "make").read_text(encoding="utf-8")
    named = {name for file in DEPLOY.glob("compose*.yaml") for name in yaml.safe_load(file.read_text(encoding="utf-8")).get("secrets", {})}
    found += [f"secrets/make does not make {name}" for name in sorted(named) if f"put {name} " not in make]
    alerts = tools.CHECKOUT / "prometheus" / "alertmanager.yml"
    files = set(re.findall(r"/run/secrets/(\w+)", alerts.read_text(encoding="utf-8")))
    found += [f"alertmanager.yml reads the secret {name}, which no compose file gives it" for name in sorted(files - named)]
    found += [f"alertmanager.yml does not read the secret {name}" for name in sorted({"slack_url", "smtp_password"} - files)]
    tools.say(f"compose: secrets: {', '.join(sorted(named))}")
    return found


def versions(variables):
    """Compose files, images and manifests name the version of the workspace."""
    cargo = (tools.CHECKOUT / "Cargo.toml").read_text(encoding="utf-8")
    workspace = re.search(r'^version = "(.*)"', cargo, re.MULTILINE).group(1)
    places = {".env": [variables["SWITCHBOARD_VERSION"]]}
    for file in ("mesh.Dockerfile", "transformer.Dockerfile"):
        places[file] = re.findall(r"^ARG VERSION=(.*)", (DEPLOY / "images" / file).read_text(encoding="utf-8"), re.MULTILINE)
    base = yaml.safe_load((DEPLOY / "kubernetes" / "base" / "kustomization.yaml").read_text(encoding="utf-8"))
    places["kustomization.yaml"] = [image["newTag"] for image in base["images"]]
    tools.say(f"compose: version {workspace} in {', '.join(places)}")
    return [f"{file} names a version that is not the workspace's {workspace}" for file, named in places.items() if set(named) != {workspace}]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (tools.Problem, OSError) as problem:
        tools.say(f"compose: {problem}")
        sys.exit(1)
