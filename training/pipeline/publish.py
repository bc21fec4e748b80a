"""publish: puts the candidates into the registry they are for, as challengers, and makes them champions if asked to.

Their numbers are others there, so the operating point, which names versions by number, is fitted there once more.
"""

import argparse
import os

import stage
from stage import Problem, Refused

VERDICT = stage.WORK / "gate.json"
PUBLISHED = stage.WORK / "published.json"
FAMILIES = ("tfidf", "transformer")


def main(words):
    (task, *own), calibration = stage.split_flags(words, "--calibrate-flags")
    options = parse(own)
    asked = asked_to_promote(options)
    if not stage.read_json(VERDICT)["passed"]:
        raise Refused("the gate refused the candidates, so they are offered nowhere")
    outcome = Outcome(stage.target_registry(options.registry))
    for family in FAMILIES:
        outcome.offer(f"{task}-{family}")
    if asked:
        outcome.promote()
    outcome.fit(task, calibration)
    if outcome.told["refused"]:
        raise Refused(f"{', '.join(outcome.told['refused'])} stayed challenger: the gate refused promotion")


class Outcome:
    """What has been done in the registry; it is on disk after every step, because a step that fails undoes none before it."""

    def __init__(self, target):
        self.target = target
        self.told = {"registry": shown(target), "versions": [], "routing": None, "promoted": [], "refused": [], "answers": []}
        self.keep()

    def keep(self):
        stage.write_json(PUBLISHED, self.told)

    def offer(self, name):
        self.told["versions"].append(f"{name}/{offer(name, self.target)}")
        self.keep()

    def promote(self):
        for version in self.told["versions"]:
            answer = promote(version, self.target)
            self.told["answers"].append(answer)
            self.told["promoted" if answer["promoted"] else "refused"].append(version)
            self.keep()

    def fit(self, task, calibration):
        self.told["routing"] = fit(task, self.target, self.told["versions"], self.told["promoted"], calibration)
        self.keep()


def parse(words):
    parser = argparse.ArgumentParser(prog="publish")
    parser.add_argument("--registry", required=True)
    parser.add_argument("--promote", action="store_true")
    return parser.parse_args(words)


def asked_to_promote(options):
    """What the environment says, or else params.yaml."""
    said = os.environ.get("SWITCHBOARD_PROMOTE") or str(options.promote).lower()
    if said not in ("true", "false"):
        raise Problem(f"SWITCHBOARD_PROMOTE is {said}: say true or false")
    return said == "true"


def offer(name, target):
    """The number of the candidate in the target, which is copied there unless it is the newest challenger already."""
    there = stage.aliases(target).get(name, {}).get("challenger")
    if there is not None and manifest(f"{name}/{there}", target) == manifest(f"{name}/1", stage.scratch("registry")):
        return there
    return stage.copy(f"{name}/1", stage.scratch("registry"), target)


def manifest(name, registry):
    return stage.must("switchboard", "models", "show", name, "--registry", registry)["manifest"]


def promote(name, target):
    who = ["--by", "pipeline", "--reason", "training/dvc.yaml"]
    code, answer = stage.run("switchboard", "models", "promote", name, "--registry", target, *who, *stage.PROMOTION_LIMITS)
    if code not in (0, stage.REFUSED):
        raise Problem(f"switchboard models promote {name} ended with exit code {code}")
    return {"version": name, "promoted": code == 0, "answer": answer}


def fit(task, target, names, promoted, calibration):
    """Fits the operating point: of the champions when one of them is new, or else of the challengers, to look at."""
    if promoted and {f"{task}-{family}" for family in FAMILIES} <= champions(target):
        chosen = ["--promote"]
    else:
        chosen = ["--linear", names[0], "--transformer", names[1]]
    where = ["--task", task, "--registry", target, "--by", "pipeline"]
    made = stage.must("calibrate-routing", *where, *chosen, *calibration)
    model = made["model"]
    return {"version": f"{model['name']}/{model['version']}", "alias": model["alias"], "fits": made["fits"]}


def champions(target):
    return {name for name, aliases in stage.aliases(target).items() if "champion" in aliases}


def shown(target):
    """The registry as people may see it: a folder of the checkout, or an address."""
    return target.replace(f"file:{stage.CHECKOUT}/", "file:")


if __name__ == "__main__":
    stage.end("publish", main)
