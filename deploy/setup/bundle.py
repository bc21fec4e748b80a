"""A folder of the cache whose files come out of pinned wheels."""

import json
import platform
import shutil
import sys
from pathlib import Path

import download
import unpack
from problem import Problem, from_os_error

PINS = Path(__file__).resolve().parent / "pins.json"
MARKER = "complete.json"
SPARE_BYTES = 50_000_000


class Bundle:
    """What should be in one folder, and how to bring it there."""

    def __init__(self, name, cache, pins):
        self.name = name
        self.cache = cache
        self.pins = pins
        self.folder = cache / pins["folder"]

    @classmethod
    def load(cls, name, cache, platform_matters=False):
        pins = json.loads(PINS.read_text(encoding="utf-8"))[name]
        if platform_matters:
            wheels = pins["platforms"].get(this_platform())
            pins = {"folder": pins["folder"], "wheels": wheels}
        return cls(name, cache, pins)

    def require_platform(self):
        if self.pins["wheels"] is None:
            raise Problem(
                f"there is no libtorch to fetch for {this_platform()}: "
                "install libtorch 2.4 yourself and set LIBTORCH to its folder"
            )

    def is_complete(self):
        """Whether it was installed from these pins and nothing has changed size since; takes milliseconds."""
        try:
            installed = json.loads((self.folder / MARKER).read_text(encoding="utf-8"))
            if installed != self.pins:
                return False
            return all((self.folder / name).stat().st_size == size for name, size in self.sizes().items()) and all(
                unpack.count_files(self.folder / tree["to"]) == tree["files"] for tree in self.trees()
            )
        except (OSError, ValueError):
            return False

    def is_damaged(self, say):
        """Whether a file is not, byte for byte, what it should be."""
        say(f"verifying {self.name}")
        for member in self.members():
            if download.sha256(self.folder / member["to"]) != member["sha256"]:
                say(f"{member['to']} is damaged")
                return True
        for tree in self.trees():
            if unpack.tree_sha256(self.folder / tree["to"]) != tree["sha256"]:
                say(f"{tree['to']} is damaged")
                return True
        return False

    def install(self, say, keep_downloads):
        """Fetches the wheels and unpacks them aside; the folder appears when all of it is right."""
        fresh = self.folder.with_name(self.folder.name + ".partial")
        downloads = self.cache / "downloads"
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            self.check_space(downloads)
            paths = [download.fetch(wheel, downloads, say) for wheel in self.pins["wheels"]]
            say(f"unpacking {self.name}")
            for wheel, path in zip(self.pins["wheels"], paths):
                unpack.unpack(wheel, path, fresh)
            (fresh / MARKER).write_text(json.dumps(self.pins), encoding="utf-8")
            shutil.rmtree(self.folder, ignore_errors=True)
            fresh.replace(self.folder)
            if not keep_downloads:
                for path in paths:
                    path.unlink()
        except OSError as error:
            raise from_os_error(error, self.folder) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def check_space(self, downloads):
        downloads.mkdir(parents=True, exist_ok=True)
        missing = [wheel["size_bytes"] for wheel in self.pins["wheels"] if not (downloads / wheel["file"]).is_file()]
        # pip has the file it is fetching twice for a moment.
        needed = sum(missing) + max(missing, default=0) + sum(self.sizes().values()) + SPARE_BYTES
        free = shutil.disk_usage(downloads).free
        if free < needed:
            raise Problem(
                f"{self.name} needs {needed / 1e9:.1f} GB in {self.cache} and {free / 1e9:.1f} GB are free: make room and run it again"
            )

    def members(self):
        return [member for wheel in self.pins["wheels"] for member in wheel["members"].values()]

    def trees(self):
        return [tree for wheel in self.pins["wheels"] for tree in wheel.get("trees", {}).values()]

    def sizes(self):
        return {member["to"]: member["size_bytes"] for member in self.members()}


def this_platform():
    system = {"darwin": "macos"}.get(sys.platform, sys.platform)
    machine = platform.machine().lower()
    return f"{system}-{ {'amd64': 'x86_64', 'aarch64': 'arm64'}.get(machine, machine) }"
