"""Images resized by Pillow and by Keras, for src/data/image/resize.golden.ts. Prints that file.

Both packages must be there.

usage: python tools/image-resize.py > src/data/image/resize.golden.ts
"""
import hashlib
import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import keras
import numpy as np
import PIL
from PIL import Image


def image(height, width):
    """Points (7x + 13y + 29c + ((x y) >> 2)) mod 256."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return ((7 * x + 13 * y + 29 * c + ((x * y) >> 2)) % 256).astype(np.uint8)


FILTERS = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS,
           "box": Image.BOX, "hamming": Image.HAMMING}
SIZES = [((31, 47), (13, 9)), ((31, 47), (64, 101)), ((31, 47), (31, 20)), ((20, 60), (5, 47)), ((1, 1), (4, 6))]

print(f"// Made by tools/image-resize.py with Pillow {PIL.__version__} and Keras {keras.__version__}.\n")
print("/** SHA-256 of the bytes that Pillow's `Image.resize` gives: from [height, width] to [height, width]. */")
print("export const pillowSums = [")
for source, target in SIZES:
    for name, method in FILTERS.items():
        made = np.asarray(Image.fromarray(image(*source)).resize(target[::-1], method))
        print(f"  ['{name}', {list(source)}, {list(target)}, '{hashlib.sha256(made.tobytes()).hexdigest()}'],")
print("] as const;\n")
print("/** What Keras' `image.resize` gives, without smoothing, of the first colour: from [height, width] to [height, width]. */")
print("export const kerasValues = [")
for source, target in [((31, 47), (4, 5)), ((5, 4), (6, 9)), ((9, 9), (3, 3))]:
    for name in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"]:
        if name == "area":
            import tensorflow as tf
            made = tf.image.resize(image(*source).astype(np.float32), target, method="area").numpy()
        else:
            made = np.asarray(keras.ops.image.resize(image(*source).astype(np.float32), target, interpolation=name))
        values = ", ".join(f"{v:.2f}" for v in made[:, :, 0].ravel())
        print(f"  ['{name}', {list(source)}, {list(target)}, [{values}]],")
print("] as const;")
