"""What TensorBoard's own readers make of the event files below a folder, as one JSON object on the last line."""

import json
import os
import sys

import tensorboard
from google.protobuf import text_format
from tensorboard.backend.event_processing import event_accumulator, event_file_loader
from tensorboard.plugins.hparams import metadata as hparams_metadata
from tensorboard.plugins.pr_curve import metadata as pr_metadata
from tensorboard.plugins.projector import projector_config_pb2
from tensorboard.util import tensor_util


def describe(value):
    """A value after TensorBoard's data_compat, which turns all kinds into tensors."""
    plugin = value.metadata.plugin_data.plugin_name
    entry = {"plugin": plugin}
    if plugin == "hparams":
        content = value.metadata.plugin_data.content
        tag = value.tag
        if tag.endswith("experiment"):
            experiment = hparams_metadata.parse_experiment_plugin_data(content)
            entry["hparams"] = [info.name for info in experiment.hparam_infos]
            entry["metrics"] = [info.name.tag for info in experiment.metric_infos]
        elif tag.endswith("session_start_info"):
            start = hparams_metadata.parse_session_start_info_plugin_data(content)
            entry["values"] = {
                name: getattr(v, v.WhichOneof("kind")) for name, v in sorted(start.hparams.items())
            }
        else:
            entry["status"] = hparams_metadata.parse_session_end_info_plugin_data(content).status
        return entry
    array = tensor_util.make_ndarray(value.tensor)
    if plugin == "scalars":
        entry["value"] = float(array)
    elif plugin == "images":
        entry["size"] = [int(array[0]), int(array[1])]
        entry["pngs"] = all(bytes(image[:4]) == b"\x89PNG" for image in array[2:])
        entry["count"] = len(array) - 2
    elif plugin == "text":
        entry["text"] = [text.decode("utf8") for text in array.reshape(-1)]
    elif plugin == "pr_curves":
        entry["thresholds"] = pr_metadata.parse_plugin_metadata(
            value.metadata.plugin_data.content
        ).num_thresholds
        entry["shape"] = list(array.shape)
    elif plugin == "histograms":
        entry["shape"] = list(array.shape)
        entry["count"] = float(array[:, 2].sum())
    else:
        entry["shape"] = list(array.shape)
    return entry


def main(folder):
    runs = {}
    for root, _, files in sorted(os.walk(folder)):
        run = os.path.relpath(root, folder)
        for name in sorted(files):
            path = os.path.join(root, name)
            if name == "projector_config.pbtxt":
                with open(path, encoding="utf8") as file:
                    config = text_format.Parse(file.read(), projector_config_pb2.ProjectorConfig())
                runs.setdefault(run, {})["projector"] = [
                    [e.tensor_name, os.path.exists(os.path.join(root, e.tensor_path))]
                    for e in config.embeddings
                ]
            if "tfevents" not in name:
                continue
            values, plugins, graph = {}, {}, 0
            for event in event_file_loader.EventFileLoader(path).Load():
                if event.HasField("graph_def"):
                    graph = len(event.graph_def)
                for value in event.summary.value:
                    # A tag's plugin is named in its first value only.
                    if value.metadata.plugin_data.plugin_name:
                        plugins[value.tag] = value.metadata
                    elif value.tag in plugins:
                        value.metadata.CopyFrom(plugins[value.tag])
                    entry = dict(describe(value), step=event.step)
                    values.setdefault(value.tag, []).append(entry)
            runs.setdefault(run, {}).setdefault("tags", {}).update(values)
            if graph:
                accumulator = event_accumulator.EventAccumulator(path)
                accumulator.Reload()
                nodes = accumulator.Graph().node
                runs[run]["graph"] = [[node.name, node.op, list(node.input)] for node in nodes]
    print(json.dumps({"tensorboard": tensorboard.__version__, "runs": runs}))


main(sys.argv[1])
