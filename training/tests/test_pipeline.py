"""python3 training/tests/test_pipeline.py: the whole pipeline under DVC, small; about a minute. Needs `make build`."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from support import TICKETS, Checkout, Folder, stages_run

ALL = ["prepare", "train-tfidf", "train-transformer", "calibrate-routing", "evaluate", "gate", "publish"]


class Pipeline(Folder):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.first = Checkout.make(Path(folder.name) / "first")
        cls.ran = cls.first.repro()

    def setUp(self):
        super().setUp()
        self.assertEqual(self.ran.returncode, 0, self.ran.stdout)

    def again(self):
        """What the first run left, in a folder of its own."""
        return self.first.copy(self.folder / "again")

    def test_every_stage_runs_and_candidates_become_challengers(self):
        self.assertEqual(sorted(stages_run(self.ran.stdout)), sorted(ALL))
        metrics = json.loads(self.first.read("metrics.json"))
        self.assertEqual(metrics["data"]["train_rows"] + metrics["data"]["test_rows"], TICKETS)
        self.assertGreater(metrics["tfidf"]["accuracy"], 0.2)
        challengers = {model: {"challenger": 1} for model in ("category-tfidf", "category-transformer", "category-routing")}
        self.assertEqual(self.first.aliases(), challengers)
        self.assertEqual(json.loads(self.first.read("work/published.json"))["registry"], "file:data/registry")

    def test_a_second_run_does_nothing(self):
        ran = self.again().repro()
        self.assertEqual((ran.returncode, stages_run(ran.stdout)), (0, []), ran.stdout)
        self.assertIn("Data and pipelines are up to date.", ran.stdout)

    def test_the_same_seeds_give_the_same_figures_elsewhere(self):
        other = Checkout.make(self.folder / "other")
        self.assertEqual(other.repro("evaluate").returncode, 0)
        plots = sorted(path.name for path in (self.first.training / "plots").iterdir())
        self.assertEqual(len(plots), 4)
        for name in ("metrics.json", *(f"plots/{plot}" for plot in plots)):
            self.assertEqual(other.read(name), self.first.read(name), name)

    def test_a_change_runs_what_depends_on_it_and_nothing_else(self):
        again = self.again()
        again.change("seed: 1", "seed: 2", section="train_transformer:")
        ran = again.repro()
        self.assertEqual((ran.returncode, stages_run(ran.stdout)), (0, ALL[2:]), ran.stdout)

    def test_figures_and_plots_are_shown(self):
        shown = self.first.repro("dvc", "metrics", "show", "--json")
        figures = json.loads(shown.stdout)[""]["data"]["metrics.json"]["data"]
        self.assertEqual(figures, json.loads(self.first.read("metrics.json")))
        again = self.again()
        shown = again.repro("dvc", "plots", "show")
        self.assertEqual(shown.returncode, 0, shown.stdout)
        page = again.read("dvc_plots/index.html")
        for plot in ("Confusion of the linear model", "Confusion of the transformer", "Reliability", "Risk and coverage"):
            self.assertIn(plot, page)

    def test_a_refusal_has_its_own_exit_code_and_publishes_nothing(self):
        again = self.again()
        again.change("tfidf.accuracy: 0.2", "tfidf.accuracy: 0.999")
        ran = again.repro()
        self.assertEqual((ran.returncode, stages_run(ran.stdout)), (3, ["gate"]), ran.stdout)
        self.assertIn("and the minimum is 0.999", ran.stdout)
        self.assertEqual(again.aliases(), self.first.aliases())

    def test_a_candidate_that_is_worse_than_the_champion_is_not_offered(self):
        again = self.again()
        again.switchboard("models", "promote", "category-tfidf/1", "--reason", "it serves")
        before = again.aliases()
        again.refuse_promotion()
        ran = again.repro()
        self.assertEqual((ran.returncode, stages_run(ran.stdout)[-1]), (3, "gate"), ran.stdout)
        self.assertIn("category-tfidf is not good enough beside the champion", ran.stdout)
        self.assertEqual(again.aliases(), before)

    def test_a_candidate_that_is_refused_promotion_stays_challenger(self):
        again = self.again()
        again.refuse_promotion()
        again.change("promote: false", "promote: true")
        ran = again.repro()
        self.assertEqual((ran.returncode, stages_run(ran.stdout)[-1]), (3, "publish"), ran.stdout)
        self.assertIn("stayed challenger", ran.stdout)
        for model in ("category-tfidf", "category-transformer"):
            self.assertEqual(again.aliases()[model], {"challenger": 1})

    def test_champions_are_made_when_asked_and_candidates_are_offered_once(self):
        again = self.again()
        again.change("promote: false", "promote: true")
        ran = again.repro()
        self.assertEqual((ran.returncode, stages_run(ran.stdout)), (0, ["publish"]), ran.stdout)
        aliases = again.aliases()
        for model in ("category-tfidf", "category-transformer"):
            self.assertEqual((aliases[model]["challenger"], aliases[model]["champion"]), (1, 1), model)
        self.assertEqual(aliases["category-routing"]["champion"], 2)

    def test_a_failure_that_is_no_refusal_has_another_exit_code(self):
        again = self.again()
        again.change("seed: 1", "no-such-flag: 1", section="train_tfidf:")
        ran = again.repro()
        self.assertEqual((ran.returncode, stages_run(ran.stdout)), (1, ["train-tfidf"]), ran.stdout)


if __name__ == "__main__":
    unittest.main()
