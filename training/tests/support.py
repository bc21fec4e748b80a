"""A small checkout that the pipeline runs in: the bundled corpus at a small size, a tiny random encoder, real programs."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

CHECKOUT = Path(__file__).resolve().parent.parent.parent
PIPELINE = ("dvc.yaml", "params.yaml", ".dvcignore", ".gitignore", "repro", "pipeline", "data")
PROGRAMS = ("make-corpus", "train-tfidf", "train-transformer", "calibrate-routing", "switchboard", "transformer")
REFUSING = """#!/bin/sh
case "$*" in
"models promote --help") echo "      --dry-run  Only compare" ;;
"models promote "*) echo '{{"passed": false}}'; exit 3 ;;
*) exec {real} "$@" ;;
esac
"""
TICKETS = 800  # Fitting the two models to each other needs 100 held-out rows.
SMALL = {
    "corpus-tickets: 8000": f"corpus-tickets: {TICKETS}",
    "train_transformer:\n": "train_transformer:\n  base: ../testdata/distilbert/distilbert\n  epochs: 1\n  refit: 'false'\n  threads: 1\n",
    # A tiny encoder that has seen little is right by chance.
    "tfidf.accuracy: 0.6\n": "tfidf.accuracy: 0.2\n",
    "transformer.accuracy: 0.45\n": "transformer.accuracy: 0.0\n",
    "held_out.mesh.accuracy: 0.65\n": "held_out.mesh.accuracy: 0.2\n",
    "tfidf.ece: 0.15\n": "tfidf.ece: 0.9\n",
}


class Folder(unittest.TestCase):
    """A test with a folder of its own, in which nobody reads stderr."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def silence(self):
        patch = mock.patch.object(sys, "stderr", io.StringIO())
        patch.start()
        self.addCleanup(patch.stop)

    def work_in(self, folder):
        """Stages work in the folder they are started in."""
        before = os.getcwd()
        os.chdir(folder)
        self.addCleanup(os.chdir, before)


class Checkout:
    """The part of a checkout that the pipeline needs, in `folder`."""

    def __init__(self, folder):
        self.folder, self.training = folder, folder / "training"

    @classmethod
    def make(cls, folder):
        made = cls(folder)
        made.training.mkdir(parents=True)
        for name in PIPELINE:
            source = CHECKOUT / "training" / name
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            copy(source, made.training / name)
        (made.training / ".dvc").mkdir()
        shutil.copy2(CHECKOUT / "training" / ".dvc" / "config", made.training / ".dvc" / "config")
        shutil.copytree(CHECKOUT / "testdata" / "distilbert", folder / "testdata" / "distilbert")
        (folder / "deploy").mkdir()
        (folder / "deploy" / "checks").symlink_to(CHECKOUT / "deploy" / "checks")
        (folder / "target").symlink_to(CHECKOUT / "target")
        subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
        for known, small in SMALL.items():
            made.change(known, small)
        return made

    def copy(self, folder):
        shutil.copytree(self.folder, folder, symlinks=True)
        return Checkout(folder)

    def change(self, before, after, section=""):
        """Replaces `before`, the first one behind `section`, in params.yaml."""
        path = self.training / "params.yaml"
        text = path.read_text(encoding="utf-8")
        at = text.index(section)
        assert before in text[at:], f"params.yaml has no {before!r} behind {section!r}"
        path.write_text(text[:at] + text[at:].replace(before, after, 1), encoding="utf-8")

    def refuse_promotion(self):
        """From here on `switchboard models promote` compares and refuses; everything else is the real program's."""
        programs = self.folder / "target"
        programs.unlink()
        (programs / "release").mkdir(parents=True)
        for name in PROGRAMS:
            (programs / "release" / name).symlink_to(CHECKOUT / "target" / "release" / name)
        switchboard = programs / "release" / "switchboard"
        switchboard.unlink()
        switchboard.write_text(REFUSING.format(real=CHECKOUT / "target" / "release" / "switchboard"), encoding="utf-8")
        switchboard.chmod(0o755)

    def switchboard(self, *words):
        """Runs the real program on the registry that candidates go to."""
        registry = ["--registry", f"file:{self.folder / 'data' / 'registry'}"]
        command = [str(CHECKOUT / "target" / "release" / "switchboard"), *words, *registry]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout)

    def aliases(self):
        """Which version each alias names in the registry that candidates go to, by the model's name."""
        return {model["name"]: model["aliases"] for model in self.switchboard("models", "list")["models"]}

    def repro(self, *words):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
        command = [sys.executable, str(self.training / "repro"), *words]
        return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")

    def read(self, name):
        return (self.training / name).read_text(encoding="utf-8")


def stages_run(output):
    return re.findall(r"Running stage '([\w-]+)'", output)
