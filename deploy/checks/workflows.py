#!/usr/bin/env python3
"""Checks .github: that the workflows are valid, trust as little as they can, and name what exists here.

    python3 deploy/checks/workflows.py
"""

import re
import subprocess
import sys
from pathlib import Path

import tools

tools.use_checks_venv()

import yaml  # noqa: E402  (of the venv)

CHECKOUT = tools.CHECKOUT
GITHUB = CHECKOUT / ".github"
PROGRAMS = Path(sys.prefix) / "bin"
PINNED = re.compile(r"uses: ([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$")
# Every job that may write anything, and what. All others read.
MAY_WRITE = {
    "security/report": {"security-events"},
    "release/images": {"packages"},
    "release/sign-image": {"packages", "id-token", "attestations"},
    "release/attest-programs": {"id-token", "attestations"},
    "release/draft": {"contents"},
    "retrain/comment": {"pull-requests"},
}
FOLDERS = ("deploy", "fuzz", "crates", "services", "training", "testdata")


def main():
    files = sorted((GITHUB / "workflows").glob("*.yml"))
    texts = {file.stem: file.read_text(encoding="utf-8") for file in files}
    workflows = {name: yaml.load(text, Loader=yaml.BaseLoader) for name, text in texts.items()}
    jobs = {f"{name}/{job}": facts for name, flow in workflows.items() for job, facts in flow["jobs"].items()}
    checks = [
        ("actions are pinned by commit", lambda: pins(texts)),
        ("jobs have a limit and few rights", lambda: rights(workflows, jobs)),
        ("what jobs run exists", lambda: existing(jobs)),
        ("every image is built, scanned, reported and signed", lambda: images(jobs)),
        ("every fuzz target is run", lambda: fuzz_targets(jobs)),
        ("actionlint and shellcheck", lambda: actionlint(files)),
        ("shellcheck of deploy/release", release_scripts),
        ("zizmor", zizmor),
    ]
    failed = False
    for what, check in checks:
        faults = check()
        tools.say(f"workflows: {what}: {'FAILED' if faults else 'ok'}")
        for fault in faults:
            tools.say(f"  {fault}")
        failed |= bool(faults)
    tools.say(f"workflows: {len(files)} files, {len(jobs)} jobs")
    return 1 if failed else 0


def pins(texts):
    """A tag can be moved to other code, a commit cannot. The comment is what people and Dependabot read."""
    faults, seen = [], {}
    for name, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            if not re.match(r"\s*(- )?[\"']?uses\b", line):
                continue
            place = f"{name}.yml:{number}"
            found = PINNED.search(line.rstrip())
            if not found:
                faults.append(f"{place}: {line.strip()} is not OWNER/NAME@COMMIT # vX.Y.Z")
                continue
            action, commit, version = found.groups()
            # An action in a folder of its repository has the repository's commits.
            repository = "/".join(action.split("/")[:2])
            first = seen.setdefault(repository, (commit, version, place))
            if first[:2] != (commit, version):
                faults.append(f"{place}: {repository} is {version} ({commit[:12]}), but {first[1]} ({first[0][:12]}) in {first[2]}")
    return faults


def rights(workflows, jobs):
    faults = [f"{name}.yml: permissions at the top are not {{}}" for name, flow in workflows.items() if flow.get("permissions") != {}]
    for place, job in jobs.items():
        if not job.get("timeout-minutes", "").isdigit():
            faults.append(f"{place}: no timeout-minutes")
        given = job.get("permissions")
        if not isinstance(given, dict):
            faults.append(f"{place}: permissions are not listed")
            continue
        writes = {right for right, level in given.items() if level != "read"}
        if writes != MAY_WRITE.get(place, set()):
            allowed = ", ".join(sorted(MAY_WRITE.get(place, ()))) or "nothing"
            faults.append(f"{place}: may write {', '.join(sorted(writes)) or 'nothing'}; MAY_WRITE says {allowed}")
    faults += [f"MAY_WRITE names {place}, which is no job" for place in sorted(set(MAY_WRITE) - set(jobs))]
    return faults


def existing(jobs):
    """The files and make targets that `run` names."""
    faults = []
    folders = "|".join(FOLDERS)
    for place, job in jobs.items():
        for script in (step.get("run", "") for step in job.get("steps", ())):
            for path in re.findall(rf"(?<![\w./-])(?:{folders})/[\w./-]*\w(?![\w$]|/?\$)", script):
                if not (CHECKOUT / path).exists():
                    faults.append(f"{place}: {path} does not exist")
            for target in re.findall(r"(?:^|[;&|]\s*)make ([\w./-]+)", script, re.MULTILINE):
                known = subprocess.run(["make", "-n", target], cwd=str(CHECKOUT), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                if known.returncode != 0:
                    faults.append(f"{place}: the Makefile has no target {target}")
    return faults


def images(jobs):
    """The images are named in several places, because a matrix cannot be shared."""
    faults, built = [], {}
    for file in sorted((CHECKOUT / "deploy" / "images").glob("*.Dockerfile")):
        text = file.read_text(encoding="utf-8")
        stages = re.findall(r"^FROM .* AS (\S+)$", text, re.MULTILINE)
        # A stage that others start from is no image; a file without named stages adds something to an image that others make.
        targets = {stage for stage in stages if not re.search(rf"^FROM {stage}\b|--from={stage}\b", text, re.MULTILINE)}
        if targets:
            built[file.name.split(".")[0]] = targets
    for place in ("security/images", "release/images"):
        named = {row["file"]: set(row["targets"].split()) for row in matrix(jobs, place)["include"]}
        if named != built:
            faults.append(f"{place}: builds {pretty(named)}; deploy/images has {pretty(built)}")
    everything = set().union(*built.values())
    reported = {(row["artifact"], row["report"]) for row in matrix(jobs, "security/report")["include"]}
    expected = {(f"sarif-{kind}", image) for kind, names in built.items() for image in names} | {("sarif-zizmor", "zizmor")}
    for artifact, report in sorted(reported ^ expected):
        faults.append(f"security/report: {artifact}/{report}.sarif is {'not uploaded' if (artifact, report) in expected else 'never made'}")
    signed = set(matrix(jobs, "release/sign-image")["image"])
    if signed != everything:
        faults.append(f"release/sign-image: signs {', '.join(sorted(signed))}; deploy/images has {', '.join(sorted(everything))}")
    return faults


def pretty(kinds):
    return "; ".join(f"{kind}: {' '.join(sorted(names))}" for kind, names in sorted(kinds.items()))


def matrix(jobs, place):
    return jobs[place]["strategy"]["matrix"]


def fuzz_targets(jobs):
    run = set(matrix(jobs, "nightly/fuzz")["target"])
    manifest = (CHECKOUT / "fuzz" / "Cargo.toml").read_text(encoding="utf-8")
    there = set(re.findall(r'^\[\[bin\]\]\nname = "(\w+)"$', manifest, re.MULTILINE))
    return [f"nightly/fuzz: {target} is {'not run' if target in there else 'no target of fuzz/Cargo.toml'}" for target in sorted(run ^ there)]


def actionlint(files):
    return output([PROGRAMS / "actionlint", "-oneline", "-shellcheck", PROGRAMS / "shellcheck", *files])


def release_scripts():
    scripts = [file for file in sorted((CHECKOUT / "deploy" / "release").iterdir()) if file.is_file()]
    shell = [file for file in scripts if file.read_bytes().startswith(b"#!/bin/sh\n")]
    return output([PROGRAMS / "shellcheck", *shell]) if shell else ["deploy/release has no shell script"]


def zizmor():
    """Without a network: whether pinned commits are releases of their repositories is looked up by security.yml."""
    return output([PROGRAMS / "zizmor", "--offline", "--pedantic", "--strict-collection", "--no-progress", "--quiet", GITHUB])


def output(command):
    """What a linter said, a line each, when it found something."""
    try:
        tools.run(command, cwd=str(CHECKOUT))
    except tools.Problem as problem:
        return str(problem).splitlines()
    return []


if __name__ == "__main__":
    try:
        sys.exit(main())
    except tools.Problem as problem:
        tools.say(f"workflows: {problem}")
        sys.exit(1)
