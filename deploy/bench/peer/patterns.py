"""How long the pattern recognisers of Presidio take, without a language model, on tickets as the bench of `crates/pii` reads them.

    patterns.py ROWS.csv > answers.json     (column text)
"""

import csv
import json
import logging
import statistics
import sys
import time

from presidio_analyzer import RecognizerRegistry

TICKETS, LONG, CALLS = 1_000, 600, 30
# It asks a language model.
NO_PATTERNS = "SpacyRecognizer"


def main(path):
    recognisers = english()
    texts = spread(read(path))
    long = "\n".join(texts)[:LONG]
    # The first time it looks for a list of domains on the internet, and compiles its patterns.
    found = sum(len(find(recognisers, text)) for text in texts)
    seconds = timed(lambda: [find(recognisers, text) for text in texts])
    answers = {
        "recognisers": len(recognisers),
        "found": found,
        "bytes_per_second": sum(len(text.encode()) for text in texts) / seconds,
        "long_seconds": statistics.median(timed(lambda: find(recognisers, long)) for _ in range(CALLS)),
    }
    json.dump(answers, sys.stdout)


def english():
    """What Presidio runs on English text unless told otherwise, but for what asks a language model."""
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    return [recogniser for recogniser in registry.recognizers if type(recogniser).__name__ != NO_PATTERNS]


def find(recognisers, text):
    return [result for recogniser in recognisers for result in recogniser.analyze(text, recogniser.supported_entities, None) or []]


def read(path):
    csv.field_size_limit(sys.maxsize)
    with open(path, encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]


def spread(texts):
    """As many as the bench takes, spread evenly over the file as there."""
    take = min(len(texts), TICKETS)
    return [texts[at * len(texts) // take] for at in range(take)]


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main(*sys.argv[1:])
