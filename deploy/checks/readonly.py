"""Checks that the built programs need nothing but what their containers give them.

    python3 deploy/checks/readonly.py

Runs target/release as user 65532 in a root that is read-only but for /tmp and the registry, in a network of its own:
trains the linear model, starts the mesh, routes a ticket, stops. The transformer starts without a model; `make images` gives
it one. Needs root (or sudo without a password), and the programs built; libtorch is that of deploy/setup or LIBTORCH.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(CHECKOUT / "deploy" / "images"))

import trial  # noqa: E402 the path above

BUILT = CHECKOUT / "target" / "release"
PROGRAMS = ("agent", "tfidf", "transformer", "switchboard", "make-corpus", "train-tfidf", "calibrate-routing")
# What the programs load, and what the script of the trainers calls.
OF_THIS_MACHINE = ("/bin", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/usr")
ENV = {
    "PATH": "/opt/switchboard/bin:/usr/bin:/bin",
    "SWITCHBOARD_REGISTRY": f"file:{trial.REGISTRY}",
    "AGENT_TFIDF_URL": "http://127.0.0.1:8001",
    "AGENT_TRANSFORMER_URL": "http://127.0.0.1:8002",
}


def main():
    missing = [name for name in PROGRAMS if not (BUILT / name).is_file()]
    if missing:
        raise trial.Fault(f"not built: {', '.join(missing)}; run `make build`")
    trial.own_network()
    with tempfile.TemporaryDirectory() as folder:
        # Others may look into a folder for the mounts to be of use to them.
        os.chmod(folder, 0o755)
        root, registry = Path(folder) / "root", Path(folder) / "registry"
        mounts = make_root(root)
        registry.mkdir()

        def program(*args):
            return trial.Program(root, list(args), ENV, mounts)

        names = ("agent", "tfidf", "transformer")
        programs = {name: program(f"/opt/switchboard/bin/{name}") for name in names}
        programs["train-tfidf"] = program("/bin/sh", "/opt/switchboard/images/first-model", "tfidf")
        trial.try_mesh(programs, registry, say)


def make_root(root):
    """Makes an empty root in the shape of an image, and returns what is mounted in it."""
    for folder in ("dev", "proc", "tmp", "var/tmp", "var/lib/switchboard/registry", "opt/switchboard"):
        (root / folder).mkdir(parents=True)
    mounts = [(BUILT, "/opt/switchboard/bin"), (libtorch(), "/opt/switchboard/lib")]
    mounts.append((CHECKOUT / "deploy" / "images", "/opt/switchboard/images"))
    for path in map(Path, OF_THIS_MACHINE):
        if path.is_symlink():
            (root / path.name).symlink_to(os.readlink(path))
        elif path.is_dir():
            mounts.append((path, str(path)))
    for _, target in mounts:
        (root / target.lstrip("/")).mkdir(exist_ok=True)
    return [(source, target, False) for source, target in mounts]


def libtorch():
    chosen = Path(os.environ.get("LIBTORCH") or CHECKOUT / ".cache" / "libtorch") / "lib"
    if not chosen.is_dir():
        raise trial.Fault(f"no libtorch in {chosen}; run `make setup`")
    return chosen


def say(line):
    print(f"readonly: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            sys.exit("readonly: run this as root")
        os.execvp("sudo", ["sudo", "-n", "--preserve-env=LIBTORCH", sys.executable, *sys.argv])
    try:
        main()
    except trial.Fault as fault:
        say(str(fault))
        sys.exit(1)
    say("the mesh ran with a read-only root")
