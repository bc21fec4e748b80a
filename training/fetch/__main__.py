"""Fetches what Switchboard cannot bring along: public tickets to train on, and a multilingual encoder.

    python3 training/fetch it-tickets     47,837 IT tickets of eight labels (CC0), from Kaggle, into training/data
    python3 training/fetch base           distilbert-base-multilingual-cased (Apache-2.0) into .cache/bases

What is complete is not fetched again; what was interrupted goes on where it stopped. A file's SHA-256 is recorded in
fetch.lock when it is first fetched, and held against it ever after. Kaggle wants credentials: ~/.kaggle/kaggle.json, or
KAGGLE_USERNAME and KAGGLE_KEY. Needs Python 3.8 or later, and nothing else. The exit code is 0 on success, 1 on failure,
2 on bad usage.
"""

import argparse
import sys
from pathlib import Path

import huggingface
import kaggle
from lock import Lock
from problem import Problem, from_os_error
from progress import Progress

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
TICKETS = CHECKOUT / "training" / "data" / "it-tickets.csv"


def main(words=None):
    options = parse_options(words)
    try:
        options.run(options, Lock(options.lock))
        return 0
    except Problem as problem:
        say(str(problem))
        return 1
    except OSError as error:
        say(str(from_os_error(error, options.out or HERE)))
        return 1
    except KeyboardInterrupt:
        say("interrupted; run it again to go on")
        return 130


def parse_options(words):
    parser = argparse.ArgumentParser(
        prog="training/fetch", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    common = argparse.ArgumentParser(add_help=False)
    lock_help = "where checksums are kept (default: training/fetch/fetch.lock)"
    common.add_argument("--lock", type=Path, default=HERE / "fetch.lock", help=lock_help)
    kinds = parser.add_subparsers(dest="what", metavar="it-tickets|base", required=True)
    tickets = kinds.add_parser("it-tickets", parents=[common], help="the public IT tickets")
    tickets.add_argument("--out", type=Path, default=TICKETS, help="the file to write (default: training/data/it-tickets.csv)")
    tickets.add_argument("--endpoint", default=kaggle.ENDPOINT, help="Kaggle's API, or a mirror of it")
    tickets.set_defaults(run=fetch_tickets)
    base = kinds.add_parser("base", parents=[common], help="a pretrained encoder of the Hugging Face hub")
    base.add_argument("name", nargs="?", default=huggingface.BASE, help="OWNER/NAME (default: %(default)s)")
    base.add_argument("--revision", help="its commit; known for the default")
    base.add_argument("--out", type=Path, help="the folder to fill (default: .cache/bases/NAME)")
    base.add_argument("--endpoint", help="the hub, or a mirror of it (default: HF_ENDPOINT, or else huggingface.co)")
    base.set_defaults(run=fetch_base)
    return parser.parse_args(words)


def fetch_tickets(options, lock):
    with Progress(kaggle.FILE) as progress:
        known = kaggle.tickets(options.out, lock, progress, options.endpoint)
    say(f"{options.out}: {told(known)}")
    say("to train on it, in training/params.yaml: files: [it-tickets.csv], text-column: Document, label-column: Topic_group")


def fetch_base(options, lock):
    folder = options.out or CHECKOUT / ".cache" / "bases" / options.name.split("/")[-1]
    with Progress(options.name) as progress:
        found = huggingface.base(options.name, options.revision, folder, lock, progress, options.endpoint)
    for file, known in found.items():
        say(f"{folder / file}: {told(known)}")
    say(f"to train on it: train-transformer --base {folder} --trim-vocabulary")


def told(known):
    if known is None:
        return "there already"
    return "fetched, as recorded" if known else "fetched for the first time; its checksum is recorded from now on"


def say(sentence):
    print(f"fetch: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
