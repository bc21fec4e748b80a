"""Programs we start: run to the end at a known cost, or kept until we stop them."""

import collections
import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from problem import Problem

START_SECONDS = 120
STOP_SECONDS = 20
LOG_LINES = 15

Cost = collections.namedtuple("Cost", "seconds peak_bytes stdout")


def finished(command, log, **options):
    """Runs `command`, and says how long it took and the most memory it held.

    Linux counts memory in KiB, and never says less than what this program held when it started the other.
    """
    started = time.monotonic()
    with open(log, "w+", encoding="utf-8") as errors, open(f"{log}.out", "w+", encoding="utf-8") as output:
        process = start(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, **options)
        try:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
        finally:
            if process.returncode is None:
                stop(process)
        seconds = time.monotonic() - started
        if process.returncode != 0:
            raise Problem(f"{Path(command[0]).name} failed:\n{end_of(log)}")
        output.seek(0)
        return Cost(seconds, usage.ru_maxrss * 1024, output.read())


@contextlib.contextmanager
def serving(command, ready, log, **options):
    """Keeps `command` while the block runs, from when the URL `ready` answers."""
    with open(log, "w", encoding="utf-8") as output:
        process = start(command, stdin=subprocess.PIPE, stdout=output, stderr=output, **options)
        try:
            wait_until_ready(process, command, ready, log)
            yield process.pid
            if process.poll() is not None:
                raise Problem(f"{Path(command[0]).name} ended under load:\n{end_of(log)}")
        finally:
            stop(process)


def start(command, **options):
    """A session of its own keeps Ctrl-C from it: we stop it ourselves."""
    try:
        return subprocess.Popen([str(word) for word in command], start_new_session=True, **options)
    except OSError as error:
        raise Problem(f"{command[0]} cannot be started: {error.strerror}; run `make bench`") from None


def stop(process):
    """Asks it to stop, with what it started itself, and insists when it does not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        # Nothing is left of a session that ended before.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
            return


def wait_until_ready(process, command, ready, log):
    patience = time.monotonic() + START_SECONDS
    while time.monotonic() < patience:
        if process.poll() is not None:
            raise Problem(f"{Path(command[0]).name} ended before it was ready:\n{end_of(log)}")
        with contextlib.suppress(OSError):
            fetch(ready)
            return
        time.sleep(0.1)
    raise Problem(f"{Path(command[0]).name} was not ready within {START_SECONDS} s:\n{end_of(log)}")


def fetch(url, body=None):
    """What `url` answers, to `body` posted as JSON if there is one, without a proxy. Anything but success is an `OSError`."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"content-type": "application/json"})
    if body is not None:
        request.data = json.dumps(body).encode("utf-8")
    with opener.open(request, timeout=10) as reply:
        return reply.read().decode("utf-8")


def end_of(log):
    return "\n".join(Path(log).read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:])


def memory_bytes(pid):
    """What the process `pid` and its children hold; a page that several share counts once in all (PSS)."""
    own = sum(int(line.split()[1]) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own * 1024 + sum(memory_bytes(child) for child in children)
