"""python3 training/tests/test_stages.py: what the stages of the pipeline do, without DVC and without a program."""

import contextlib
import csv
import io
import json
import os
import sys
import unittest
from pathlib import Path
from unittest import mock

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "pipeline")]

import evaluate
import gate
import prepare
import publish
import stage
import summary
import train
from stage import Problem, Refused
from support import Folder


class Stage(Folder):
    def setUp(self):
        super().setUp()
        self.silence()
        self.work_in(self.folder)
        stage.WORK.mkdir()
        unset = mock.patch.dict(os.environ, {"SWITCHBOARD_REGISTRY": "", "SWITCHBOARD_PROMOTE": ""})
        unset.start()
        self.addCleanup(unset.stop)

    def file(self, name, text):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


class Prepare(Stage):
    columns = ["--text-column", "body", "--label-column", "topic"]

    def prepared(self, *words):
        prepare.main([*words])
        rows = {}
        for name in ("train", "test"):
            with open(f"work/data/{name}.csv", encoding="utf-8", newline="") as file:
                rows[name] = list(csv.DictReader(file))
        return rows

    def problem(self, *words):
        with self.assertRaises(Problem) as caught:
            prepare.main([*words])
        return str(caught.exception)

    def tickets(self, count=60):
        return "body,topic\n" + "".join(f"ticket number {number},{'ab'[number % 2]}\n" for number in range(count))

    def test_own_files_keep_their_rows_under_our_names(self):
        self.file("data/one.csv", self.tickets())
        self.file("data/more/two.jsonl", '{"body": "sixty", "topic": "a", "other": 1}\n\n')
        rows = self.prepared("--files", "one.csv", "--files", "more/*.jsonl", *self.columns)
        both = rows["train"] + rows["test"]
        self.assertEqual(len(both), 61)
        self.assertEqual(set(both[0]), {"text", "label"})
        self.assertTrue(any(row["text"] == "sixty" for row in both))

    def test_near_duplicates_are_on_one_side_and_others_do_not_move_them(self):
        text = "body,topic,kind\n" + "".join(f"ticket {number},a,kind {number % 30}\n" for number in range(300))
        self.file("data/one.csv", text)
        words = ["--files", "one.csv", *self.columns, "--group-column", "kind", "--test-share", "0.3"]
        before = self.prepared(*words)
        sides = [{row["group"] for row in rows} for rows in before.values()]
        self.assertFalse(sides[0] & sides[1])
        self.file("data/one.csv", text + "".join(f"new {number},a,other {number}\n" for number in range(90)))
        after = self.prepared(*words)
        for side in ("train", "test"):
            self.assertLessEqual({row["text"] for row in before[side]}, {row["text"] for row in after[side]})

    def test_the_seed_picks_what_is_kept_back(self):
        self.file("data/one.csv", self.tickets())
        sides = [self.prepared("--files", "one.csv", *self.columns, "--seed", seed)["test"] for seed in "121"]
        self.assertEqual(sides[0], sides[2])
        self.assertNotEqual(sides[0], sides[1])

    def test_feedback_replaces_a_label_and_adds_what_is_new(self):
        self.file("data/one.csv", self.tickets())
        told = [{"text": "Ticket  number 4", "label": "b", "language": "en", "predicted": "a"}]
        told += [{"text": "something new", "label": "b", "language": "fr"}]
        self.file("data/feedback.jsonl", "".join(json.dumps(row) + "\n" for row in told))
        rows = self.prepared("--files", "one.csv", *self.columns, "--feedback", "feedback*.jsonl")
        labels = {row["text"]: row["label"] for row in rows["train"] + rows["test"]}
        self.assertEqual((labels["ticket number 4"], labels["something new"], len(labels)), ("b", "b", 61))
        self.assertNotIn("language", rows["train"][0], "only feedback names languages")
        facts = stage.read_json("work/data/facts.json")
        self.assertEqual((facts["feedback_rows"], facts["replaced_labels"]), (2, 1))

    def test_what_is_wrong_with_a_file_is_named_and_no_ticket_is_quoted(self):
        for name, text, part in (
            ("a.csv", "body,label\nsecret,x\n", "has no column topic; it has body, label"),
            ("b.csv", "body,topic\nsecret,x,y\n", "row 1: it has another number of fields"),
            ("c.csv", 'body,topic\n"secret,x\n', "unexpected end of data"),
            ("d.jsonl", '{"body": "secret"\n', "line 1: it is not JSON"),
            ("e.jsonl", '{"body": "secret"}\n', "line 1: it is no object with body and topic"),
            ("f.csv", "body,topic\n", "no tickets"),
            ("g.csv", "body,topic\nsecret,x\n", "too few"),
        ):
            self.file(f"data/{name}", text)
            told = self.problem("--files", name, *self.columns)
            self.assertIn(part, told)
            self.assertNotIn("secret", told)
        Path("data/h.csv").write_bytes(b"body,topic\nsecret \xff,x\n")
        self.assertIn("is not UTF-8", self.problem("--files", "h.csv", *self.columns))
        self.assertIn("there is no data/none.csv", self.problem("--files", "none.csv", *self.columns))
        self.assertIn("copy it there", self.problem("--files", "../elsewhere.csv", *self.columns))
        self.assertIn("between 0 and 0.9", self.problem("--test-share", "1"))

    def test_languages_that_every_row_names_are_kept(self):
        self.file("data/one.csv", "body,topic,lang\n" + "".join(f"ticket {number},a,en\n" for number in range(60)))
        rows = self.prepared("--files", "one.csv", *self.columns, "--language-column", "lang")
        self.assertEqual({row["language"] for row in rows["train"] + rows["test"]}, {"en"})

    def test_optional_columns_are_passed_on_where_there_are_any(self):
        file = self.file("work/data/train.csv", "text,label,language\n")
        self.assertEqual(train.columns(file)[-2:], ["--language-column", "language"])


class Gate(Stage):
    metrics = {"tfidf": {"accuracy": 0.8, "ece": 0.05}}

    def judged(self, *limits):
        stage.write_json("metrics.json", self.metrics)
        gate.main(["category", "file:data/registry", *limits])

    def test_figures_within_their_limits_pass(self):
        self.judged("--minimum.tfidf.accuracy", "0.8", "--maximum.tfidf.ece", "0.05")
        self.assertTrue(stage.read_json(gate.VERDICT)["passed"])

    def test_a_figure_beyond_its_limit_refuses_and_is_named(self):
        for limit, part in ((("--minimum.tfidf.accuracy", "0.81"), "minimum is 0.81"), (("--maximum.tfidf.ece", "0.04"), "maximum is 0.04")):
            with self.assertRaisesRegex(Refused, part):
                self.judged(*limit)
            self.assertFalse(stage.read_json(gate.VERDICT)["passed"])

    def test_a_limit_of_nothing_is_a_mistake_and_no_refusal(self):
        for limit in (("--minimum.tfidf.accurcy", "0.8"), ("--least.tfidf.accuracy", "0.8")):
            with self.assertRaises(Problem) as caught:
                self.judged(*limit)
            self.assertNotIsInstance(caught.exception, Refused)

    def test_a_candidate_is_held_against_the_champion_in_a_copy(self):
        for code, passed in ((0, True), (stage.REFUSED, False)):
            asked = []

            def run(name, *words):
                asked.append(words)
                return (code if "--dry-run" in words else 0), {"to": 2, "models": [{"name": "category-tfidf", "aliases": {"champion": 1}}]}

            with mock.patch.object(stage, "run", run):
                with contextlib.suppress(Refused):
                    self.judged("--compare")
            verdict = stage.read_json(gate.VERDICT)
            self.assertEqual((verdict["passed"], len(verdict["comparisons"])), (passed, 1))
            trials = [words for words in asked if "promote" in words]
            self.assertTrue(all(words[words.index("--registry") + 1] == stage.scratch("gate") for words in trials))


class Publish(Stage):
    def published(self, refused=(), promote=True, passed=True, broken=""):
        """Publishes into a registry that is played here; `asked` is what was asked of it."""
        stage.write_json(gate.VERDICT, {"passed": passed, "checks": [], "comparisons": []})
        self.asked, champions = [], {"category-tfidf": {"champion": 1}, "category-transformer": {"champion": 1}}

        def run(name, *words):
            self.asked.append((name, *words))
            if broken and broken in (name, *words):
                return 1, {}
            refuses = words[1] == "promote" and any(words[2].startswith(model) for model in refused)
            listed = [{"name": name, "aliases": aliases} for name, aliases in champions.items()]
            model = {"name": "category-routing", "version": 9, "alias": "champion"}
            return (stage.REFUSED if refuses else 0), {"to": 7, "models": listed, "model": model, "fits": {}}

        words = ["category", "--registry", "file:elsewhere", *(["--promote"] if promote else []), "--calibrate-flags", "--seed", "1"]
        with mock.patch.object(stage, "run", run):
            publish.main(words)

    def test_without_being_asked_nothing_is_promoted(self):
        self.published(promote=False)
        self.assertFalse(any("promote" in words or "--promote" in words for words in self.asked))
        self.assertEqual(stage.read_json(publish.PUBLISHED)["versions"], ["category-tfidf/7", "category-transformer/7"])

    def test_the_environment_decides_before_params(self):
        for said, configured, promoted in (("true", False, 2), ("false", True, 0)):
            os.environ["SWITCHBOARD_PROMOTE"] = said
            self.published(promote=configured)
            self.assertEqual(len(stage.read_json(publish.PUBLISHED)["promoted"]), promoted)
        os.environ["SWITCHBOARD_PROMOTE"] = "yes"
        with self.assertRaisesRegex(Problem, "say true or false"):
            self.published()

    def test_a_refused_candidate_stays_challenger_and_the_run_ends_as_refused(self):
        with self.assertRaisesRegex(Refused, "category-transformer/7 stayed challenger"):
            self.published(refused=["category-transformer"])
        outcome = stage.read_json(publish.PUBLISHED)
        self.assertEqual((outcome["promoted"], outcome["refused"]), (["category-tfidf/7"], ["category-transformer/7"]))

    def test_the_operating_point_is_of_the_champions_that_came_of_it_or_else_of_the_candidates(self):
        for refused, flags in ((["category-tfidf"], ["--promote"]), (["category-"], ["--linear", "--transformer"])):
            with contextlib.suppress(Refused):
                self.published(refused)
            (fit,) = [words for words in self.asked if words[0] == "calibrate-routing"]
            self.assertEqual([flag for flag in ("--promote", "--linear", "--transformer") if flag in fit], flags)

    def test_what_the_gate_refused_is_offered_nowhere(self):
        with self.assertRaisesRegex(Refused, "offered nowhere"):
            self.published(passed=False)
        self.assertEqual(self.asked, [])

    def test_what_was_done_before_a_failure_is_told(self):
        for broken, versions, promoted in (("category-transformer/7", 2, 1), ("calibrate-routing", 2, 2)):
            with self.assertRaises(Problem):
                self.published(broken=broken)
            outcome = stage.read_json(publish.PUBLISHED)
            self.assertEqual((len(outcome["versions"]), len(outcome["promoted"]), outcome["routing"]), (versions, promoted, None))
            told = "\n".join(summary.published())
            self.assertIn("- `category-tfidf/7`, champion", told)
            self.assertIn("no operating point", told)

    def test_another_failure_is_no_refusal(self):
        with mock.patch.object(stage, "run", return_value=(1, {})), self.assertRaises(Problem) as caught:
            publish.promote("category-tfidf/7", "file:elsewhere")
        self.assertNotIsInstance(caught.exception, Refused)


class Ends(Stage):
    def test_a_stage_that_fails_leaves_its_exit_code(self):
        for problem, code in ((Problem("broken"), 1), (Refused("not good enough"), stage.REFUSED)):
            with self.assertRaises(SystemExit) as caught:
                stage.end("gate", mock.Mock(side_effect=problem))
            self.assertEqual(caught.exception.code, code)
            self.assertEqual(stage.read_json(stage.FAILED), {"stage": "gate", "exit_code": code})
        stage.end("gate", mock.Mock())
        self.assertFalse(stage.FAILED.exists())

    def test_flags_are_joined_to_their_values(self):
        self.assertEqual(stage.flags(["--refit", "false", "--tune", "--c", "1"]), ["--refit=false", "--tune", "--c=1"])

    def test_a_relative_folder_is_the_checkouts_and_the_environment_comes_first(self):
        self.assertEqual(stage.target_registry("file:data/registry"), f"file:{stage.CHECKOUT}/data/registry")
        self.assertEqual(stage.target_registry("file:/srv/models"), "file:/srv/models")
        with mock.patch.dict(os.environ, {"SWITCHBOARD_REGISTRY": "https://mlflow.example"}):
            self.assertEqual(stage.target_registry("file:data/registry"), "https://mlflow.example")
        with mock.patch.dict(os.environ, {"SWITCHBOARD_REGISTRY": "https://me:hush@mlflow.example"}):
            with self.assertRaises(Problem) as caught:
                stage.target_registry("file:data/registry")
            self.assertNotIn("hush", str(caught.exception))


class Figures(Stage):
    def test_no_time_is_among_them(self):
        judged = {name: 0.123456 for name in evaluate.FIGURES}
        judged.update(per_language={"en": {"accuracy": 0.5}}, seconds=3.2)
        found = evaluate.rounded(evaluate.figures(judged))
        self.assertEqual(found["accuracy"], 0.1235)
        self.assertEqual(found["accuracy_by_language"], {"en": 0.5})
        self.assertNotIn("seconds", found)

    def test_a_summary_tells_only_what_this_run_came_to(self):
        metrics = {"data": {"train_rows": 9, "test_rows": 2}, "held_out": {"mesh": {"accuracy": 0.8}, "transformer_share": 0.25}}
        metrics.update({family: {name: 0.5 for name in summary.FIGURES} for family in ("tfidf", "transformer")})
        stage.write_json("metrics.json", metrics)
        check = {"figure": "tfidf.accuracy", "found": 0.5, "minimum": 0.6, "passed": False}
        stage.write_json(gate.VERDICT, {"passed": False, "checks": [check], "comparisons": []})
        stage.write_json(publish.PUBLISHED, {"registry": "file:data/registry", "versions": ["category-tfidf/3"]})
        stage.write_json(stage.FAILED, {"stage": "gate", "exit_code": 3})
        told = self.told()
        self.assertIn("Stage `gate` ended with exit code 3.", told)
        self.assertIn("✗ `tfidf.accuracy` 0.5 (minimum 0.6)", told)
        self.assertIn("Nothing was published.", told)
        self.assertNotIn("category-tfidf/3", told)
        stage.write_json(stage.FAILED, {"stage": "prepare", "exit_code": 1})
        self.assertNotIn("accuracy", self.told())

    def test_a_summary_names_what_failed_beside_the_champion(self):
        self.test_a_summary_tells_only_what_this_run_came_to()
        stage.FAILED.unlink()
        checks = [{"verdict": "failed", "sentence": "it lost too much"}, {"verdict": "passed", "sentence": "it is small"}]
        one = {"model": "category-tfidf", "passed": False, "answer": {"checks": checks}}
        stage.write_json(gate.VERDICT, {"passed": False, "checks": [], "comparisons": [one]})
        outcome = {"registry": "file:data/registry", "promoted": [], "refused": ["category-tfidf/3"]}
        outcome.update(versions=["category-tfidf/3"], routing={"version": "category-routing/3", "alias": "challenger"})
        outcome["answers"] = [{"version": "category-tfidf/3", "answer": {"checks": checks}}]
        stage.write_json(publish.PUBLISHED, outcome)
        told = self.told()
        self.assertEqual(told.count("\n  - it lost too much\n"), 2)
        self.assertNotIn("- it is small", told)

    def told(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            summary.main([])
        return out.getvalue()


if __name__ == "__main__":
    unittest.main()
