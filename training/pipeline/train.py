"""train-tfidf, train-transformer: trains one family into a registry of its own."""

import sys

import stage

DATA = stage.WORK / "data" / "train.csv"


def main(words):
    family, task, *rest = words
    stage.fresh(stage.WORK / family)
    where = ["--registry", stage.scratch(family), "--by", "pipeline"]
    stage.must(f"train-{family}", "--task", task, *columns(DATA), *where, *stage.flags(rest))


def columns(file):
    """The flags that name a prepared file and the optional columns it has."""
    with open(file, encoding="utf-8") as opened:
        there = opened.readline().strip().split(",")
    named = ["--data", file, "--text-column", "text", "--label-column", "label"]
    for column in ("language", "group"):
        named += [f"--{column}-column", column] if column in there else []
    return named


if __name__ == "__main__":
    stage.end(f"train-{sys.argv[1]}", main)
