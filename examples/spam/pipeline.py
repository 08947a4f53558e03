"""The pipeline: words, counts of words, a logistic regression. One line of it is what everybody wants to change."""

from learning import HashingTF, LogisticRegression, Pipeline, Tokenizer

tokenizer = Tokenizer(inputCol="text", outputCol="words")
hashingTF = HashingTF(inputCol=tokenizer.getOutputCol(), outputCol="features")
lr = LogisticRegression(maxIter=10, regParam=0.001)
pipeline = Pipeline(stages=[tokenizer, hashingTF, lr])
