"""python3 -m unittest discover deploy/setup: set-up without a network, on tiny wheels."""

import os
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))

import download
import own_libtorch
import unpack
from bundle import MARKER, Bundle
from problem import Problem

WHEEL = "tinything-1.0-py3-none-any.whl"


class Setup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.index = self.root / "index"
        self.index.mkdir()
        self.said = []
        self.bundle = Bundle("tiny", self.root / "cache", self.make_pins())
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.index)}
        patch = mock.patch.dict(os.environ, offline)
        patch.start()
        self.addCleanup(patch.stop)

    def make_pins(self):
        path = self.index / WHEEL
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("tiny/a.so", b"library")
            archive.writestr("tiny/include/b.h", b"header")
            archive.writestr("tiny/unwanted", b"unwanted")
            archive.writestr("tinything-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tinything\nVersion: 1.0\n")
            archive.writestr("tinything-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        tree = self.root / "tree"
        tree.mkdir()
        (tree / "b.h").write_bytes(b"header")
        (self.root / "a.so").write_bytes(b"library")
        member = {"to": "lib/a.so", "size_bytes": 7, "sha256": download.sha256(self.root / "a.so")}
        wheel = {
            "file": WHEEL,
            "requirement": "tinything==1.0",
            "pip": [],
            "size_bytes": path.stat().st_size,
            "sha256": download.sha256(path),
            "members": {"tiny/a.so": member},
            "trees": {"tiny/include/": {"to": "include", "files": 1, "sha256": unpack.tree_sha256(tree)}},
        }
        return {"folder": "tiny", "wheels": [wheel]}

    def install(self, keep_downloads=False):
        self.bundle.install(self.said.append, keep_downloads)

    def problem(self):
        with self.assertRaises(Problem) as caught:
            self.install()
        self.assertFalse(self.bundle.folder.exists())
        return str(caught.exception)

    def test_it_unpacks_what_is_wanted_and_deletes_the_wheel(self):
        self.install()
        files = {path.relative_to(self.bundle.folder).as_posix() for path in self.bundle.folder.rglob("*") if path.is_file()}
        self.assertEqual(files, {"lib/a.so", "include/b.h", MARKER})
        self.assertTrue(self.bundle.is_complete())
        self.assertEqual(list((self.root / "cache/downloads").iterdir()), [])

    def test_a_complete_download_is_kept_and_used(self):
        self.install(keep_downloads=True)
        (self.bundle.folder / MARKER).unlink()
        (self.index / WHEEL).unlink()
        self.install()
        self.assertTrue(self.bundle.is_complete())

    def test_a_partial_download_is_fetched_anew(self):
        downloads = self.root / "cache/downloads"
        downloads.mkdir(parents=True)
        (downloads / WHEEL).write_bytes(b"half")
        (downloads / "partial").mkdir()
        self.install()
        self.assertTrue(self.bundle.is_complete())

    def test_a_changed_wheel_is_refused_and_deleted(self):
        self.bundle.pins["wheels"][0]["sha256"] = "0" * 64
        self.assertIn("is not the file it should be", self.problem())
        self.assertFalse((self.root / "cache/downloads" / WHEEL).exists())

    def test_a_changed_member_is_refused(self):
        self.bundle.pins["wheels"][0]["members"]["tiny/a.so"]["sha256"] = "0" * 64
        self.assertIn("tiny/a.so", self.problem())

    def test_a_package_that_cannot_be_had_is_one_sentence(self):
        (self.index / WHEEL).unlink()
        self.assertIn("check the network", self.problem())

    def test_a_full_disk_is_told_before_anything_is_fetched(self):
        with mock.patch("shutil.disk_usage", return_value=mock.Mock(free=1_000)):
            self.assertIn("make room", self.problem())

    def test_what_is_missing_or_damaged_is_noticed(self):
        self.install()
        (self.bundle.folder / "lib/a.so").write_bytes(b"LIBRARY")
        self.assertTrue(self.bundle.is_complete())
        self.assertTrue(self.bundle.is_damaged(self.said.append))
        (self.bundle.folder / "lib/a.so").unlink()
        self.assertFalse(self.bundle.is_complete())


class OwnLibtorch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def make(self, version, constructor):
        for name in own_libtorch.NEEDED:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text("")
        parts = zip(("MAJOR", "MINOR", "PATCH"), version.split("."))
        (self.root / own_libtorch.NEEDED[1]).write_text("".join(f"#define TORCH_VERSION_{part} {n}\n" for part, n in parts))
        (self.root / "lib").mkdir(exist_ok=True)
        for name in own_libtorch.LIBRARIES:
            (self.root / f"lib/{name}.so").write_bytes(b"\0_ZN3c105ErrorC1ENS_14SourceLocationE" + constructor + b"\0")

    def test_its_abi_is_read_from_its_symbols(self):
        for constructor, abi in ((b"Ss", 0), (b"NSt7__cxx1112basic_string", 1)):
            self.make("2.4.1", constructor)
            self.assertEqual(own_libtorch.inspect(self.root), ("2.4.1", abi))

    def test_another_version_is_refused(self):
        self.make("2.10.0", b"Ss")
        with self.assertRaisesRegex(Problem, "is libtorch 2.10.0, and 2.4 is needed"):
            own_libtorch.inspect(self.root)

    def test_another_folder_is_refused(self):
        with self.assertRaisesRegex(Problem, "is not a libtorch"):
            own_libtorch.inspect(self.root)


class Concurrency(unittest.TestCase):
    def test_a_second_set_up_waits_for_the_first(self):
        with tempfile.TemporaryDirectory() as folder:
            body = (
                "import time; from pathlib import Path; from lock import locked\n"
                f"with locked(Path({folder!r}) / 'lock', lambda *said: None):\n"
                "    entered = time.monotonic(); time.sleep(0.3); print(entered, time.monotonic())\n"
            )
            here = str(Path(__file__).resolve().parent)
            command = [sys.executable, "-c", body]
            both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=here) for _ in range(2)]
            stays = sorted([float(time) for time in process.communicate()[0].split()] for process in both)
            self.assertLessEqual(stays[0][1], stays[1][0], "the second entered after the first had left")


if __name__ == "__main__":
    unittest.main()
