"""Fetches what the checks need into .cache/tools, once, and says where it is.

    python3 deploy/checks/tools.py prometheus    prints where prometheus, promtool and amtool are (JSON)
    python3 deploy/checks/tools.py venv          prints the Python that has deploy/checks/requirements.txt
    python3 deploy/checks/tools.py dvc           prints the Python that has deploy/checks/requirements-dvc.txt
    python3 deploy/checks/tools.py mlflow        prints the Python that has deploy/checks/requirements-mlflow.txt

Needs Python 3.8 or later with pip, and nothing else.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
TOOLS = CHECKOUT / ".cache" / "tools"
# What each venv under .cache/tools has in it.
VENVS = {"checks": "requirements.txt", "dvc": "requirements-dvc.txt", "mlflow": "requirements-mlflow.txt"}
# Installs into the venv. Debian's Python has no ensurepip, so the venv cannot bring its own.
PIP = "25.0.1"
PIP_SHA256 = "c46efd13b6aa8279f33f2864459c8ce587ea6a1a59ee20de055868d8f7688f7f"
# Debian's Alertmanager itself is left out: it starts only where its package is installed.
PROMETHEUS = ("prometheus", "promtool", "amtool")
DEBIAN_PACKAGES = ("prometheus", "prometheus-alertmanager")


class Problem(Exception):
    """One sentence: what is wrong, and what to do."""


def say(sentence):
    """Tells the user what goes on; stdout is for results."""
    print(sentence, file=sys.stderr, flush=True)


def run(command, **options):
    """Runs a command and returns its standard output; a `Problem` with what it said when it fails."""
    done = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", **options
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        raise Problem(f"{' '.join(str(word) for word in command)} failed:\n{said}")
    return done.stdout


@contextlib.contextmanager
def locked(name):
    """Holds the lock `name`; another run in this checkout waits. It ends with this process, however that ends."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with open(TOOLS / f"{name}.lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prometheus_tools():
    """Returns the paths of prometheus, promtool and amtool by name: those on PATH, or else Debian's."""
    found = {name: shutil.which(name) for name in PROMETHEUS}
    if not all(found.values()):
        programs = debian_packages("prometheus", DEBIAN_PACKAGES) / "usr" / "bin"
        found = {name: path or programs / name for name, path in found.items()}
    return {name: Path(path) for name, path in found.items()}


def debian_packages(name, packages):
    """Returns .cache/tools/NAME with the packages' files in it.

    They are unpacked, not installed: installing a daemon's package starts the daemon. apt checks the archive's signature.
    """
    folder = TOOLS / name
    if folder.is_dir():
        return folder
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            raise Problem(f"no {program}, so {', '.join(packages)} cannot be fetched: put {', '.join(PROMETHEUS)} on PATH")
    with locked(name):
        if folder.is_dir():  # Somebody else may have made it while this program waited.
            return folder
        say(f"fetching {', '.join(packages)} from the Debian archive")
        with tempfile.TemporaryDirectory(dir=TOOLS) as temporary:
            download(packages, temporary)
            unpacked = Path(temporary) / "unpacked"
            for package in Path(temporary).glob("*.deb"):
                run(["dpkg-deb", "-x", package, unpacked])
            unpacked.replace(folder)  # Whole or not at all.
    return folder


def download(packages, folder):
    command = ["apt-get", "download", "-qq", *packages]
    try:
        run(command, cwd=folder)
    except Problem:
        # A fresh machine has no package lists, an old one has lists that name versions that are gone.
        try:
            run(["apt-get", "update", "-qq"])
        except Problem as problem:
            raise Problem(f"{problem}\ncheck the network, and run it as root") from problem
        run(command, cwd=folder)


def venv_python(name):
    """Returns the Python of the venv .cache/tools/NAME, which has exactly what its requirements name.

    A venv cannot be moved, so each is made under a name of its own and NAME is a link to the newest. One that a
    check still uses stays until the next one but one is made.
    """
    requirements = CHECKOUT / "deploy" / "checks" / VENVS[name]
    wanted = hashlib.sha256(requirements.read_bytes() + PIP.encode() + sys.version.encode()).hexdigest()[:12]
    folder, link = TOOLS / f"{name}-{wanted}", TOOLS / name
    if link.is_symlink() and os.readlink(link) == folder.name:
        return folder / "bin" / "python"
    with locked(name):
        before = os.readlink(link) if link.is_symlink() else None
        if before != folder.name:
            make_venv(folder, requirements)
            point(link, folder.name)
            for old in TOOLS.glob(f"{name}-*"):
                if old.name not in (folder.name, before):
                    shutil.rmtree(old)
    return folder / "bin" / "python"


def make_venv(folder, requirements):
    say(f"installing {requirements.relative_to(CHECKOUT)} into .cache/tools")
    run([sys.executable, "-m", "venv", "--clear", "--without-pip", folder])
    with tempfile.TemporaryDirectory(dir=TOOLS) as temporary:
        pins = Path(temporary) / "pip.txt"
        pins.write_text(f"pip=={PIP} --hash=sha256:{PIP_SHA256}\n", encoding="ascii")
        quiet = ["--quiet", "--disable-pip-version-check"]
        fetch = [sys.executable, "-m", "pip", "download", *quiet, "--no-deps", "--require-hashes"]
        run([*fetch, "--only-binary=:all:", f"--dest={temporary}", "-r", pins])
        # A wheel is an archive that Python can run from.
        pip = Path(temporary) / f"pip-{PIP}-py3-none-any.whl" / "pip"
        run([folder / "bin" / "python", pip, "install", *quiet, "-r", requirements])


def point(link, target):
    """Makes `link` point at `target` in one step."""
    fresh = link.with_name(link.name + ".new")
    fresh.unlink() if fresh.is_symlink() else None
    fresh.symlink_to(target)
    fresh.replace(link)


def use_checks_venv():
    """Starts this program again with the venv's Python, unless that is what runs it. Call it before importing packages."""
    python = venv_python("checks")
    if Path(sys.prefix).resolve() != python.parent.parent.resolve():
        os.execv(str(python), [str(python), *sys.argv])


def node_package(name, version):
    """Returns the folder of the npm package NAME at exactly VERSION, with what it depends on beside it."""
    root = TOOLS / "node" / f"{name.replace('/', '-')}-{version}"
    package = root / "node_modules" / name
    if root.is_dir():
        return package
    if shutil.which("npm") is None:
        raise Problem(f"no npm to fetch {name} with: install Node.js (Debian: apt install nodejs npm)")
    with locked("node"):
        if not root.is_dir():
            say(f"fetching {name} {version} from npm")
            root.parent.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=root.parent) as temporary:
                install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save"]
                made = Path(temporary) / "made"
                made.mkdir()
                run([*install, "--prefix", made, f"{name}@{version}"])
                made.replace(root)  # Whole or not at all.
    return package


def main():
    wanted = sys.argv[1:]
    if wanted == ["prometheus"]:
        print(json.dumps({name: str(path) for name, path in prometheus_tools().items()}))
    elif wanted == ["venv"]:
        print(venv_python("checks"))
    elif wanted in (["dvc"], ["mlflow"]):
        print(venv_python(*wanted))
    else:
        say(__doc__.strip())
        sys.exit(2)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        say(f"tools: {problem}")
        sys.exit(1)
