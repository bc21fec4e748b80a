"""prepare: tickets in, rows to learn from and rows to judge by out.

Near-duplicates (rows of one group, or of the same words) are on one side. A label that feedback gives replaces the one
that the same words had before.
"""

import argparse
import csv
import hashlib
import json
import sys
from pathlib import Path

import stage
from stage import Problem

DATA = Path("data")
OUT = stage.WORK / "data"
FIELDS = ("text", "label", "language", "group")


def main(words):
    options = parse(words)
    out = stage.fresh(OUT)
    rows = list(file_rows(options) if options.files else bundled_rows(options, out))
    corrections = list(feedback_rows(options.feedback))
    rows, replaced = corrected(rows, corrections)
    if not rows:
        raise Problem("there are no tickets with a text and a label")
    learn = [row for row in rows if not kept_back(row, options)]
    test = [row for row in rows if kept_back(row, options)]
    if not learn or not test:
        raise Problem(f"{len(rows)} rows are too few to keep some back: give more, or change prepare.test-share")
    columns = ["text", "label", *optional(rows)]
    write(out / "train.csv", learn, columns)
    write(out / "test.csv", test, columns)
    facts = {"train_rows": len(learn), "test_rows": len(test), "labels": len({row["label"] for row in rows})}
    facts.update(feedback_rows=len(corrections), replaced_labels=replaced)
    stage.write_json(out / "facts.json", facts)
    stage.say(f"prepare: {json.dumps(facts)}")


def parse(words):
    parser = argparse.ArgumentParser(prog="prepare")
    parser.add_argument("--files", action="append", default=[])
    parser.add_argument("--feedback", action="append", default=[])
    parser.add_argument("--text-column", default="text")
    parser.add_argument("--label-column", default="label")
    parser.add_argument("--language-column")
    parser.add_argument("--group-column")
    parser.add_argument("--corpus-tickets", type=int, default=8000)
    parser.add_argument("--corpus-seed", type=int, default=1)
    parser.add_argument("--test-share", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    if not 0 < options.test_share < 0.9:
        raise Problem(f"prepare.test-share is {options.test_share}: give a share between 0 and 0.9")
    return options


def bundled_rows(options, out):
    """The bundled corpus, as large as was asked for."""
    file = out / "corpus.csv"
    stage.must("make-corpus", "--out", file, "--tickets", options.corpus_tickets, "--seed", options.corpus_seed)
    yield from read(file, ("text", "label", "language", "phrasing"))
    file.unlink()


def file_rows(options):
    columns = (options.text_column, options.label_column, options.language_column, options.group_column)
    for pattern in options.files:
        found = matching(pattern)
        if not found:
            raise Problem(f"prepare.files: there is no {DATA / pattern}; files lie in training/data")
        for file in found:
            yield from read(file, columns)


def feedback_rows(patterns):
    for file in (file for pattern in patterns for file in matching(pattern)):
        yield from read(file, ("text", "label", "language", None))


def matching(pattern):
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
        raise Problem(f"{pattern} is not in training/data: copy it there, so that a change of it is seen")
    return sorted(path for path in DATA.glob(pattern) if path.is_file())


def read(file, columns):
    """The rows of a CSV or JSONL file that have a text and a label, under our names. Errors never quote a ticket."""
    records = json_records if file.suffix in (".jsonl", ".ndjson") else csv_records
    try:
        with open(file, encoding="utf-8-sig", newline="") as opened:
            for record in records(file, opened, columns):
                row = {field: text(record.get(column)) for field, column in zip(FIELDS, columns)}
                if row["text"].strip() and row["label"]:
                    yield row
    except UnicodeDecodeError as error:
        raise Problem(f"{file} is not UTF-8: convert it") from error


def text(value):
    return "" if value is None else str(value) if not isinstance(value, str) else value


def csv_records(file, opened, columns):
    csv.field_size_limit(sys.maxsize)
    reader = csv.DictReader(opened, strict=True)
    try:
        header = reader.fieldnames or []
        for column in columns:
            if column and column not in header:
                raise Problem(f"{file} has no column {column}; it has {', '.join(header)}: name it in params.yaml")
        for number, record in enumerate(reader, 1):
            if None in record or any(record[column] is None for column in columns if column):
                raise Problem(f"{file}, row {number}: it has another number of fields than the header")
            yield record
    except csv.Error as error:
        raise Problem(f"{file}, line {reader.line_num}: {error}") from error


def json_records(file, opened, columns):
    for number, line in enumerate(opened, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise Problem(f"{file}, line {number}: it is not JSON") from error
        if not isinstance(record, dict) or any(column not in record for column in columns[:2]):
            raise Problem(f"{file}, line {number}: it is no object with {columns[0]} and {columns[1]}")
        yield record


def words_of(row):
    return " ".join(row["text"].casefold().split())


def corrected(rows, corrections):
    """The rows with what feedback says of them, the rows feedback adds, and how many labels it replaced."""
    told = {words_of(row): row for row in corrections}
    replaced = 0
    for row in rows:
        correction = told.get(words_of(row))
        if correction and correction["label"] != row["label"]:
            row["label"] = correction["label"]
            replaced += 1
    known = {words_of(row) for row in rows}
    return rows + [row for words, row in told.items() if words not in known], replaced


def kept_back(row, options):
    """Decided by content, so that a row stays on its side when others come and go."""
    together = row["group"] or words_of(row)
    digest = hashlib.sha256(f"{options.seed}\n{together}".encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") < options.test_share * 2**64


def optional(rows):
    """Languages that only some rows name are left out: they are told from the texts then."""
    if all(row["language"] for row in rows):
        yield "language"
    if any(row["group"] for row in rows):
        yield "group"


def write(path, rows, columns):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    stage.end("prepare", main)
