"""What real Keras makes of the files that Gradus wrote: python check.py FOLDER. Prints one JSON line."""
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras
import numpy as np

folder = sys.argv[1]
path = lambda name: os.path.join(folder, name)
with open(path("cases.json")) as f:
    cases = json.load(f)
arrays = np.load(path("arrays.npz"))


def difference(got, wanted):
    """The largest difference, as a share of the largest wanted number where that is more than 1."""
    got, wanted = np.asarray(got), np.asarray(wanted)
    if got.shape != wanted.shape:
        raise ValueError(f"the output has shape {got.shape}, not {wanted.shape}")
    scale = max(1.0, float(np.max(np.abs(wanted), initial=0)))
    return float(np.max(np.abs(got.astype("float64") - wanted.astype("float64")), initial=0)) / scale


def open_model(case, kind):
    name = case["name"]
    if kind != "weights.h5":
        return keras.models.load_model(path(f"{name}.{kind}"))
    with open(path(f"{name}.json")) as f:
        model = keras.models.model_from_json(f.read())
    model.load_weights(path(f"{name}.weights.h5"))
    return model


def check(case, kind):
    model = open_model(case, kind)
    inputs = [arrays[key] for key in case["inputs"]]
    x = inputs[0] if len(inputs) == 1 else inputs
    # A call computes what predict does; for each of many small models predict would compile a graph first.
    got = model.predict(x, verbose=0) if case.get("labels") else model(x, training=False)
    result = {"output": difference(got, arrays[case["output"]])}
    # Training goes on in Keras: the optimizer came along in .keras; .h5 files Keras itself cannot train on.
    if kind == "keras" and case.get("labels"):
        if int(model.optimizer.iterations) != case["iterations"]:
            raise ValueError(f"the optimizer has done {int(model.optimizer.iterations)} steps")
        losses = [float(model.train_on_batch(x, arrays[case["labels"]], return_dict=True)["loss"])]
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x, arrays[case["labels"]], return_dict=True)["loss"]))
        result["loss"] = difference(losses, case["losses"])
    return result


def check_layer(case):
    layer = keras.layers.deserialize(case["layer"])
    return {"output": difference(layer(np.array(case["data"])), arrays[case["output"]])}


results = []
for case in cases:
    kinds = ["layer"] if "layer" in case else ["h5", "keras", "weights.h5"]
    for kind in kinds:
        keras.backend.clear_session()
        try:
            result = check_layer(case) if kind == "layer" else check(case, kind)
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {str(error)[:400]}"}
        results.append({"name": case["name"], "kind": kind, **result})
print(json.dumps({"keras": keras.__version__, "results": results}))
