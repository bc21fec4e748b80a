#!/usr/bin/env python3
"""Writes grafana/dashboards/*.json from grafana/boards.

    python3 grafana/generate.py

Grafana loads the JSON; people review the Python. Needs Python 3.8 or later, and nothing else.
deploy/checks/dashboards.py fails when the two differ.
"""

import json
from pathlib import Path

from boards import agent, model_service, overview, quality

DASHBOARDS = Path(__file__).resolve().parent / "dashboards"


def files():
    """Returns every dashboard file's text by name."""
    boards = {
        "overview": overview.board(),
        "agent": agent.board(),
        "tfidf": model_service.board("tfidf", "linear model"),
        "transformer": model_service.board("transformer", "transformer"),
        "quality": quality.board(),
    }
    return {f"{name}.json": json.dumps(board, indent=2, ensure_ascii=False) + "\n" for name, board in boards.items()}


if __name__ == "__main__":
    DASHBOARDS.mkdir(exist_ok=True)
    for name, text in files().items():
        (DASHBOARDS / name).write_text(text, encoding="utf-8")
