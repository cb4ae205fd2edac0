"""One way of doing a fine-tuning step in PyTorch, timed: forward, loss, backward, AdamW, dropout on.

A way is an implementation of attention (`eager`, `sdpa`), perhaps compiled: `compile-sdpa`, and with another of
torch.compile's modes `compile-sdpa:reduce-overhead`. Prints one line of JSON on standard output; everything else goes
to standard error. Sizes are given as to `lab bench step`.
"""

import argparse
import contextlib
import json
import resource
import statistics
import sys
import time

import torch
import transformers
from transformers import BertConfig, BertForSequenceClassification

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}
# Different batches, so that no step sees the numbers of the one before.
BATCHES = 8


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in [
        ("layers", 6),
        ("hidden", 384),
        ("heads", 12),
        ("intermediate", 1536),
        ("vocab", 30522),
        ("batch", 32),
        ("length", 64),
        ("steps", 10),
        ("warm-up", 2),
        ("threads", 0),
    ]:
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--precision", choices=list(PRECISIONS), default="float32")
    parser.add_argument("--way", default="sdpa", help="[compile-]eager|sdpa[:MODE]")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    return parser.parse_args()


def read_way(way):
    """Implementation of attention, and torch.compile's mode (None: not compiled)."""
    name, _, mode = way.partition(":")
    compiled = name.startswith("compile-")
    attention = name.removeprefix("compile-")
    if attention not in ("eager", "sdpa") or (mode and not compiled):
        raise SystemExit(f"--way {way}: expected eager, sdpa, compile-eager, compile-sdpa or compile-…:MODE")
    return attention, (mode or "default") if compiled else None


def make_model(options, attention, device):
    config = BertConfig(
        vocab_size=options.vocab,
        hidden_size=options.hidden,
        num_hidden_layers=options.layers,
        num_attention_heads=options.heads,
        intermediate_size=options.intermediate,
        max_position_embeddings=max(512, options.length),
        hidden_dropout_prob=0.1,
        attention_probs_dropout_prob=0.1,
        num_labels=2,
        problem_type="single_label_classification",
        attn_implementation=attention,
    )
    model = BertForSequenceClassification(config).to(device)
    if model.config._attn_implementation != attention:
        raise SystemExit(f"transformers chose attention {model.config._attn_implementation}, not {attention}")
    return model.train()


def make_batches(options, device):
    """Random ids without padding. No attention mask is passed: nothing is masked, and that is PyTorch's fastest case."""
    shape = (options.batch, options.length)
    return [
        (
            torch.randint(0, options.vocab, shape, device=device),
            torch.randint(0, 2, (options.batch,), device=device),
        )
        for _ in range(BATCHES)
    ]


def step_function(options, device):
    """A function that makes the nth step and gives its loss."""
    attention, compile_mode = read_way(options.way)
    model = make_model(options, attention, device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01, fused=True)
    run = model if compile_mode is None else torch.compile(model, mode=compile_mode)
    batches = make_batches(options, device)
    captures_graphs = compile_mode not in (None, "default")

    def autocast():
        if options.precision == "float32":
            return contextlib.nullcontext()
        return torch.autocast(device_type=device.type, dtype=PRECISIONS[options.precision])

    def step(number):
        ids, labels = batches[number % BATCHES]
        if captures_graphs:
            torch.compiler.cudagraph_mark_step_begin()
        optimizer.zero_grad(set_to_none=True)
        with autocast():
            loss = run(input_ids=ids, labels=labels).loss
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def milliseconds(work, device):
    synchronize(device)
    begin = time.perf_counter()
    work()
    synchronize(device)
    return (time.perf_counter() - begin) * 1000


def peak_memory(device):
    """Bytes: the process's largest resident size, or the most that tensors took on the GPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def matmul_gflops(options, device):
    """Rate of a bare matrix product of the feed-forward layer's shape: what a step could reach at best."""
    precision = PRECISIONS[options.precision]
    rows = options.batch * options.length
    inputs = torch.randn(rows, options.hidden, device=device).to(precision)
    weights = torch.randn(options.intermediate, options.hidden, device=device).to(precision)
    # On a GPU a single product is over before the clock can tell: many are timed together.
    repeats = 50 if device.type == "cuda" else 1

    def products():
        for _ in range(repeats):
            torch.nn.functional.linear(inputs, weights)

    for _ in range(3):
        products()
    times = [milliseconds(products, device) / repeats for _ in range(15)]
    return 2 * rows * options.hidden * options.intermediate / statistics.median(times) / 1e6


def step_gflop(options):
    """Matrix products of a plain step: forward once, backward twice that (weights and inputs)."""
    width, tokens = options.hidden, options.batch * options.length
    linear = 2 * (4 * width * width + 2 * width * options.intermediate)
    attention = 4 * options.length * width
    return 3 * tokens * options.layers * (linear + attention) / 1e9


def device_of(options):
    if options.device == "cuda":
        if not torch.cuda.is_available():
            raise SystemExit("--device cuda: this PyTorch sees no GPU")
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.set_float32_matmul_precision("high")
    return torch.device(options.device)


def main():
    options = parse_arguments()
    device = device_of(options)
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    step = step_function(options, device)
    warm_up = [milliseconds(lambda n=n: step(n), device) for n in range(options.warm_up)]
    losses = []
    times = [
        milliseconds(lambda n=n: losses.append(step(n)), device)
        for n in range(options.warm_up, options.warm_up + options.steps)
    ]
    peak = peak_memory(device)
    median = statistics.median(times)
    answer = {
        "way": options.way,
        "precision": options.precision,
        "medianMs": median,
        "minMs": min(times),
        "maxMs": max(times),
        "gflops": step_gflop(options) / median * 1000,
        "peakMemoryBytes": peak,
        "matmulGflops": matmul_gflops(options, device),
        "warmUpMs": warm_up,
        "meanLoss": statistics.fmean(losses),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "python": sys.version.split()[0],
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
