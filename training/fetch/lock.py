"""fetch.lock: the SHA-256 of every file as it was first fetched. Whoever has the same lock gets the same bytes."""

import hashlib
import json
import os

from problem import Problem

CHUNK_BYTES = 1 << 20


class Lock:
    def __init__(self, path):
        self.path = path
        try:
            self.entries = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        except ValueError as error:
            raise Problem(f"{path} is not JSON: mend it, or delete it to trust what comes next") from error

    def known(self, source, name):
        """The SHA-256 of a file, when it was fetched before."""
        return self.entries.get(source, {}).get(name, {}).get("sha256")

    def holds(self, source, name, path):
        """Whether `path` is there and is the file that was fetched before."""
        return path.is_file() and sha256(path) == self.known(source, name)

    def admit(self, source, name, path):
        """Checks a fetched file against the lock; the first of its name is trusted and recorded. A wrong one is deleted."""
        found, expected = sha256(path), self.known(source, name)
        if expected is None:
            self.entries.setdefault(source, {})[name] = {"sha256": found, "size_bytes": path.stat().st_size}
            self.write()
            return False
        if found != expected:
            path.unlink()
            raise Problem(
                f"{name} is not the file that {self.path.name} knows (SHA-256 {found}, expected {expected}), and was deleted: "
                f"if its publisher changed it and you trust that, remove its entry from {self.path}"
            )
        return True

    def write(self):
        text = json.dumps(self.entries, indent=2, sort_keys=True) + "\n"
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, self.path)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
