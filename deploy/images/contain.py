"""Runs a program as a container engine does: in a read-only root of its own, as another user, with no privilege. Needs root.

What the engine promises is tried inside, just before the program starts: where it may not write, where it may.
"""

import ctypes
import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

USER = 65532
DEVICES = ("null", "zero", "full", "random", "urandom")

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 24, 38


def start(root, args, env, mounts=(), **popen):
    """Starts `args` with the folder `root` as its root.

    `mounts` are (source, target, writable), each target a folder that is there in `root`. `root` needs /dev, /proc and /tmp.
    """
    spec = {"root": str(root), "args": args, "env": env, "mounts": [(str(s), t, w) for s, t, w in mounts]}
    command = [sys.executable, "-I", str(Path(__file__).resolve()), json.dumps(spec)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, **popen)


def unshare(what):
    check(libc.unshare(what), "unshare")


def main():
    spec = json.loads(sys.argv[1])
    root = spec["root"]
    unshare(CLONE_NEWNS)
    mount(None, "/", None, MS_REC | MS_PRIVATE)
    mount(root, root, None, MS_BIND)
    for source, target, writable in spec["mounts"]:
        mount(source, root + target, None, MS_BIND)
        if not writable:
            mount(None, root + target, None, MS_REMOUNT | MS_BIND | MS_RDONLY)
    mount("tmpfs", root + "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
    mount("proc", root + "/proc", "proc", MS_RDONLY)
    make_devices(root + "/dev")
    mount(None, root, None, MS_REMOUNT | MS_BIND | MS_RDONLY)
    os.chroot(root)
    os.chdir("/")
    try_to_write(spec, "root")
    drop_privileges()
    try_to_write(spec, f"user {USER}")
    os.execve(spec["args"][0], spec["args"], spec["env"])


def make_devices(folder):
    mount("tmpfs", folder, "tmpfs", MS_NOSUID, "mode=755")
    for name in DEVICES:
        open(f"{folder}/{name}", "w", encoding="ascii").close()
        mount(f"/dev/{name}", f"{folder}/{name}", None, MS_BIND)
    mount(None, folder, None, MS_REMOUNT | MS_BIND | MS_RDONLY)


def drop_privileges():
    for capability in range(64):
        if libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 and ctypes.get_errno() == errno.EINVAL:
            break  # The kernel has no more of them.
    os.setgroups([])
    os.setgid(USER)
    os.setuid(USER)
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    # Whoever started this may die in any way; nothing is left behind.
    check(libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0), "die with the parent")


def try_to_write(spec, who):
    """Every folder but /tmp and the writable mounts refuses, even root."""
    writable = ["/tmp"] + [target for _, target, may in spec["mounts"] if may]
    readonly = [target for _, target, may in spec["mounts"] if not may]
    for folder in writable:
        error = error_of_writing(folder)
        if error:
            sys.exit(f"contain: {who} cannot write to {folder}: {os.strerror(error)}")
    for folder in ["/", "/dev", "/etc", "/usr/local/bin", "/var/tmp", *readonly]:
        if os.path.isdir(folder) and error_of_writing(folder) != errno.EROFS:
            sys.exit(f"contain: {folder} is not read-only for {who}")


def error_of_writing(folder):
    path = os.path.join(folder, ".contain-tries-to-write")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600))
    except OSError as error:
        return error.errno
    os.unlink(path)
    return 0


def mount(source, target, kind, flags, data=None):
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    check(libc.mount(*words, ctypes.c_ulong(flags), data.encode() if data else None), f"mount {target}")


def check(result, doing):
    if result != 0:
        sys.exit(f"contain: {doing}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main()
