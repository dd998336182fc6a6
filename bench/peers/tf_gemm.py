"""How fast TensorFlow multiplies two matrices of 1024 x 1024. Prints one JSON line.

usage: python tf_gemm.py [threads]
"""
import json, os, sys, time
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
threads = int(sys.argv[1]) if len(sys.argv) > 1 else 2
import numpy as np
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(1)
n = 1024
a, b = tf.random.normal((n, n)), tf.random.normal((n, n))
product = tf.function(tf.matmul)
times = []
for _ in range(45):
    start = time.perf_counter()
    product(a, b).numpy()
    times.append(time.perf_counter() - start)
gflops = 2 * n**3 / float(np.median(times[5:])) / 1e9
print(json.dumps({"engine": f"tf {tf.__version__}", "threads": threads, "gflops": {"1024x1024x1024": round(gflops, 1)}}))
