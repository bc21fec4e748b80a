"""How long the pattern recognisers of Presidio take, without a language model, on tickets as the bench of `crates/pii` reads them.

    patterns.py ROWS.csv > answers.json     (column text)
"""

import csv
import inspect
import json
import logging
import statistics
import sys
import time

from presidio_analyzer import LocalRecognizer, predefined_recognizers

TICKETS, LONG, CALLS = 1_000, 600, 30
# These ask a language model, or another program.
NO_PATTERNS = ("Spacy", "Stanza", "Transformers", "GLiNER", "Azure", "Ahds", "LangExtract", "Medical", "HuggingFace", "Flair")


def main(path):
    recognisers = english()
    texts = spread(read(path))
    long = "\n".join(texts)[:LONG]
    seconds, found = timed(lambda: sum(len(find(recognisers, text)) for text in texts))
    answers = {
        "recognisers": len(recognisers),
        "found": found,
        "bytes_per_second": sum(len(text.encode()) for text in texts) / seconds,
        "long_seconds": statistics.median(timed(lambda: find(recognisers, long))[0] for _ in range(CALLS)),
    }
    json.dump(answers, sys.stdout)


def english():
    """Every recogniser Presidio itself runs on English text, but for those that ask a language model."""
    classes = [made for _, made in inspect.getmembers(predefined_recognizers, inspect.isclass) if issubclass(made, LocalRecognizer)]
    patterns = [made for made in classes if not made.__name__.startswith(NO_PATTERNS) and not inspect.isabstract(made)]
    return [recogniser for recogniser in (made() for made in patterns) if recogniser.supported_language == "en"]


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
    result = work()
    return time.perf_counter() - started, result


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main(*sys.argv[1:])
