"""Spark's names for what a spam filter needs, in plain Python, so that the example runs anywhere."""

import math
import zlib


class Tokenizer:
    """Text to lower-case words."""

    def __init__(self, inputCol, outputCol):
        self.inputCol, self.outputCol = inputCol, outputCol

    def getOutputCol(self):
        return self.outputCol

    def transform(self, row):
        return {**row, self.outputCol: row[self.inputCol].lower().split()}


class HashingTF:
    """Words to counts, each word in the slot that its checksum names."""

    def __init__(self, inputCol, outputCol, numFeatures=256):
        self.inputCol, self.outputCol, self.numFeatures = inputCol, outputCol, numFeatures

    def transform(self, row):
        counts = {}
        for word in row[self.inputCol]:
            slot = zlib.crc32(word.encode()) % self.numFeatures
            counts[slot] = counts.get(slot, 0) + 1
        return {**row, self.outputCol: counts}


class LogisticRegression:
    """Gradient descent from zero: the same data and parameters give the same weights."""

    def __init__(self, maxIter, regParam):
        self.maxIter, self.regParam = maxIter, regParam

    def fit(self, rows):
        weights, bias = {}, 0.0
        for _ in range(self.maxIter):
            steps, shift = {}, 0.0
            for row in rows:
                error = row["label"] - chance(row["features"], weights, bias)
                shift += error
                for slot, count in row["features"].items():
                    steps[slot] = steps.get(slot, 0.0) + error * count
            for slot, step in steps.items():
                old = weights.get(slot, 0.0)
                weights[slot] = old + step / len(rows) * 4 - self.regParam * old
            bias += shift / len(rows)
        return {"weights": {str(slot): round(one, 6) for slot, one in sorted(weights.items())}, "bias": round(bias, 6)}


class Pipeline:
    """Stages in a row; the last one learns."""

    def __init__(self, stages):
        self.stages = stages

    def prepare(self, rows):
        for stage in self.stages[:-1]:
            rows = [stage.transform(row) for row in rows]
        return rows

    def fit(self, rows):
        return self.stages[-1].fit(self.prepare(rows))

    def predict(self, rows, model):
        weights = {int(slot): one for slot, one in model["weights"].items()}
        return [int(chance(row["features"], weights, model["bias"]) >= 0.5) for row in self.prepare(rows)]


def chance(features, weights, bias):
    """How likely a message is spam."""
    return 1 / (1 + math.exp(-bias - sum(count * weights.get(slot, 0.0) for slot, count in features.items())))
