"""What real Paddle makes of the files that Gradus wrote: python check.py FOLDER. Prints one JSON line."""
import json
import os
import sys

import numpy as np
import paddle
import paddle.nn as nn
import paddle.nn.functional as F

folder = sys.argv[1]
path = lambda name: os.path.join(folder, name)
paddle.set_device("cpu")
truth = np.load(path("truth.npz"))
checked = {}


def same(name, got, want):
    got = got.numpy() if isinstance(got, paddle.Tensor) else np.asarray(got)
    if got.dtype != want.dtype or got.shape != want.shape or got.tobytes() != want.tobytes():
        raise SystemExit(f"{name}: {got.dtype} {got.shape} differs from what was written ({want.dtype} {want.shape})")


class CNN(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2D(1, 4, 5, padding=2), nn.BatchNorm2D(4)
        self.pool = nn.MaxPool2D(2, 2)
        self.conv2 = nn.Conv2D(4, 8, 5, padding=2)
        self.fc = nn.Linear(392, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.bn1(self.conv1(x))))
        x = self.pool(F.relu(self.conv2(x)))
        return self.fc(paddle.reshape(x, [x.shape[0], -1]))


def optimizer_of(name, model):
    given = dict(parameters=model.parameters(), weight_decay=paddle.regularizer.L2Decay(0.01))
    if name == "adam":
        return paddle.optimizer.Adam(learning_rate=0.001, **given)
    if name == "momentum":
        return paddle.optimizer.Momentum(learning_rate=0.01, momentum=0.9, **given)
    return paddle.optimizer.SGD(learning_rate=paddle.optimizer.lr.StepDecay(0.05, 3, 0.5), **given)


def train(model, optimizer, steps):
    losses = []
    model.train()
    for step in steps:
        x, y = paddle.to_tensor(truth[f"x{step}"]), paddle.to_tensor(truth[f"y{step}"])
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.clear_grad()
        if isinstance(optimizer._learning_rate, paddle.optimizer.lr.LRScheduler):
            optimizer._learning_rate.step()
        losses.append(float(loss))
    return losses


plan = json.load(open(path("plan.json")))
for protocol in (2, 3, 4):
    state = paddle.load(path(f"values_p{protocol}.pdparams"))
    for key in plan["values"]:
        value = state[key]
        if key == "bfloat16":
            value = paddle.cast(value, "float32")
        same(f"protocol {protocol}: {key}", value, truth[f"values/{key}"])
        if state[key].name != plan["values"][key]:
            raise SystemExit(f"protocol {protocol}: {key} is called {state[key].name}")
    checked[f"values, protocol {protocol}"] = len(plan["values"])
nested = paddle.load(path("checkpoint.pdparams"))
same("nested", nested["model"]["fc.weight"], truth["values/float32"])
if nested["epoch"] != 3 or nested["history"] != [[0, 2.5], [1, 2.25]] or nested["none"] is not None or nested["note"] != "числа 数":
    raise SystemExit(f"checkpoint: {nested}")
checked["nested checkpoint"] = 1
for name in ("one.pdtensor", "binary.pdtensor"):
    same(name, paddle.load(path(name)), truth["values/float32"])
    checked[name] = 1

result = {}
for name in plan["optimizers"]:
    model = CNN()
    state = paddle.load(path(f"{name}.pdparams"))
    for key, value in state.items():
        same(f"{name}: {key}", value, truth[f"{name}/{key}"])
    missing, unexpected = model.set_state_dict(state)
    if missing or unexpected:
        raise SystemExit(f"{name}: missing {missing}, unexpected {unexpected}")
    # The optimizer knows its parameters by their names, which a second model does not have by itself.
    for key, parameter in model.named_parameters():
        parameter.name = state[key].name
    optimizer = optimizer_of(name, model)
    optimizer.set_state_dict(paddle.load(path(f"{name}.pdopt")))
    losses = train(model, optimizer, range(plan["before"], plan["steps"]))
    paddle.save(model.state_dict(), path(f"{name}_paddle.pdparams"))
    paddle.save(optimizer.state_dict(), path(f"{name}_paddle.pdopt"))
    result[name] = {"losses": losses, "state": sorted(optimizer.state_dict())}
print(json.dumps({"paddle": paddle.__version__, "checked": checked, "training": result}))
