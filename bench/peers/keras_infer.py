"""How long a network takes for an image with Keras. Prints one JSON line.

usage: python keras_infer.py MODEL [size] [batch] [threads]
MODEL is VGG16, VGG19, ResNet50, MobileNet, MobileNetV2, EfficientNetLite0 or SqueezeNet. Weights and images follow from the
formula of bench/lib/formula-weights.ts; the digest of the logits shows that both engines did the same work.
"""
import json, os, resource, sys, time
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
name = sys.argv[1]
size, batch, threads = (int(sys.argv[i]) if len(sys.argv) > i else d for i, d in ((2, 227 if name == "SqueezeNet" else 224), (3, 1), (4, 2)))
import numpy as np
import tensorflow as tf
import keras
tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)
L = keras.layers


def scattered(stream, count):
    """Numbers from -1 to 1: the last steps of MurmurHash3."""
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) + np.uint32(stream * 0x9E3779B9 & 0xFFFFFFFF)
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return h / 2.0**31 - 1


RANGES = {"bias": (0, 0.1), "beta": (0, 0.1), "gamma": (1, 0.1), "moving_mean": (0, 0.1), "moving_variance": (1, 0.1)}


def set_weights(model):
    stream = 0
    for layer in model.layers:
        for weight in layer.weights:
            stream += 1
            shape = tuple(weight.shape)
            fan_in = np.prod(shape[:2] if isinstance(layer, L.DepthwiseConv2D) else shape[:-1])
            middle, reach = RANGES.get(weight.name, (0, np.sqrt(6 / fan_in)))
            weight.assign((middle + reach * scattered(stream, int(np.prod(shape)))).astype(np.float32).reshape(shape))


def efficientnet_lite0(size):
    def norm(x, active):
        x = L.BatchNormalization()(x)
        return L.ReLU(6.0)(x) if active else x

    inputs = keras.Input((size, size, 3))
    x = norm(L.Conv2D(32, 3, strides=2, padding="same", use_bias=False)(inputs), True)
    for window, strides, expansion, filters, blocks in ((3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)):
        for i in range(blocks):
            before, channels = x, x.shape[-1]
            if expansion > 1:
                x = norm(L.Conv2D(expansion * channels, 1, padding="same", use_bias=False)(x), True)
            x = norm(L.DepthwiseConv2D(window, strides=strides if i == 0 else 1, padding="same", use_bias=False)(x), True)
            x = norm(L.Conv2D(filters, 1, padding="same", use_bias=False)(x), False)
            if i > 0:
                x = L.Add()([x, before])
    x = norm(L.Conv2D(1280, 1, padding="same", use_bias=False)(x), True)
    return keras.Model(inputs, L.Dense(1000)(L.GlobalAveragePooling2D()(x)))


def squeezenet(size):
    def fire(x, squeeze, expand):
        x = L.Conv2D(squeeze, 1, activation="relu")(x)
        return L.Concatenate()([L.Conv2D(expand, 1, activation="relu")(x), L.Conv2D(expand, 3, padding="same", activation="relu")(x)])

    inputs = keras.Input((size, size, 3))
    x = L.MaxPooling2D(3, strides=2)(L.Conv2D(96, 7, strides=2, activation="relu")(inputs))
    x = L.MaxPooling2D(3, strides=2)(fire(fire(fire(x, 16, 64), 16, 64), 32, 128))
    x = L.MaxPooling2D(3, strides=2)(fire(fire(fire(fire(x, 32, 128), 48, 192), 48, 192), 64, 256))
    x = L.Conv2D(1000, 1, activation="relu")(L.ZeroPadding2D(1)(fire(x, 64, 256)))
    return keras.Model(inputs, L.GlobalAveragePooling2D()(x))


if name == "EfficientNetLite0":
    model = efficientnet_lite0(size)
elif name == "SqueezeNet":
    model = squeezenet(size)
else:
    model = getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3), classifier_activation=None)
set_weights(model)
images = tf.constant(scattered(0, batch * size * size * 3).astype(np.float32).reshape(batch, size, size, 3))
run = tf.function(lambda x: model(x, training=False))
times = []
end = None
while len(times) < 7 or time.perf_counter() < end:
    start = time.perf_counter()
    logits = run(images).numpy()
    times.append(time.perf_counter() - start)
    if len(times) == 2:
        end = time.perf_counter() + 3
warm = sorted(times[2:])
flat = logits.ravel().astype(np.float64)


def short(value):
    return float(f"{value:.4g}")


print(json.dumps({"lab": "infer", "engine": "keras " + keras.__version__ + " tf " + tf.__version__, "model": name, "size": size, "batch": batch, "threads": threads,
                  "ms_per_image": round(warm[len(warm) // 2] * 1e3 / batch, 3), "ms_per_image_best": round(warm[0] * 1e3 / batch, 3), "first_s": round(times[0], 3),
                  "parameters": model.count_params(), "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                  "logits_mean": short(flat.mean()), "logits_rms": short(np.sqrt((flat**2).mean())), "logits_top": int(flat.argmax()), "logits_first": [short(v) for v in flat[:3]]}))
