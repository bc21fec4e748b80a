"""Pretrained encoders, from the Hugging Face hub."""

import os
import re

from download import Source, fetch
from problem import Problem

ENDPOINT = "https://huggingface.co"
BASE = "distilbert-base-multilingual-cased"
# Commits, because a branch can be moved to other files.
REVISIONS = {BASE: "45c032ab32cc946ad88a166f7cb282f58c753c2e"}
FILES = ("config.json", "vocab.txt", "tokenizer.json", "model.safetensors")
LIMIT_BYTES = 4 << 30


def base(name, revision, folder, lock, progress, endpoint=None):
    """Fetches a base into `folder`; says for each file whether it was known, or None when it was there already."""
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name) or ".." in name:
        raise Problem(f"{name} is no model's name: give NAME or OWNER/NAME")
    revision = revision or REVISIONS.get(name)
    if not re.fullmatch(r"[0-9a-f]{40}", revision or ""):
        raise Problem(f"say which commit of {name}: --revision with its 40 hexadecimal digits (a branch can move)")
    endpoint = (endpoint or os.environ.get("HF_ENDPOINT") or ENDPOINT).rstrip("/")
    folder.mkdir(parents=True, exist_ok=True)
    where, source = f"{endpoint}/{name}/resolve/{revision}", f"hf:{name}@{revision}"
    return {file: one(f"{where}/{file}", source, folder / file, lock, progress) for file in FILES}


def one(url, source, path, lock, progress):
    if lock.holds(source, path.name, path):
        return None
    token = os.environ.get("HF_TOKEN")
    refused = "the model is not public, or HF_TOKEN is not allowed to read it"
    fresh = path.with_name(path.name + ".new")
    authorization = f"Bearer {token}" if token else None
    fetch(Source(url, "the Hugging Face hub", authorization, refused), fresh, progress, LIMIT_BYTES)
    known = lock.admit(source, path.name, fresh)
    os.replace(fresh, path)
    return known
