"""What keras.applications' models are made of, for src/models/applications.golden.ts. Prints one JSON object a model.

usage: python tools/keras-applications.py
"""
import hashlib
import json
import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import keras

CASES = [
    ("VGG16", {}),
    ("VGG19", {}),
    ("ResNet50", {}),
    ("MobileNet", {}),
    ("MobileNetV2", {}),
    ("MobileNet", {"alpha": 0.25, "inputShape": [128, 128, 3]}),
    ("MobileNetV2", {"alpha": 0.35, "inputShape": [97, 96, 3], "classes": 5}),
    ("MobileNetV2", {"alpha": 1.4, "includeTop": False, "pooling": "max"}),
    ("VGG16", {"includeTop": False, "inputShape": [150, 150, 3]}),
    ("ResNet50", {"includeTop": False, "pooling": "avg"}),
]
NAMES = {"inputShape": "input_shape", "includeTop": "include_top"}

for architecture, options in CASES:
    keras.backend.clear_session()
    given = {NAMES.get(name, name): value for name, value in options.items()}
    model = getattr(keras.applications, architecture)(weights=None, **given)
    lines = []
    for i, layer in enumerate(model.layers):
        shape = "x".join("?" if n is None else str(n) for n in layer.output.shape)
        name = layer.name if i else "input_layer"
        lines.append(f"{name} {type(layer).__name__} {shape} {layer.count_params()}")
    print(json.dumps({
        "architecture": architecture,
        "options": options,
        "name": model.name,
        "layers": len(lines),
        "parameters": model.count_params(),
        "sha256": hashlib.sha256("\n".join(lines).encode()).hexdigest(),
    }))
