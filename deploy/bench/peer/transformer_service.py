"""The usual Python service around a transformer: FastAPI and ONNX Runtime, one ticket a request.

PEER_VERSION names the folder of the published version, PEER_GRAPH the file that network.py made of it.
"""

import json
import os
from pathlib import Path

import numpy as np
import onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel
from tokenizers import Tokenizer

version = Path(os.environ["PEER_VERSION"])
settings = json.loads((version / "distilbert.json").read_text(encoding="utf-8"))
tokenizer = Tokenizer.from_file(str(version / "tokenizer.json"))
tokenizer.enable_truncation(settings["max_tokens"])
# A customer who writes "[SEP]" means the five characters.
tokenizer.encode_special_tokens = True
options = onnxruntime.SessionOptions()
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
options.intra_op_num_threads = int(os.environ["PEER_THREADS"])
session = onnxruntime.InferenceSession(os.environ["PEER_GRAPH"], options, providers=["CPUExecutionProvider"])
app = FastAPI()


class Ticket(BaseModel):
    text: str


class Answer(BaseModel):
    label: str
    confidence: float
    scores: dict[str, float]
    logits: list[float]


@app.post("/predict")
def predict(ticket: Ticket) -> Answer:
    ids = np.array([tokenizer.encode(ticket.text).ids])
    logits = session.run(None, {"ids": ids, "mask": np.ones_like(ids)})[0][0]
    scaled = np.exp((logits - logits.max()) / settings["temperature"])
    scores = dict(zip(settings["labels"], (scaled / scaled.sum()).tolist()))
    label = max(scores, key=scores.get)
    return Answer(label=label, confidence=scores[label], scores=scores, logits=logits.tolist())


@app.get("/health")
def health():
    return {"status": "ok"}
