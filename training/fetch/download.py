"""Downloads one file over HTTP(S): to the end or not at all, going on where an earlier try stopped."""

import http.client
import json
import os
import random
import re
import socket
import ssl
import time
import urllib.error
import urllib.request

from problem import Problem

CHUNK_BYTES = 1 << 18
TIMEOUT_SECONDS = 30
TRIES = 5
LONGEST_WAIT_SECONDS = 60
# A server that asks for patience (429) or has troubles that pass.
PASSING = (408, 429, 500, 502, 503, 504)

FAULTS_OF_THE_WAY = (
    urllib.error.URLError, http.client.HTTPException, ssl.SSLError, socket.timeout, TimeoutError, ConnectionError,
)


class Interrupted(Exception):
    """A try that ended early, and may be taken up again."""

    def __init__(self, reason, wait_seconds=None):
        super().__init__(reason)
        self.wait_seconds = wait_seconds


class Source:
    """Where a file is: its address, the host's name for people, a header with a secret or none, and what a refusal means."""

    def __init__(self, url, host, authorization=None, refused="it is not public"):
        self.url, self.host, self.authorization, self.refused = url, host, authorization, refused


def fetch(source, path, progress, limit_bytes):
    """Downloads `source` to `path`. What has arrived is kept beside it as NAME.part, and used by the next call."""
    part = path.with_name(path.name + ".part")
    for attempt in range(1, TRIES + 1):
        try:
            receive(source, part, progress, limit_bytes)
            os.replace(part, path)
            tag_file(part).unlink() if tag_file(part).exists() else None
            return
        except Interrupted as interrupted:
            if attempt == TRIES:
                advice = "check the network and run it again, it goes on where it stopped"
                raise Problem(f"{source.host} could not be read ({interrupted}): {advice}") from interrupted
            pause = min(2**attempt, LONGEST_WAIT_SECONDS) * random.uniform(0.5, 1)
            asked = interrupted.wait_seconds
            time.sleep(pause if asked is None else min(asked, LONGEST_WAIT_SECONDS))


def receive(source, part, progress, limit_bytes):
    """One try: asks for what `part` lacks and appends it."""
    have, tag = begun(part)
    request = urllib.request.Request(source.url, headers={"User-Agent": "switchboard-fetch"})
    if source.authorization:
        # Not sent on to another host that an answer points to.
        request.add_unredirected_header("Authorization", source.authorization)
    if have:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", tag)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            append(answer, part, have, progress, limit_bytes)
    except urllib.error.HTTPError as error:
        raise meaning(error, source, part) from error
    except FAULTS_OF_THE_WAY as error:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, socket.gaierror):
            raise Problem(f"{source.host} cannot be reached: this machine is offline, or has no name server") from error
        raise Interrupted(f"{type(reason).__name__}: {reason}") from error


def begun(part):
    """How many bytes are there of a file that can be told from another one under its address, and its tag."""
    try:
        tag = json.loads(tag_file(part).read_text(encoding="utf-8"))
        return part.stat().st_size, tag
    except (OSError, ValueError):
        return 0, None


def tag_file(part):
    return part.with_name(part.name + ".tag")


def append(answer, part, have, progress, limit_bytes):
    goes_on = answer.status == 206 and starts_at(answer) == have
    if answer.status == 206 and not goes_on:
        forget(part)
        raise Interrupted("another part came than was asked for")
    done = have if goes_on else 0
    length = answer.headers.get("Content-Length", "")
    total = done + int(length) if length.isdigit() else None
    if (total or 0) > limit_bytes:
        raise Problem(f"the file has {total / 1e6:.0f} MB, and more than {limit_bytes / 1e6:.0f} are not taken")
    remember_tag(answer, part)
    with open(part, "ab" if goes_on else "wb") as file:
        while chunk := answer.read(CHUNK_BYTES):
            file.write(chunk)
            done += len(chunk)
            if done > limit_bytes:
                raise Problem(f"the file has more than {limit_bytes / 1e6:.0f} MB, which are not taken")
            progress(done, total)
        file.flush()
        os.fsync(file.fileno())
    if total is not None and done != total:
        raise Interrupted(f"{done} of {total} bytes came")


def starts_at(answer):
    found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(found.group(1)) if found else None


def remember_tag(answer, part):
    """Keeps what tells this file from another under the same address; without it the next try starts anew."""
    tag = answer.headers.get("ETag")
    if tag and not tag.startswith("W/"):
        tag_file(part).write_text(json.dumps(tag), encoding="utf-8")
    elif tag_file(part).exists():
        tag_file(part).unlink()


def forget(part):
    for path in (part, tag_file(part)):
        path.unlink() if path.exists() else None


def meaning(error, source, part):
    """What an error status means: a `Problem`, or an `Interrupted` that may pass."""
    if error.code in PASSING:
        asked = error.headers.get("Retry-After", "")
        return Interrupted(f"HTTP {error.code}", int(asked) if asked.isdigit() else None)
    if error.code == 416:
        forget(part)
        return Interrupted("HTTP 416")
    if error.code in (401, 403):
        return Problem(f"{source.host} refused (HTTP {error.code}): {source.refused}")
    if error.code == 404:
        return Problem(f"{source.host} has no such file (HTTP 404): check the name and the revision")
    return Problem(f"{source.host} answered HTTP {error.code}")
