"""The usual Python service in front of it: FastAPI, one ticket a request. PEER_MODEL names the file that train.py wrote."""

import os

import joblib
from fastapi import FastAPI
from pydantic import BaseModel

model = joblib.load(os.environ["PEER_MODEL"])
labels = [str(label) for label in model.classes_]
app = FastAPI()


class Ticket(BaseModel):
    text: str


class Answer(BaseModel):
    label: str
    confidence: float
    scores: dict[str, float]


@app.post("/predict")
def predict(ticket: Ticket) -> Answer:
    scores = dict(zip(labels, model.predict_proba([ticket.text])[0].tolist()))
    label = max(scores, key=scores.get)
    return Answer(label=label, confidence=scores[label], scores=scores)


@app.get("/health")
def health():
    return {"status": "ok"}
