"""The transformer: its network alone, its service, and the same network in the usual Python service."""

import json

import child
import criterion
import data as tickets
import rivals
from problem import Problem, say
from serving import Rounds, check_outcomes, json_files

PRECISIONS = ("f32", "int8")
CONNECTIONS = 32
# Tickets that the bench of the network answers a round.
NETWORK_TICKETS = 96
COMPARED = 12
# Two logits of one network are nearer than this, whatever adds the numbers up.
NEAR = 1e-3


def measure(ours, data, target, folder):
    alone = network(data, target, folder)
    say(f"training a transformer on {len(data.few())} rows, for its speed alone")
    peer = rivals.TransformerPeer(ours.train_transformer(data), folder)
    bench = Bench(ours, peer, data, folder)
    say("comparing the logits of both sides")
    changes = bench.compare(data.sample(COMPARED))
    return {"network": alone, "connections": CONNECTIONS, "compared": COMPARED, "int8_change": changes, "serving": bench.run()}


def network(data, target, folder):
    """What the bench of `crates/distilbert` says of tickets that are as long as those of the load."""
    rows = folder / "network.csv"
    tickets.write(rows, [tickets.Row(text, "any", "") for text in data.sample(NETWORK_TICKETS)])
    return json.loads(criterion.cargo_bench("switchboard-distilbert", "forward", rows, target, folder))


class Bench(Rounds):
    def __init__(self, ours, peer, data, folder):
        super().__init__()
        self.ours, self.peer = ours, peer
        self.documents, self.texts = json_files(data, folder)

    def run(self):
        parts = {}
        for precision in PRECISIONS:
            parts[f"transformer {precision}"] = lambda precision=precision: self.service(precision)
            parts[f"peer {precision}"] = lambda precision=precision: self.rival(precision)
        return self.take(parts)

    def service(self, precision):
        service = self.ours.transformer(precision)
        with service.running() as pid:
            self.load(f"transformer {precision}", f"{service.url}/v1/classify", self.documents, pid)
            check_outcomes(service)

    def rival(self, precision):
        url, running = self.peer.running(precision)
        with running as pid:
            self.load(f"peer {precision}", f"{url}/predict", self.texts, pid)

    def load(self, name, url, bodies, pid):
        self.load_json(f"{name} {url}", bodies, CONNECTIONS)
        self.note(f"{name} memory", bytes=child.memory_bytes(pid))

    def compare(self, texts):
        """How far 8 bits move a logit, on either side. Both sides must be one network in 32 bits, or the figures compare nothing."""
        ours, peer = ([answers(precision, texts) for precision in PRECISIONS] for answers in (self.our_logits, self.peer_logits))
        apart = farthest(ours[0], peer[0])
        if not apart <= NEAR:
            raise Problem(f"a logit of the peer is {apart:.4f} from ours: deploy/bench/peer/network.py makes another network")
        return {"ours": farthest(*ours), "peer": farthest(*peer)}

    def our_logits(self, precision, texts):
        service = self.ours.transformer(precision)
        with service.running():
            reply = json.loads(child.fetch(f"{service.url}/v1/classify", {"documents": texts}))
        return [outcome["logits"] for outcome in reply["outcomes"]]

    def peer_logits(self, precision, texts):
        url, running = self.peer.running(precision)
        with running:
            return [json.loads(child.fetch(f"{url}/predict", {"text": text}))["logits"] for text in texts]


def farthest(one, other):
    """The largest difference between two tables of logits."""
    return max(abs(a - b) for row, other_row in zip(one, other, strict=True) for a, b in zip(row, other_row, strict=True))
