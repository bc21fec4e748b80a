"""What the user is told when a download cannot go on."""

import errno


class Problem(Exception):
    """One sentence: what is wrong, and what to do."""


def from_os_error(error, path):
    """The sentence for an operating system's error while writing to `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(f"the disk that holds {path} is full: make room and run it again, it goes on where it stopped")
    reason = error.strerror or type(error).__name__
    return Problem(f"{error.filename or path} cannot be written ({reason}): check the path and who owns it")
