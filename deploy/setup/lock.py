"""One set-up at a time in a checkout."""

import contextlib
import fcntl


@contextlib.contextmanager
def locked(path, say):
    """Holds the lock file at `path`. The lock ends with this process, however it ends, so it cannot be left behind."""
    with open(path, "w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up in this checkout")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
