"""How far a download is: a line in place on a terminal, nothing elsewhere."""

import sys
import time

EVERY_SECONDS = 0.1
BAR = 30


class Progress:
    def __init__(self, name):
        self.name, self.told = name, 0.0
        self.terminal = sys.stderr.isatty()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def __call__(self, done, total):
        now = time.monotonic()
        if self.terminal and (now - self.told >= EVERY_SECONDS or done == total):
            self.told = now
            print(f"\r{line(self.name, done, total)}\x1b[K", end="", file=sys.stderr, flush=True)


def line(name, done, total):
    if not total:
        return f"{name}: {done / 1e6:.1f} MB"
    filled = BAR * min(done, total) // total
    return f"{name} [{'#' * filled}{' ' * (BAR - filled)}] {done / 1e6:.1f} of {total / 1e6:.1f} MB"
