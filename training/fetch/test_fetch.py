"""python3 training/fetch/test_fetch.py: downloads from a server of this machine that plays Kaggle and the hub, and fails as they do."""

import base64
import contextlib
import hashlib
import http.server
import importlib.util
import io
import json
import os
import sys
import tempfile
import threading
import unittest
import zipfile
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import download
import huggingface
import kaggle
import progress

KEY = "key-that-nobody-may-see"
COMMIT = "c" * 40
CSV = b"Document,Topic_group\nmy laptop,Hardware\n" * 500


def program():
    """training/fetch as a module: its file has the name that Python runs a folder by."""
    spec = importlib.util.spec_from_file_location("fetch_program", HERE / "__main__.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PROGRAM = program()


def archive(member=kaggle.FILE, content=CSV):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(member, content)
    return buffer.getvalue()


class Server(http.server.ThreadingHTTPServer):
    """Serves `files`; before that, each answer in `troubles` once. `asked` is what came."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.troubles, self.asked, self.redirects, self.tagged = {}, [], [], {}, True
        self.address = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        server.asked.append((self.path, dict(self.headers)))
        if self.path in server.redirects:
            return self.send(302, b"", Location=server.redirects[self.path])
        trouble = server.troubles.pop(0) if server.troubles else None
        if isinstance(trouble, int):
            return self.send(trouble, b"no", **({"Retry-After": "0"} if trouble == 503 else {}))
        if self.path not in server.files:
            return self.send(404, b"no")
        content = server.files[self.path]
        tag = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"'} if server.tagged else {}
        begin = 0
        if self.headers.get("Range") and self.headers.get("If-Range") == tag.get("ETag"):
            begin = int(self.headers["Range"][len("bytes=") : -1])
            tag["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        self.send(206 if begin else 200, content[begin:], short=trouble == "truncated", **tag)

    def send(self, status, body, short=False, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if short else body)


class Fetch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.out, self.lock = self.root / "data" / "it-tickets.csv", self.root / "fetch.lock"
        self.server, self.storage = Server(), Server()
        self.addCleanup(self.server.close)
        self.addCleanup(self.storage.close)
        # Kaggle answers with the address of a storage on another host.
        self.server.redirects[f"/datasets/download/{kaggle.DATASET}"] = f"{self.storage.address}/archive.zip?signed"
        self.storage.files["/archive.zip?signed"] = archive()
        environment = {"KAGGLE_USERNAME": "maya", "KAGGLE_KEY": KEY, "HF_TOKEN": "", "HOME": str(self.root)}
        self.slept = []
        for patch in (mock.patch.dict(os.environ, environment), mock.patch.object(download.time, "sleep", self.slept.append)):
            patch.start()
            self.addCleanup(patch.stop)

    def run_program(self, *words):
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            code = PROGRAM.main([*words, "--lock", str(self.lock)])
        self.assertNotIn(KEY, said.getvalue())
        self.assertNotIn("Traceback", said.getvalue())
        return code, said.getvalue()

    def tickets(self):
        return self.run_program("it-tickets", "--out", str(self.out), "--endpoint", self.server.address)

    def assert_arrived(self):
        code, said = self.tickets()
        self.assertEqual((code, self.out.read_bytes()), (0, CSV), said)
        self.assertEqual([path.name for path in self.out.parent.iterdir()], [self.out.name])

    def problem(self, part, run=None):
        """One sentence that holds `part`, the exit code of a failure, and no file."""
        code, said = (run or self.tickets)()
        self.assertEqual(code, 1, said)
        self.assertEqual(len(said.strip().splitlines()), 1, said)
        self.assertIn(part, said)
        self.assertFalse(self.out.exists())


class Tickets(Fetch):
    def test_they_arrive_through_a_redirect_and_the_key_stays_with_kaggle(self):
        self.assert_arrived()
        expected = "Basic " + base64.b64encode(f"maya:{KEY}".encode()).decode()
        self.assertEqual(self.server.asked[0][1]["Authorization"], expected)
        self.assertNotIn("Authorization", self.storage.asked[0][1])

    def test_the_first_checksum_is_recorded_and_a_second_run_asks_nobody(self):
        self.assert_arrived()
        entries = json.loads(self.lock.read_text())
        self.assertEqual(entries[f"kaggle:{kaggle.DATASET}"][kaggle.FILE]["sha256"], hashlib.sha256(CSV).hexdigest())
        before = len(self.server.asked)
        code, said = self.tickets()
        self.assertEqual((code, len(self.server.asked)), (0, before))
        self.assertIn("there already", said)

    def test_a_damaged_file_is_fetched_again(self):
        self.assert_arrived()
        self.out.write_bytes(b"damaged")
        self.assert_arrived()

    def test_another_file_than_recorded_is_refused_and_deleted(self):
        self.assert_arrived()
        self.out.unlink()
        self.storage.files["/archive.zip?signed"] = archive(content=b"other")
        self.problem("is not the file that fetch.lock knows")
        self.assertEqual(list(self.out.parent.iterdir()), [])

    def test_credentials_may_be_in_a_file(self):
        for name in ("KAGGLE_USERNAME", "KAGGLE_KEY"):
            os.environ[name] = ""
        self.problem("there are no Kaggle credentials")
        (self.root / ".kaggle").mkdir()
        (self.root / ".kaggle" / "kaggle.json").write_text(f'{{"username": "maya", "nokey": "{KEY}"}}')
        self.problem("does not hold a username and a key")
        (self.root / ".kaggle" / "kaggle.json").write_text(f'{{"username": "maya", "key": "{KEY}"}}')
        self.assert_arrived()

    def test_refusals_say_what_to_do(self):
        for status, part in ((401, "put it into ~/.kaggle/kaggle.json"), (403, "put it into"), (404, "no such file"), (410, "HTTP 410")):
            self.storage.troubles = [status]
            self.problem(part)
            self.assertEqual(self.slept, [])

    def test_an_archive_that_is_none_or_holds_something_else_is_refused(self):
        self.storage.files["/archive.zip?signed"] = b"<html>log in</html>"
        self.problem("no whole ZIP archive")
        self.storage.files["/archive.zip?signed"] = archive(member="other.csv")
        self.problem(f"holds no {kaggle.FILE}")
        self.assertEqual(list(self.out.parent.iterdir()), [])


class Troubles(Fetch):
    def test_troubles_that_pass_are_waited_for(self):
        self.storage.troubles = [503, 500, 429]
        self.assert_arrived()
        self.assertEqual(len(self.slept), 3)
        self.assertEqual(self.slept[0], 0, "the server's own Retry-After")

    def test_troubles_that_do_not_pass_end(self):
        self.storage.troubles = [503] * download.TRIES
        self.problem("HTTP 503")
        self.assertEqual(self.storage.troubles, [])

    def test_a_truncated_body_is_gone_on_with(self):
        self.storage.troubles = ["truncated"]
        self.assert_arrived()
        (_, first), (_, second) = self.storage.asked
        self.assertNotIn("Range", first)
        self.assertEqual(second["Range"], f"bytes={len(archive()) // 2}-")

    def test_the_next_run_goes_on_where_this_one_ended(self):
        self.storage.troubles = ["truncated"] + [503] * (download.TRIES - 1)
        self.problem("it goes on where it stopped")
        self.assert_arrived()
        self.assertEqual(self.storage.asked[-1][1]["Range"], f"bytes={len(archive()) // 2}-")

    def test_a_file_that_changed_meanwhile_is_fetched_from_its_start(self):
        self.storage.troubles = ["truncated"] + [503] * (download.TRIES - 1)
        self.problem("it goes on")
        self.storage.files["/archive.zip?signed"] = archive(content=CSV + b"one more,Hardware\n")
        code, said = self.tickets()
        self.assertEqual((code, self.out.read_bytes()), (0, CSV + b"one more,Hardware\n"), said)

    def test_without_a_tag_nothing_is_put_together(self):
        self.storage.tagged = False
        self.storage.troubles = ["truncated"]
        self.assert_arrived()
        self.assertNotIn("Range", self.storage.asked[1][1])

    def test_a_file_that_is_too_large_is_not_taken(self):
        with mock.patch.object(kaggle, "LIMIT_BYTES", 10):
            self.problem("are not taken")

    def test_without_a_network_it_is_one_sentence(self):
        self.server.close()
        self.problem("could not be read")
        offline = lambda: self.run_program("it-tickets", "--out", str(self.out), "--endpoint", "http://nowhere.invalid")
        self.problem("this machine is offline", offline)

    def test_a_place_that_cannot_be_written_is_named(self):
        self.out.parent.write_text("a file where a folder should be")
        self.problem("cannot be written")
        self.out.parent.unlink()
        with mock.patch("builtins.open", side_effect=OSError(28, "No space left on device", "x")):
            code, said = self.tickets()
        self.assertEqual(code, 1)
        self.assertIn("make room", said)


class Bases(Fetch):
    def setUp(self):
        super().setUp()
        self.folder = self.root / "base"
        for name in huggingface.FILES:
            self.server.files[f"/acme/tiny/resolve/{COMMIT}/{name}"] = name.encode()

    def base(self, *words):
        return self.run_program("base", "acme/tiny", "--out", str(self.folder), "--endpoint", self.server.address, *words)

    def test_a_base_is_fetched_at_a_commit(self):
        code, said = self.base("--revision", COMMIT)
        self.assertEqual(code, 0, said)
        self.assertEqual({path.name: path.read_bytes() for path in self.folder.iterdir()}, {name: name.encode() for name in huggingface.FILES})
        self.assertIn(f"--base {self.folder}", said)

    def test_what_is_complete_is_not_fetched_again(self):
        del self.server.files[f"/acme/tiny/resolve/{COMMIT}/model.safetensors"]
        self.problem("check the name and the revision", lambda: self.base("--revision", COMMIT))
        self.server.files[f"/acme/tiny/resolve/{COMMIT}/model.safetensors"] = b"weights"
        before = len(self.server.asked)
        self.assertEqual(self.base("--revision", COMMIT)[0], 0)
        self.assertEqual(len(self.server.asked), before + 1)

    def test_a_branch_and_a_name_that_is_a_path_are_refused(self):
        self.problem("say which commit", self.base)
        self.problem("say which commit", lambda: self.base("--revision", "main"))
        self.problem("is no model's name", lambda: self.run_program("base", "../../etc", "--revision", COMMIT))

    def test_the_default_has_its_commit(self):
        self.assertRegex(huggingface.REVISIONS[huggingface.BASE], "^[0-9a-f]{40}$")

    def test_a_token_is_sent_to_the_hub_and_shown_nowhere(self):
        os.environ["HF_TOKEN"] = KEY
        self.assertEqual(self.base("--revision", COMMIT)[0], 0)
        self.assertEqual(self.server.asked[0][1]["Authorization"], f"Bearer {KEY}")
        self.server.troubles = [401]
        self.folder = self.root / "other"
        self.problem("HF_TOKEN is not allowed", lambda: self.base("--revision", COMMIT))


class Bar(unittest.TestCase):
    def test_it_says_how_far_it_is(self):
        self.assertEqual(progress.line("f", 5_000_000, 10_000_000), f"f [{'#' * 15}{' ' * 15}] 5.0 of 10.0 MB")
        self.assertEqual(progress.line("f", 5_000_000, None), "f: 5.0 MB")


if __name__ == "__main__":
    unittest.main()
