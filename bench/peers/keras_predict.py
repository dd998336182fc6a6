"""How long the MNIST network takes for the predictions of one batch with Keras. Prints one JSON line.

usage: python keras_predict.py [batch] [threads]
"""
import json, os, sys, time
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
batch, threads = (int(sys.argv[i]) if len(sys.argv) > i else d for i, d in ((1, 32), (2, 2)))
import numpy as np
import tensorflow as tf
import keras
tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)
L = keras.layers
model = keras.Sequential([keras.Input((28, 28, 1)), L.Conv2D(32, 3, activation="relu"), L.Conv2D(64, 3, activation="relu"), L.MaxPooling2D(2), L.Dropout(0.25),
                          L.Flatten(), L.Dense(128, activation="relu"), L.Dropout(0.5), L.Dense(10, activation="softmax")])
x = np.random.default_rng(0).random((batch, 28, 28, 1), dtype=np.float32)
times = []
for _ in range(105):
    start = time.perf_counter()
    model.predict_on_batch(x)
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps({"engine": f"keras {keras.__version__} tf {tf.__version__}", "threads": threads, "batch": batch,
                  "ms_per_batch": round(float(np.median(times[5:])), 3), "ms_first": round(times[0], 1)}))
