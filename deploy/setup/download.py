"""Fetches one wheel through pip, which knows this machine's index, mirror, proxy and certificates."""

import hashlib
import os
import shutil
import subprocess
import sys
import time

from problem import Problem

CHUNK_BYTES = 1 << 20
POLL_SECONDS = 0.2
LINE_EVERY_SECONDS = 5.0

# What pip says, and what it means; the first that fits.
CAUSES = (
    ("No space left", "the disk is full: make room and run it again"),
    ("No module named pip", "this Python has no pip: install it (Debian: apt install python3-pip) and run it again"),
    ("Read timed out", "the package index does not answer: check the network and run it again"),
    ("Connection", "the package index cannot be reached: check the network, or PIP_INDEX_URL, and run it again"),
    ("Temporary failure", "the package index cannot be reached: check the network and run it again"),
    ("SSLError", "the package index's certificate is not trusted: set PIP_CERT and run it again"),
    ("No matching distribution", "the package index does not offer it or cannot be reached: check the network, or PIP_INDEX_URL"),
)


def fetch(wheel, downloads, say):
    """Returns the path of `wheel` in `downloads`, fetched if it is not there yet; its SHA-256 is the pinned one."""
    path = downloads / wheel["file"]
    if path.is_file() and sha256(path) == wheel["sha256"]:
        return path
    partial = downloads / "partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    run_pip(wheel, partial, say)
    arrived = partial / wheel["file"]
    if not arrived.is_file():
        raise Problem(f"pip fetched another file than {wheel['file']}: check PIP_INDEX_URL and PIP_FIND_LINKS")
    found = sha256(arrived)
    if found != wheel["sha256"]:
        arrived.unlink()
        raise Problem(
            f"{wheel['file']} is not the file it should be (SHA-256 {found}, expected {wheel['sha256']}): "
            "something between the package index and this machine changed it; it was deleted"
        )
    arrived.replace(path)
    shutil.rmtree(partial, ignore_errors=True)
    return path


def run_pip(wheel, partial, say):
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--progress-bar=off", f"--dest={partial}", *wheel["pip"], wheel["requirement"]]
    # pip downloads into the temporary folder first; there its progress can be seen, on the disk that was checked.
    environment = dict(os.environ, TMPDIR=str(partial))
    with open(partial / "pip.log", "w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            watch(process, wheel, partial, say)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if process.returncode != 0:
            log.seek(0)
            raise Problem(f"fetch {wheel['requirement']}: {cause(log.read())}")


def cause(output):
    for sign, meaning in CAUSES:
        if sign in output:
            return meaning
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"pip said: {lines[-1] if lines else 'nothing'}"


def watch(process, wheel, partial, say):
    """Tells how far the download is: in place on a terminal, now and then elsewhere."""
    started = time.monotonic()
    told = started
    terminal = sys.stderr.isatty()
    while process.poll() is None:
        time.sleep(POLL_SECONDS)
        now = time.monotonic()
        line = describe(wheel, largest_file(partial), now - started)
        if terminal:
            print(f"\rsetup: {line}\x1b[K", end="", file=sys.stderr, flush=True)
        elif now - told >= LINE_EVERY_SECONDS:
            told = now
            say(line)
    if terminal:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    if process.returncode == 0:
        say(f"fetched {wheel['requirement']} in {time.monotonic() - started:.0f} s")


def describe(wheel, done, seconds):
    total = wheel["size_bytes"]
    done = min(done, total)
    line = f"fetch {wheel['requirement']}: {done / 1e6:.0f} of {total / 1e6:.0f} MB ({100 * done // total} %)"
    if done > total // 100:
        line += f", {(total - done) * seconds / done:.0f} s left"
    return line


def largest_file(folder):
    largest = 0
    for path in folder.rglob("*"):
        try:
            largest = max(largest, path.stat().st_size)
        except OSError:
            continue  # pip moved it meanwhile
    return largest


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
            digest.update(chunk)
    return digest.hexdigest()
