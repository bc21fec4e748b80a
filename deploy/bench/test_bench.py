"""python3 deploy/bench/test_bench.py: what is parsed and computed, without a service."""

import contextlib
import io
import json
import math
import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))

import child
import criterion
import data
import load
import quality
import rivals
import serving
import table
import transformer
import wire
from problem import Problem

H2LOAD = """
finished in 2.54s, 23652.38 req/s, 5.35MB/s
requests: 60000 total, 60000 started, 60000 done, 60000 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 60000 2xx, 0 3xx, 0 4xx, 0 5xx
"""
WRK = '{"requests": 300, "duration_us": 2000000, "p50_us": 277, "p99_us": 6643, "errors": {"connect": 0, "status": 0}}\n'


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        patch = mock.patch.object(sys, "stderr", io.StringIO())
        patch.start()
        self.addCleanup(patch.stop)

    def file(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


class Tickets(Folder):
    columns = data.Columns("body", "topic", None)

    def rows(self, label, count):
        return "".join(f'"{label} ticket {number}, on\ntwo lines",{label}\n' for number in range(count))

    def test_rare_labels_and_empty_rows_are_left_out(self):
        text = "body,topic\n" + self.rows("a", 12) + self.rows("b", 11) + self.rows("rare", 3) + '" ",a\n'
        rows = data.read(self.file("t.csv", text), self.columns)
        self.assertEqual([sum(row.label == label for row in rows) for label in ("a", "b", "rare")], [12, 11, 0])

    def test_a_missing_column_is_named(self):
        with self.assertRaisesRegex(Problem, "no column topic; it has body, label"):
            data.read(self.file("t.csv", "body,label\n"), self.columns)

    def test_a_bad_file_is_not_quoted(self):
        path = self.folder / "t.csv"
        path.write_bytes(b"body,topic\nsecret \xff,a\n")
        with self.assertRaises(Problem) as raised:
            data.read(path, self.columns)
        self.assertNotIn("secret", str(raised.exception))

    def test_one_group_stays_on_one_side_and_so_do_equal_words(self):
        rows = [data.Row(f"text {number}", "a", f"group {number % 40}") for number in range(400)]
        learnt, unseen = data.split(rows)
        self.assertEqual({row.group for row in learnt} & {row.group for row in unseen}, set())
        self.assertTrue(learnt and unseen)
        learnt, unseen = data.split([data.Row("Same  words", "a", ""), data.Row("same words", "b", "")])
        self.assertEqual(sorted([len(learnt), len(unseen)]), [0, 2])


    def test_a_sample_is_as_long_as_the_load_and_always_the_same(self):
        rows = [data.Row("x" * number, "ab"[number % 2], "") for number in range(1, 1001)]
        tickets = data.Data(rows, self.folder)
        sample = tickets.sample(20)
        mean, all_of_them = (sum(map(len, texts)) / len(texts) for texts in (sample, tickets.tickets))
        self.assertAlmostEqual(mean, all_of_them, delta=0.02 * all_of_them)
        self.assertEqual(sample, tickets.sample(20))
        self.assertNotEqual(sample, sorted(sample, key=len))


class Requests(unittest.TestCase):
    def test_a_document_is_framed_as_grpc_does(self):
        self.assertEqual(wire.classify_request("é"), b"\x00\x00\x00\x00\x04\x1a\x02\xc3\xa9")
        self.assertEqual(wire.classify_request("a" * 300)[:8], b"\x00\x00\x00\x01\x2f\x1a\xac\x02")

    def test_a_json_request_is_one_line(self):
        lines = wire.json_lines(["a\nb", "c"], lambda text: {"text": text})
        self.assertEqual([json.loads(line) for line in lines.splitlines()], [{"text": "a\nb"}, {"text": "c"}])


class Reports(unittest.TestCase):
    def test_h2load(self):
        self.assertEqual(load.parse_h2load(H2LOAD), 23652.38)
        for bad in (("0 failed", "3 failed"), ("0 4xx", "7 4xx"), ("60000 succeeded", "59999 succeeded"), ("requests", "")):
            with self.assertRaises(Problem):
                load.parse_h2load(H2LOAD.replace(*bad))

    def test_the_times_of_h2load(self):
        lines = "".join(f"17000000\t200\t{1000 * number}\n" for number in range(100, 0, -1))
        self.assertEqual(load.parse_log(lines), (51.0, 100.0))
        with self.assertRaises(Problem):
            load.parse_log("17000000\t-1\t1000\n")

    def test_wrk(self):
        self.assertEqual(load.parse_wrk("Running …\n" + WRK), load.Load(150.0, 0.277, 6.643))
        for bad in (WRK.replace('"status": 0', '"status": 2'), WRK.replace("300", "0"), "unable to connect\n", ""):
            with self.assertRaises(Problem):
                load.parse_wrk(bad)

    def test_outcomes_other_than_ok_are_found(self):
        line = 'agent_requests_total{{endpoint="route",outcome="{}"}} {}\n'.format
        fine = line("ok", 9) + line("cancelled", 3) + line("internal", 0)
        self.assertEqual(serving.bad_outcomes(fine), {})
        self.assertEqual(serving.bad_outcomes(fine + line("overloaded", 4)), {"overloaded": 4})
        self.assertEqual(serving.bad_outcomes(""), {"ok": 0})

    def test_a_request_that_the_transformer_refuses_is_found(self):
        line = 'transformer_requests_total{{endpoint="classify",outcome="{}"}} {}\n'.format
        self.assertEqual(serving.bad_outcomes(line("ok", 9) + line("overloaded", 1)), {"overloaded": 1})


class Criterion(Folder):
    def test_medians_come_with_their_amount(self):
        self.file("scrub/tickets/new/estimates.json", '{"median": {"point_estimate": 2000.0}}')
        self.file("scrub/tickets/new/benchmark.json", '{"throughput": {"Bytes": 500}}')
        self.assertEqual(criterion.medians(self.folder), {"scrub/tickets": {"median_ns": 2000.0, "amount": 500}})


class Quality(unittest.TestCase):
    def test_the_figures_are_those_of_the_definitions(self):
        judged = quality.judge(["a", "b"], ["a", "b", "b", "new"], [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.3, 0.7]])
        self.assertEqual((judged["n"], judged["accuracy"]), (4, 0.5))
        # a: 1 right of 1 true and 2 said; b: 1 of 2 and 2; new: none.
        self.assertAlmostEqual(judged["macro_f1"], (2 / 3 + 1 / 2 + 0) / 3)
        self.assertAlmostEqual(judged["log_loss"], -(math.log(0.9) + math.log(0.4) + math.log(0.8) + math.log(1e-15)) / 4)
        self.assertAlmostEqual(judged["ece"], (0.1 + 0.6 + 0.2 + 0.7) / 4)

    def test_bins_are_closed_above(self):
        self.assertAlmostEqual(quality.calibration_error([0.2, 0.19], [True, False]), (0.8 - 0.19) / 2)


class Children(Folder):
    def test_what_fails_is_shown(self):
        with self.assertRaisesRegex(Problem, "sh failed:\noh no"):
            child.finished(["sh", "-c", "echo oh no >&2; exit 3"], self.folder / "log")

    def test_the_cost_of_a_program_is_its_own(self):
        cost = child.finished([sys.executable, "-c", "print(len(bytearray(64_000_000)))"], self.folder / "log")
        self.assertEqual(cost.stdout, "64000000\n")
        self.assertGreater(cost.peak_bytes, 64_000_000)

    def test_a_service_runs_while_the_block_does(self):
        (port,) = rivals.free_ports(1)
        command = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1", "--directory", self.folder]
        with self.assertRaises(KeyError), child.serving(command, f"http://127.0.0.1:{port}/", self.folder / "log") as pid:
            self.assertGreater(child.memory_bytes(pid), 1_000_000)
            raise KeyError("whatever ends the block")
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)

    def test_a_service_that_ends_at_once_is_told_of(self):
        with self.assertRaisesRegex(Problem, "ended before it was ready:\nno port"):
            with child.serving(["sh", "-c", "echo no port; exit 1"], "http://127.0.0.1:9/", self.folder / "log"):
                pass


def network_figures():
    speeds = {"f32": 1000.0, "int8": 2000.0}
    cases = [(precision, items) for precision in speeds for items in (1, 32)]
    return {
        "rows": [
            {"precision": precision, "items": items, "tokens_per_second": speeds[precision], "share_of_peak": 0.5, "milliseconds": 10.0 * items}
            for precision, items in cases
        ]
    }


class Transformers(unittest.TestCase):
    def rows(self):
        load, memory = {"requests_per_second": 80.0, "p50_ms": 5.0, "p99_ms": 9.0}, {"bytes": 300e6}
        loads = {f"{side} {precision} JSON{how}": load for side in ("transformer", "peer") for precision in ("f32", "int8") for how in ("", " alone")}
        loads |= {f"{side} {precision} memory": memory for side in ("transformer", "peer") for precision in ("f32", "int8")}
        figures = {"network": network_figures(), "serving": loads, "connections": 32, "compared": 12, "int8_change": {"ours": 0.1, "peer": 0.2}}
        return {row.what: row for row in table.transformer(figures)}

    def test_a_row_of_the_network_has_both_precisions_and_their_ratio(self):
        *_, one, many = table.network(network_figures())
        self.assertEqual(one, "| 1 | 1,000 tokens/s | 50.0 % | 2,000 tokens/s | 50.0 % | 2.00 |")
        self.assertTrue(many.startswith("| 32 |"))

    def test_what_the_service_keeps_is_of_the_networks_own_rate(self):
        rows = self.rows()
        # 32 tickets in 320 ms are 100 a second; the service answers 80.
        self.assertEqual(rows["int8, throughput that the service keeps of the network alone, 32 at once"].ours, 80.0)
        self.assertEqual(rows["f32, one at a time, mean"].ours, 12.5)
        self.assertEqual(rows["f32, one ticket in the network alone, mean"].ours, 10.0)

    def test_each_precision_is_set_beside_the_peers(self):
        rows = self.rows()
        for precision in ("f32", "int8"):
            self.assertEqual(rows[f"{precision}, 32 connections"], table.Row(f"{precision}, 32 connections", 80.0, 80.0, " /s", table.MORE))
        self.assertEqual(rows["largest change of a logit by int8, 12 tickets"][1:3], (0.1, 0.2))

    def test_another_network_is_no_peer(self):
        self.assertAlmostEqual(transformer.farthest([[1.0, 2.0]], [[1.0, 2.5]]), 0.5)
        for peer, refused in ((1.0005, False), (1.1, True), (math.nan, True)):
            bench = mock.Mock(our_logits=lambda *_: [[1.0]], peer_logits=lambda *_, peer=peer: [[peer]])
            with self.assertRaisesRegex(Problem, "another network") if refused else contextlib.nullcontext():
                transformer.Bench.compare(bench, ["a ticket"])


class Tables(unittest.TestCase):
    def test_scrubbing_is_set_beside_presidios_patterns(self):
        bench = {"median_ns": 2000.0, "amount": 100}
        benches = {f"scrub/{name}": bench for name in ("median_ticket", "600_characters", "tickets", "tickets_by_patterns")}
        _, long, tickets, patterns = table.scrubbing(benches, {"long_seconds": 0.002, "bytes_per_second": 500_000.0})
        self.assertEqual((long.ours, long.peer, table.ratio(long)), (2.0, 2000.0, "1,000"))
        for rate in (tickets, patterns):
            self.assertEqual((rate.ours, rate.peer, table.ratio(rate)), (50.0, 0.5, "100"))

    def test_a_ratio_over_one_is_in_our_favour(self):
        self.assertEqual(table.ratio(table.Row("rate", 300, 100, " /s", table.MORE)), "3.00")
        self.assertEqual(table.ratio(table.Row("time", 2, 100, " ms", table.LESS)), "50.0")
        self.assertEqual(table.ratio(table.Row("time", 2, None, " ms", table.LESS)), "")

    def test_three_digits_are_shown(self):
        shown = [table.shown(number, " s") for number in (0.1234, 1.234, 12.34, 123.4, 12345.6)]
        self.assertEqual(shown, ["0.123 s", "1.23 s", "12.3 s", "123 s", "12,346 s"])


if __name__ == "__main__":
    unittest.main()
