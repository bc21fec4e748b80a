"""How good answers are. The definitions are those of `crates/evaluate`, so that both sides are judged alike."""

import math

BINS = 15
# Probabilities are kept this far from 0 and 1 before the logarithm.
CLIP = 1e-15


def judge(labels, truths, probabilities):
    """Accuracy, macro F1, log loss and expected calibration error (Guo et al. 2017) of one row of probabilities a truth."""
    tops = [max(range(len(row)), key=row.__getitem__) for row in probabilities]
    predicted = [labels[top] for top in tops]
    confidences = [row[top] for row, top in zip(probabilities, tops)]
    right = [truth == label for truth, label in zip(truths, predicted)]
    return {
        "n": len(truths),
        "accuracy": sum(right) / len(truths),
        "macro_f1": macro_f1(truths, predicted),
        "log_loss": log_loss(labels, truths, probabilities),
        "ece": calibration_error(confidences, right),
    }


def macro_f1(truths, predicted):
    """The mean over labels that occur as a truth or as a prediction."""
    occurring = set(truths) | set(predicted)
    return sum(f1(label, truths, predicted) for label in occurring) / len(occurring)


def f1(label, truths, predicted):
    right = sum(truth == label == given for truth, given in zip(truths, predicted))
    return 2 * right / (truths.count(label) + predicted.count(label))


def log_loss(labels, truths, probabilities):
    place = {label: index for index, label in enumerate(labels)}
    shares = (row[place[truth]] if truth in place else 0.0 for truth, row in zip(truths, probabilities))
    return -sum(math.log(min(max(share, CLIP), 1 - CLIP)) for share in shares) / len(truths)


def calibration_error(confidences, right):
    """Bins of equal width, closed above: (0, 1/15] … (14/15, 1]."""
    gaps = [0.0] * BINS
    for confidence, correct in zip(confidences, right):
        gaps[min(max(math.ceil(confidence * BINS) - 1, 0), BINS - 1)] += correct - confidence
    return sum(map(abs, gaps)) / len(right)
