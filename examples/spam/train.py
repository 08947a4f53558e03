"""Trains the model, and measures it on messages that it hasn't seen.

Writes models/spam.json and reports/metrics.json, in the form of scikit-learn's classification_report(output_dict=True).
"""

import csv
import json
from pathlib import Path

from pipeline import pipeline


def rows(name):
    with open(f"data/{name}.csv", newline="", encoding="utf-8") as file:
        return [{"label": int(row["label"]), "text": row["text"]} for row in csv.DictReader(file)]


def report(truth, found):
    pairs = list(zip(truth, found))
    made = {"accuracy": round(sum(a == b for a, b in pairs) / len(pairs), 4)}
    for label, name in ((0, "ham"), (1, "spam")):
        right = pairs.count((label, label))
        precision = right / found.count(label) if label in found else 0.0
        recall = right / truth.count(label)
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        scores = {"precision": precision, "recall": recall, "f1-score": f1}
        made[name] = {**{key: round(value, 4) for key, value in scores.items()}, "support": truth.count(label)}
    return made


def write(path, value):
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    model = pipeline.fit(rows("train"))
    test = rows("reference")
    metrics = report([row["label"] for row in test], pipeline.predict(test, model))
    write("models/spam.json", model)
    write("reports/metrics.json", metrics)
    print(f"spam: f1-score {metrics['spam']['f1-score']}, recall {metrics['spam']['recall']}")
