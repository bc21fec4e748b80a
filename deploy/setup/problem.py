"""What the user is told when set-up cannot go on."""

import errno


class Problem(Exception):
    """One sentence: what is wrong, and what to do."""


def from_os_error(error, path):
    """The sentence for an operating system's error while writing to `path`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(f"the disk that holds {path} is full: make room and run it again")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Problem(f"{error.filename or path} cannot be written: {error.strerror}; check who owns it")
    return Problem(f"{error.filename or path}: {error.strerror or error}")
