"""What the peer says of rows it has not seen, and how long it takes within one process.

    judge.py MODEL.joblib ROWS.csv > answers.json
"""

import json
import statistics
import sys
import time

import joblib
from train import rows

CALLS = 200


def main(path, data):
    started = time.perf_counter()
    model = joblib.load(path)
    load_seconds = time.perf_counter() - started
    texts, truths = rows(data)
    started = time.perf_counter()
    probabilities = model.predict_proba(texts)
    batch_seconds = time.perf_counter() - started
    answers = {
        "labels": list(model.classes_),
        "truths": truths,
        "probabilities": probabilities.tolist(),
        "load_seconds": load_seconds,
        "batch_seconds_per_ticket": batch_seconds / len(texts),
        "single_seconds": single(model, texts),
    }
    json.dump(answers, sys.stdout)


def single(model, texts):
    """The median time of the ticket of median length, alone."""
    median = sorted(texts, key=len)[len(texts) // 2]
    times = []
    for _ in range(CALLS):
        started = time.perf_counter()
        model.predict_proba([median])
        times.append(time.perf_counter() - started)
    return statistics.median(times)


if __name__ == "__main__":
    main(*sys.argv[1:])
