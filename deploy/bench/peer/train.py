"""The usual Python classifier of tickets: TF-IDF and a calibrated linear SVM.

    train.py ROWS.csv MODEL.joblib      (columns text and label)
"""

import csv
import sys

import joblib
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline
from sklearn.svm import LinearSVC


def rows(path):
    csv.field_size_limit(sys.maxsize)
    with open(path, encoding="utf-8", newline="") as file:
        pairs = [(row["text"], row["label"]) for row in csv.DictReader(file)]
    return [text for text, _ in pairs], [label for _, label in pairs]


def main(data, model):
    texts, labels = rows(data)
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    classifier = CalibratedClassifierCV(LinearSVC(C=0.5), cv=5)
    pipeline = Pipeline([("tfidf", vectoriser), ("svm", classifier)])
    joblib.dump(pipeline.fit(texts, labels), model)


if __name__ == "__main__":
    main(*sys.argv[1:])
