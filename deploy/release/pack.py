#!/usr/bin/env python3
"""Packs the programs that need no libtorch for a release, with what they are made of and checksums.

    python3 deploy/release/pack.py --version 0.1.0 --programs target/release --sboms sbom --out dist

`sboms` is the folder that program-sboms wrote. `out` must not exist; it gets the archive, switchboard.cdx.json (of all its programs) and SHA256SUMS. The same
programs always make the same archive.
"""

import argparse
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# What `switchboard up --linear-only` starts. The transformer is released as an image, because it needs libtorch beside it.
PROGRAMS = ("agent", "make-corpus", "switchboard", "tfidf", "train-tfidf")
DOCUMENTS = ("LICENSE", "README.md")
PLATFORM = "linux-x86_64"


class Problem(Exception):
    """One sentence: what is wrong, and what to do."""


def main():
    options = parsed()
    out = Path(options.out)
    if out.exists():
        raise Problem(f"{out} exists: remove it, or name another folder")
    for program in PROGRAMS:
        check_program(Path(options.programs) / program, options.version)
    bill = merged([Path(options.sboms) / f"{program}.cdx.json" for program in PROGRAMS], options.version)
    out.mkdir()
    (out / "switchboard.cdx.json").write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    folder = f"switchboard-{options.version}-{PLATFORM}"
    pack(out / f"{folder}.tar.gz", folder, Path(options.programs), commit_time())
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(sums), encoding="ascii")
    sys.stdout.writelines(sums)


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for flag in ("--version", "--programs", "--sboms", "--out"):
        parser.add_argument(flag, required=True)
    return parser.parse_args()


def check_program(path, version):
    if not os.access(str(path), os.X_OK):
        raise Problem(f"{path} is not there: run cargo build --release --locked")
    said = subprocess.run([str(path), "--version"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    if said.split()[-1:] != [version]:
        raise Problem(f"{path} says it is {said.strip()!r}, not {version}: build it anew")


def merged(files, version):
    """One bill for all programs; what several of them use stands in it once."""
    bills = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    programs = [bill["metadata"]["component"] for bill in bills]
    components = {part["bom-ref"]: part for bill in bills for part in bill["components"]}
    components.update((program["bom-ref"], program) for program in programs)
    uses = {}
    for edge in (edge for bill in bills for edge in bill["dependencies"]):
        # Two programs may use one crate with different features, so with different dependencies.
        uses.setdefault(edge["ref"], set()).update(edge.get("dependsOn", ()))
    uses["switchboard"] = {program["bom-ref"] for program in programs}
    whole = {"type": "application", "bom-ref": "switchboard", "name": "switchboard", "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": bills[0]["specVersion"],
        "version": 1,
        "metadata": {"component": whole, "tools": bills[0]["metadata"]["tools"]},
        "components": [components[ref] for ref in sorted(components)],
        "dependencies": [{"ref": ref, "dependsOn": sorted(uses[ref])} for ref in sorted(uses)],
    }


def commit_time():
    said = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=str(CHECKOUT), stdout=subprocess.PIPE, encoding="ascii", check=True
    )
    return int(said.stdout)


def pack(archive, folder, programs, time):
    files = [(programs / name, name, 0o755) for name in PROGRAMS]
    files += [(CHECKOUT / name, name, 0o644) for name in DOCUMENTS]
    # Neither gzip's header nor tar's may say when or by whom it was packed.
    with open(archive, "wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as zipped:
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path, name, mode in sorted(files, key=lambda file: file[1]):
                entry = tarfile.TarInfo(f"{folder}/{name}")
                entry.size, entry.mtime, entry.mode = path.stat().st_size, time, mode
                with open(path, "rb") as content:
                    tar.addfile(entry, content)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        print(f"pack: {problem}", file=sys.stderr)
        sys.exit(1)
