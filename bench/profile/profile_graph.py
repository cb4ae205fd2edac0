"""Where a function of the lab's graph spends its time, operation by operation, as TensorFlow's own tracing tells it.

Takes a folder in which `lab bench step --keep-graph` left a graph, with random numbers in the place of weights and batch,
and the threads that TensorFlow chooses. Run by bench/profile.mjs, which sets the same flags of XLA as the lab. Prints one
line of JSON on standard output; everything else goes to standard error.
"""

import argparse
import collections
import json
import statistics
import time
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

tf1 = tf.compat.v1
# Scalars of an update; see `UpdateInputs` of the lab.
SCALARS = {
    "beta1": 0.9,
    "beta2": 0.999,
    "beta1Power": 0.9,
    "beta2Power": 0.999,
    "learningRate": 1e-5,
    "epsilon": 1e-6,
    "decayFactor": 1 - 1e-7,
    "alpha": 0.5,
    "weight": 0.05,
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", required=True, type=Path, help="folder of the SavedModel")
    parser.add_argument("--function", default="fine-tuning")
    parser.add_argument("--vocab", type=int, default=30522)
    parser.add_argument("--steps", type=int, default=5)
    return parser.parse_args()


def read_graph(folder):
    model = saved_model_pb2.SavedModel()
    model.ParseFromString((folder / "saved_model.pb").read_bytes())
    return model.meta_graphs[0].graph_def


def value_for(node, vocab, random):
    """A value for a placeholder: what its name and type ask for, small random numbers else."""
    shape = [dim.size for dim in node.attr["shape"].shape.dim]
    last = node.name.split("/")[-1]
    if node.attr["dtype"].type == tf.int32.as_datatype_enum:
        return random.integers(0, vocab if last == "inputIds" else 2, shape).astype(np.int32)
    if last in ("isReal", "weights"):
        return np.ones(shape, np.float32)
    if "LayerNorm.weight" in node.name and not node.name.startswith("variable/exp_avg"):
        return np.ones(shape, np.float32)
    if node.name.startswith("variable/exp_avg"):
        return np.zeros(shape, np.float32)
    if not shape:
        return np.float32(SCALARS.get(last, 1.0))
    return (random.standard_normal(shape) * 0.02).astype(np.float32)


def operation_of(stats):
    """Kind of operation that a line of the trace is about."""
    _, separator, call = stats.timeline_label.partition("= ")
    return call.partition("(")[0] if separator else stats.node_name


def main():
    options = parse_arguments()
    graph_def = read_graph(options.graph)
    random = np.random.default_rng(0)
    graph = tf.Graph()
    with graph.as_default():
        tf1.import_graph_def(graph_def, name="")
    placeholders = [node for node in graph_def.node if node.op == "Placeholder"]
    variables = [node for node in placeholders if node.name.startswith("variable/")]
    session = tf1.Session(graph=graph)
    for node in variables:
        assigned = node.name.removesuffix("/value") + "/assigned:0"
        session.run(assigned, {node.name + ":0": value_for(node, options.vocab, random)})

    feeds = {
        node.name + ":0": value_for(node, options.vocab, random)
        for node in placeholders
        if node.name.startswith(options.function + "/")
    }
    names = {node.name for node in graph_def.node}
    loss, done = (f"{options.function}/{end}" for end in ("output/loss", "done"))
    fetch = f"{loss if loss in names else done}:0"
    if not feeds:
        raise SystemExit(f"The graph has no function {options.function}.")
    for _ in range(3):
        session.run(fetch, feeds)
    walls = []
    for _ in range(options.steps):
        start = time.perf_counter()
        session.run(fetch, feeds)
        walls.append((time.perf_counter() - start) * 1e3)

    metadata = tf1.RunMetadata()
    tracing = tf1.RunOptions(trace_level=tf1.RunOptions.FULL_TRACE)
    session.run(fetch, feeds, options=tracing, run_metadata=metadata)
    milliseconds, counts, nodes = collections.Counter(), collections.Counter(), []
    for device in metadata.step_stats.dev_stats:
        for stats in device.node_stats:
            spent = (stats.op_end_rel_micros - stats.op_start_rel_micros) / 1e3
            operation = operation_of(stats)
            milliseconds[operation] += spent
            counts[operation] += 1
            shape = [dim.size for dim in stats.output[0].tensor_description.shape.dim] if stats.output else []
            nodes.append({"ms": spent, "name": stats.node_name, "operation": operation, "shape": shape})
    nodes.sort(key=lambda node: -node["ms"])
    print(
        json.dumps(
            {
                "wallMs": statistics.median(walls),
                "sumMs": sum(milliseconds.values()),
                "operations": [
                    {"operation": operation, "ms": spent, "count": counts[operation]}
                    for operation, spent in milliseconds.most_common()
                ],
                "nodes": nodes[:60],
            }
        )
    )


main()
