"""calibrate-routing: brings the two models together in one registry, and fits them to each other."""

import stage


def main(words):
    task, *rest = words
    registry = stage.scratch("registry")
    stage.fresh(stage.WORK / "registry")
    names = {family: f"{task}-{family}/1" for family in ("tfidf", "transformer")}
    for family, name in names.items():
        stage.copy(name, stage.scratch(family), registry)
    chosen = ["--linear", names["tfidf"], "--transformer", names["transformer"]]
    stage.must("calibrate-routing", "--task", task, "--registry", registry, *chosen, "--by", "pipeline", *stage.flags(rest))


if __name__ == "__main__":
    stage.end("calibrate-routing", main)
