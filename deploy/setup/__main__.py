"""Fetches what the transformer's crates need beside crates.io: libtorch, and a small pretrained encoder.

    python3 deploy/setup              fetch what is missing into .cache/ and tell cargo where libtorch is
    python3 deploy/setup --verify     also hash every file that is there, and replace what is damaged

Needs Python 3.8 or later with pip, and nothing else. With LIBTORCH set, that libtorch is used instead of a fetched one.
"""

import argparse
import os
import sys
from pathlib import Path

import cargo
import own_libtorch
from bundle import Bundle
from lock import locked
from problem import Problem

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def main():
    options = parse_options()
    cache = options.cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    prepare_libtorch(cache, options)
    if not options.no_base:
        install(Bundle.load("minilm", cache), options)
    say("ready")


def parse_options():
    parser = argparse.ArgumentParser(
        prog="deploy/setup", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, default=CHECKOUT / ".cache", help="where to keep it (default: .cache)")
    parser.add_argument("--verify", action="store_true", help="hash every file that is there")
    parser.add_argument("--keep-downloads", action="store_true", help="keep the downloaded wheels")
    parser.add_argument("--no-base", action="store_true", help="leave the pretrained encoder out")
    return parser.parse_args()


def prepare_libtorch(cache, options):
    """Makes a libtorch available and tells cargo where it is."""
    fetched = Bundle.load("libtorch", cache, platform_matters=True)
    chosen = os.environ.get("LIBTORCH")
    if chosen and Path(chosen).resolve() != fetched.folder:
        facts = own_libtorch.inspect(Path(chosen).resolve())
        say(f"using LIBTORCH={chosen}, version {facts.version}")
        path, relative = str(Path(chosen).resolve()), False
    else:
        fetched.require_platform()
        install(fetched, options)
        facts = own_libtorch.inspect(fetched.folder)
        path, relative = path_for_cargo(fetched.folder, cache)
    cargo.write_settings(cache / "libtorch.toml", path, relative, facts)


def path_for_cargo(folder, cache):
    """Relative to the folder above the cache, so that a checkout may be moved."""
    return folder.relative_to(cache.parent).as_posix(), True


def install(bundle, options):
    if bundle.is_complete() and not options.verify:
        return
    with locked(bundle.cache / "setup.lock", say):
        # Somebody else may have finished it while this program waited.
        if bundle.is_complete() and not (options.verify and bundle.is_damaged(say)):
            return
        bundle.install(say, keep_downloads=options.keep_downloads)


def say(sentence):
    print(f"setup: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except Problem as problem:
        say(str(problem))
        sys.exit(1)
    except KeyboardInterrupt:
        say("interrupted; complete downloads are kept, run it again to go on")
        sys.exit(130)
