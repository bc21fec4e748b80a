"""The public IT tickets, by Kaggle's API."""

import base64
import json
import os
import shutil
import zipfile
from pathlib import Path

from download import Source, fetch
from problem import Problem

DATASET = "adisongoh/it-service-ticket-classification-dataset"
FILE = "all_tickets_processed_improved_v3.csv"
ENDPOINT = "https://www.kaggle.com/api/v1"
LIMIT_BYTES = 1 << 30
HOW = "make a token at kaggle.com (Settings, API), and put it into ~/.kaggle/kaggle.json or KAGGLE_USERNAME and KAGGLE_KEY"


def tickets(out, lock, progress, endpoint=ENDPOINT):
    """Fetches the CSV file to `out`; says whether it was known, or None when it was there already."""
    source = f"kaggle:{DATASET}"
    if lock.holds(source, FILE, out):
        return None
    url = f"{endpoint.rstrip('/')}/datasets/download/{DATASET}"
    archive = out.with_name(out.name + ".zip")
    out.parent.mkdir(parents=True, exist_ok=True)
    fetch(Source(url, "Kaggle", authorization(), HOW), archive, progress, LIMIT_BYTES)
    fresh = out.with_name(out.name + ".new")
    try:
        unpack(archive, fresh)
    finally:
        archive.unlink()
    known = lock.admit(source, FILE, fresh)
    os.replace(fresh, out)
    return known


def authorization():
    """Kaggle's basic authentication. The key is in no message and no argument."""
    user, key = os.environ.get("KAGGLE_USERNAME"), os.environ.get("KAGGLE_KEY")
    if not (user and key):
        user, key = from_file()
    return "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode("ascii")


def from_file():
    path = Path(os.environ.get("KAGGLE_CONFIG_DIR", Path.home() / ".kaggle")) / "kaggle.json"
    if not path.is_file():
        raise Problem(f"there are no Kaggle credentials: {HOW}")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return told["username"], told["key"]
    except (ValueError, KeyError, TypeError):
        # Without the cause, which may quote the file.
        raise Problem(f"{path} does not hold a username and a key: {HOW}") from None


def unpack(archive, target):
    """Takes the one file out of the archive."""
    try:
        with zipfile.ZipFile(archive) as opened:
            member = opened.getinfo(FILE)
            if member.file_size > LIMIT_BYTES:
                raise Problem(f"{FILE} has {member.file_size / 1e6:.0f} MB, which are not taken")
            with opened.open(member) as packed, open(target, "wb") as file:
                shutil.copyfileobj(packed, file)
    except KeyError as error:
        raise Problem(f"the data set holds no {FILE}: its publisher changed it") from error
    except (zipfile.BadZipFile, EOFError) as error:
        raise Problem("what Kaggle sent is no whole ZIP archive, and was deleted: run it again") from error
