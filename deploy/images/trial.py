"""Tries a mesh of contained programs from its first training to its stop, in a network of its own.

Each program is read-only but for /tmp, and runs as a user without privileges; the registry is writable for trainers alone.
"""

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import time
import urllib.error
import urllib.request

import contain

REGISTRY = "/var/lib/switchboard/registry"
SERVICES = {"tfidf": 9001, "transformer": 9002, "agent": 9000}
SECONDS = 60
TICKET = "My laptop screen is broken. Call me at +33 6 39 98 12 34, thanks"
UNCLEAR = ("it does not work", "please help", "who can tell me about that thing from yesterday?")
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


class Fault(Exception):
    """What does not hold."""


class Program:
    """What one container runs."""

    def __init__(self, root, args, env, mounts=(), health=None):
        self.root, self.args, self.env, self.mounts, self.health = root, args, env, list(mounts), health

    def start(self, registry, writable=False, args=None, **popen):
        """Starts it with the folder `registry` as its registry."""
        mounts = [*self.mounts, (registry, REGISTRY, writable)]
        return contain.start(self.root, args or self.args, self.env, mounts, **popen)


def own_network():
    """Gives this process a network that has nothing but a loopback interface, so that every port is free."""
    contain.unshare(contain.CLONE_NEWNET)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        name = b"lo".ljust(16, b"\0")
        flags = struct.unpack("16sh", fcntl.ioctl(any_socket, SIOCGIFFLAGS, name + bytes(2))[:18])[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", name, flags | IFF_UP))


def try_mesh(programs, registry, say):
    """`programs` are named agent, tfidf, transformer and train-tfidf; with train-transformer the transformer gets a model too.

    `registry` is an empty folder.
    """
    os.chown(registry, contain.USER, contain.USER)
    for name in ("train-tfidf", "train-transformer"):
        if name in programs:
            train(name, programs[name], registry, say)
    running = {}
    try:
        for name in SERVICES:
            running[name] = programs[name].start(registry, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        for name, port in SERVICES.items():
            wait_until(f"http://127.0.0.1:{port}/livez", name, running[name])
            say(f"{name}: /livez answers")
            if name != "transformer" or "train-transformer" in programs:
                wait_until(f"http://127.0.0.1:{port}/readyz", name, running[name])
                say(f"{name}: /readyz answers")
            check_health(name, programs[name], registry, say)
        route_tickets(say, "train-transformer" in programs)
        for name in reversed(list(SERVICES)):
            stop(name, running[name], say)
    finally:
        for process in running.values():
            if process.poll() is None:
                process.kill()
            process.communicate()


def train(name, program, registry, say):
    for expected in (None, "has a champion already"):
        started = time.monotonic()
        process = program.start(registry, writable=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        said = process.communicate()[0]
        if process.returncode != 0:
            raise Fault(f"{name} ended with {process.returncode}:\n{said}")
        if expected and expected not in said:
            raise Fault(f"{name} trained again although there is a champion:\n{said}")
        say(f"{name}: {expected or 'trained a champion'} ({time.monotonic() - started:.1f} s)")


def wait_until(url, name, process):
    until = time.monotonic() + SECONDS
    last = "nothing"
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Fault(f"{name} ended with {process.returncode}:\n{process.stderr.read().decode()}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError as error:
            last = f"{error.code} {error.read().decode()}"
        except OSError as error:
            last = str(error)
        time.sleep(0.1)
    raise Fault(f"{name}: {url} did not answer 200 within {SECONDS} s; the last answer: {last}")


def check_health(name, program, registry, say):
    """The image's own health check holds while the program lives, and fails where nothing listens."""
    if not program.health:
        return
    for args, good in ((program.health, True), ([program.health[0], "127.0.0.1:1", "/livez"], False)):
        process = program.start(registry, args=args, stderr=subprocess.DEVNULL)
        if (process.wait() == 0) != good:
            raise Fault(f"{name}: {' '.join(args)} ended with {process.returncode}")
    say(f"{name}: its health check holds")


def route_tickets(say, with_transformer):
    reply = route(TICKET)
    if "[PHONE_NUMBER_1]" not in reply["scrubbed_text"] or not reply["label"]:
        raise Fault(f"the reply is not what it should be: {reply}")
    say(f"a ticket is routed: {reply['label']} by {reply['model']['name']} {reply['model']['version']}")
    if with_transformer:
        # The linear model is sure of none of them.
        routes = {route(text)["decision"]["route"] for text in UNCLEAR}
        if "transformer" not in routes:
            raise Fault(f"of {len(UNCLEAR)} unclear tickets the transformer answered none")
        say("an unclear ticket is answered by the transformer")


def route(text):
    body = json.dumps({"text": text}).encode()
    url = "http://127.0.0.1:8000/v1/tickets/route"
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=15) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise Fault(f"the agent answered {error.code}: {error.read().decode()}") from error


def stop(name, process, say):
    started = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=15)
    except subprocess.TimeoutExpired as error:
        raise Fault(f"{name} is still there 15 s after SIGTERM") from error
    if process.returncode != 0:
        raise Fault(f"{name} ended with {process.returncode} after SIGTERM")
    say(f"{name}: stopped by SIGTERM in {time.monotonic() - started:.1f} s")
