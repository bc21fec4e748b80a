#!/usr/bin/env python3
"""Writes what fuzzing starts from into fuzz/corpus: the tickets and tables of testdata, in the form each target reads.

    python3 fuzz/seed.py
"""

import hashlib
import json
import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
CORPUS = CHECKOUT / "fuzz" / "corpus"

MANIFEST = {
    "format_version": 1,
    "name": "category-tfidf",
    "task": "category",
    "family": "tfidf",
    "labels": ["Hardware", "Access"],
    "languages": {"en": {"training_rows": 8, "heldout_rows": 2, "heldout_accuracy": 0.5}},
    "metrics": {"accuracy": 0.867},
    "seed": 1,
    "data": {"rows": 10, "fingerprint": "f00"},
    "code_revision": "abc",
    "created_at": "2025-01-01T00:00:00Z",
    "settings": {"c": {"chosen": 0.5}},
    "files": {},
}
HELDOUT = {"row_hash": "a", "label": "Access", "language": "en", "logits": [0.1, -2.5e-30], "probabilities": [0.75, 0.25]}
GOLDEN = {"text": "reset my password", "logits": [1.0, -0.0]}
POLICY = 'name = "night"\nescalate_below = 0.5\nreview_below = 0.4\ncomplex_above = 0.6\nmin_heldout_rows = 30\n'
CANARY = '[[canary]]\ntask = "category"\nfamily = "tfidf"\nshare = 5.0\nmode = "answer"\nmin_requests = 50\n'
PII_POLICY = """allow = ["10.0.0.1"]
[keys]
encrypt = "a"
hash = "b"
pseudonymise = "c"
[default]
operator = "hash"
[kinds.CREDIT_CARD]
operator = "mask"
keep_last = 4
sign = "*"
[kinds.EMAIL_ADDRESS]
operator = "encrypt"
min_score = 0.5
[kinds.PHONE_NUMBER]
scrub = false
"""
# What the first byte means is said in each target.
CSV, JSONL, ANY_NAME, LANGUAGE = 0, 1, 2, 0x80
ROUTE, SCRUB, PREDICT, ANALYZE, ANONYMIZE = 0, 1, 2, 3, 4
CHANGED_MODEL = 1


def as_json(value):
    return json.dumps(value, ensure_ascii=False).encode()


def texts():
    testdata = CHECKOUT / "testdata"
    for file in sorted((testdata / "tickets").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]
    for file in sorted((testdata / "pii").glob("*.toml")):
        # Written in TOML as they would be in JSON, which Python reads without a package.
        for text in re.findall(r'^text = (".*")$', file.read_text(encoding="utf-8"), re.MULTILINE):
            yield json.loads(text)
    yield from (testdata / "pii" / "harmless.txt").read_text(encoding="utf-8").splitlines()


def add(target, content):
    """The name is the content's hash, as libFuzzer names what it finds."""
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(content).hexdigest()).write_bytes(content)


def main():
    for text in texts():
        for target in ("pii", "text"):
            add(target, text.encode())
        for word in text.split():
            add("pii_time", f"{word} ".encode())
        add("agent_http", bytes([SCRUB]) + as_json({"text": text}))
    found = {"entity_type": "PERSON", "start": 3, "end": 7, "score": 0.5}
    mask = {"type": "mask", "masking_char": "*", "chars_to_mask": 2, "from_end": True}
    for operator in ({"type": "hash", "salt": "0123456789abcdef"}, {"type": "encrypt", "key": "0123456789abcdef"}, mask):
        asked = {"text": "my printer is jammed", "analyzer_results": [found], "anonymizers": {"DEFAULT": operator}}
        add("agent_http", bytes([ANONYMIZE]) + as_json(asked))
    asked = {"language": "en", "entities": ["URL"], "score_threshold": 0.5, "allow_list": ["a"], "return_decision_process": True}
    add("agent_http", bytes([ANALYZE]) + as_json(dict(asked, text=["see www.example.com", "b"])))
    whole = {"text": "my printer is jammed", "id": "T-1", "task": "category", "conversation_id": "C", "explain": True}
    add("agent_http", bytes([ROUTE]) + as_json(dict(whole, metadata={"channel": "mail"})))
    add("agent_http", bytes([PREDICT]) + as_json({"text": "my printer is jammed"}))
    for case in json.loads((CHECKOUT / "testdata" / "dataset" / "read.json").read_text(encoding="utf-8")):
        content = case["content"]
        for column, name in zip(case["columns"], ("text", "label", "language", "group")):
            content = content.replace(column or name, name)
        for name in (CSV, JSONL, ANY_NAME):
            add("dataset", bytes([name]) + content.encode())
    row = {"text": "cannot log in", "label": "Access", "language": "en"}
    add("dataset", bytes([JSONL | LANGUAGE]) + as_json(row))
    add("dataset", bytes([CSV | LANGUAGE]) + b'text,label,language\n"cannot, log in",Access,en\n')
    add("artifact_manifest", as_json(MANIFEST))
    add("artifact_rows", as_json(HELDOUT) + b"\n" + as_json(HELDOUT) + b"\n")
    add("artifact_rows", as_json(GOLDEN) + b"\n")
    add("tfidf_model", bytes([CHANGED_MODEL, 200, 0, 0x7F]))
    add("routing_policy", POLICY.encode())
    add("routing_policy", (POLICY + CANARY).encode())
    add("pii_policy", PII_POLICY.encode())


if __name__ == "__main__":
    main()
