"""The tickets: read, split into rows to learn from and unseen rows, and picked for the load."""

import collections
import csv
import hashlib
import random
import sys

from problem import Problem, say

# One row in so many is kept back.
UNSEEN_OF = 5
# The usual calibration deals the rows of a label into five folds, twice.
LEAST_ROWS = 10
LOAD_TICKETS = 1000
# What a transformer is trained on that is only to be timed.
FEW_ROWS = 400
# The longest text the agent takes by default.
LONGEST_BYTES = 65536

Columns = collections.namedtuple("Columns", "text label group")
Row = collections.namedtuple("Row", "text label group")


class Data:
    """The rows of one run, and the files they are in. They hold tickets, so `folder` is to be removed with the run."""

    columns = Columns("text", "label", "group")

    def __init__(self, rows, folder):
        learnt, unseen = split(rows)
        labels = {row.label for row in learnt}
        self.train_rows, self.unseen_rows, self.labels = len(learnt), len(unseen), len(labels)
        self.grouped = any(row.group for row in rows)
        self.train, self.unseen = folder / "train.csv", folder / "unseen.csv"
        write(self.train, learnt)
        write(self.unseen, unseen)
        self.learnt = learnt
        self.tickets = picked([row.text for row in unseen])

    def few(self):
        """At most `FEW_ROWS` of the rows to learn from, spread evenly."""
        return spread(self.learnt, FEW_ROWS)

    def at(self, share):
        """The ticket that `share` of the load's tickets are shorter than."""
        by_length = sorted(self.tickets, key=size)
        return by_length[min(int(share * len(by_length)), len(by_length) - 1)]

    def sample(self, count):
        """So many of the load's tickets, of every length as often as in the load, in no order but always the same."""
        texts = [self.at((place + 0.5) / count) for place in range(count)]
        random.Random(count).shuffle(texts)
        return texts


def read(file, columns):
    """The rows of a CSV file that have a text, and a label that is not too rare."""
    csv.field_size_limit(sys.maxsize)
    try:
        with open(file, encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in columns if name and name not in (reader.fieldnames or ())]
            if missing:
                raise Problem(f"{file} has no column {', '.join(missing)}; it has {', '.join(reader.fieldnames or ['none'])}")
            rows = [row_of(fields, columns) for fields in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem(f"{file} cannot be read as CSV in UTF-8: {reason(error)}") from None
    return usable([row for row in rows if row.text.strip() and row.label], file)


def reason(error):
    """A decoding error's own sentence quotes what it could not decode."""
    return f"byte {error.start} is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


def row_of(fields, columns):
    group = fields[columns.group] if columns.group else ""
    return Row(fields[columns.text] or "", (fields[columns.label] or "").strip(), group or "")


def usable(rows, file):
    counts = collections.Counter(row.label for row in rows)
    kept = [row for row in rows if counts[row.label] >= LEAST_ROWS]
    if len(kept) < len(rows):
        say(f"left out {len(rows) - len(kept)} rows whose label has fewer than {LEAST_ROWS}")
    if len({row.label for row in kept}) < 2:
        raise Problem(f"{file} needs at least two labels of {LEAST_ROWS} rows: add rows")
    return kept


def split(rows):
    """Rows to learn from, and unseen ones. What is decided by is the group or the words, so equal rows stay together."""
    learnt, unseen = [], []
    for row in rows:
        key = row.group or " ".join(row.text.lower().split())
        bucket = int.from_bytes(hashlib.sha256(key.encode("utf-8")).digest()[:4], "big") % UNSEEN_OF
        (unseen if bucket == 0 else learnt).append(row)
    return learnt, unseen


def write(file, rows):
    with open(file, "w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(Data.columns)
        writer.writerows(rows)


def picked(texts):
    """At most `LOAD_TICKETS` texts, spread evenly."""
    texts = [text for text in texts if size(text) <= LONGEST_BYTES]
    if not texts:
        raise Problem(f"no unseen row is at most {LONGEST_BYTES} bytes long: give more rows")
    return spread(texts, LOAD_TICKETS)


def spread(items, most):
    take = min(len(items), most)
    return [items[at * len(items) // take] for at in range(take)]


def size(text):
    return len(text.encode("utf-8"))
