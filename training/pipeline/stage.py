"""What the stages have in common: programs, registries, flags, and how a stage ends."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

TRAINING = Path(__file__).resolve().parent.parent
CHECKOUT = TRAINING.parent
WORK = Path("work")
# A stage that fails leaves its name and exit code here, because DVC's own exit code is the same for every failure.
FAILED = WORK / "failed.json"
REFUSED = 3
# The thresholds of `switchboard models promote`.
PROMOTION_LIMITS = ("--params", "params.yaml")


class Problem(Exception):
    """One sentence: what is wrong, and what to do."""

    code = 1


class Refused(Problem):
    """What was trained is not good enough; nothing is broken."""

    code = REFUSED


def end(name, main):
    """Runs the stage `name`, and exits as it ended."""
    try:
        main(sys.argv[1:])
        if FAILED.is_file() and read_json(FAILED)["stage"] == name:
            FAILED.unlink()
        return
    except Problem as problem:
        say(f"{name}: {problem}")
        code = problem.code
    except OSError as error:
        say(f"{name}: {error.filename or 'file'}: {error.strerror or error}")
        code = 1
    WORK.mkdir(exist_ok=True)
    write_json(FAILED, {"stage": name, "exit_code": code})
    sys.exit(code)


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


def program(name):
    """The path of a program of this checkout."""
    path = CHECKOUT / "target" / "release" / name
    if not path.is_file():
        raise Problem(f"there is no {path}: run `make build`")
    return str(path)


def run(name, *arguments):
    """Runs a program of this checkout and returns its exit code and the JSON object it printed; stderr passes through."""
    done = subprocess.run([program(name), *map(str, arguments)], stdout=subprocess.PIPE, encoding="utf-8")
    try:
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}
    except ValueError as error:
        raise Problem(f"{name} printed no JSON ({error})") from error


def must(name, *arguments):
    """Runs a program that must succeed and returns the JSON object it printed."""
    code, answer = run(name, *arguments)
    if code != 0:
        raise Problem(f"{name} ended with exit code {code}")
    return answer


def flags(words):
    """Joins `--name value`, as DVC writes them, to `--name=value`: some flags take their value in no other way."""
    joined = []
    for word in words:
        if word.startswith("--") or not joined or "=" in joined[-1]:
            joined.append(word)
        else:
            joined[-1] += f"={word}"
    return joined


def split_flags(words, mark):
    """The words before `mark`, and those behind it as `flags` makes them."""
    at = words.index(mark)
    return words[:at], flags(words[at + 1 :])


def scratch(name):
    """The address of a registry of the pipeline's own."""
    return f"file:{WORK / name}"


def fresh(folder):
    """An empty folder, whatever was there."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def target_registry(configured):
    """Where candidates go: what the environment says, or else params.yaml. Relative folders are the checkout's."""
    url = os.environ.get("SWITCHBOARD_REGISTRY") or configured
    if url.startswith("file:"):
        return f"file:{CHECKOUT / url[len('file:'):]}"
    if "@" in url.split("://", 1)[-1].split("/", 1)[0]:
        raise Problem("the registry's address holds a password: give it by MLFLOW_TRACKING_USERNAME and _PASSWORD")
    return url


def aliases(registry):
    """The aliases of every model of a registry, by the model's name."""
    listed = must("switchboard", "models", "list", "--registry", registry)
    return {model["name"]: model["aliases"] for model in listed["models"]}


def copy(reference, source, target, alias="challenger"):
    """Copies a version between registries, and returns its number in the second."""
    where = ["--registry", source, "--to", target]
    return must("switchboard", "models", "copy", reference, *where, "--alias", alias, "--by", "pipeline")["to"]


def read_json(path):
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_json(path, value):
    Path(path).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
