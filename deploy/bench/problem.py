"""What the user is told."""

import sys


class Problem(Exception):
    """One sentence: what is wrong, and what to do."""


def say(sentence):
    """Tells what goes on; stdout is for the table."""
    print(f"bench: {sentence}", file=sys.stderr, flush=True)
