"""Two epochs of fine-tuning on a GLUE task the usual way, the second one timed.

transformers' tokenizer and BertForSequenceClassification, a shuffling DataLoader, fused AdamW. Padding is `dynamic`
(to the longest of the batch), `static` (to the maximal length, as the authors of AD-DROP do) or `grouped` (dynamic, in
batches of similar length, as transformers' Trainer makes them where it is asked to). Texts are tokenized once, before
the first epoch, and that is timed apart. Prints one line of JSON.
"""

import argparse
import contextlib
import csv
import json
import os
import resource
import time
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")

import torch
import transformers
from torch.utils.data import DataLoader
from transformers import BertForSequenceClassification, BertTokenizerFast

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}
EPOCHS = 2


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train.tsv")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--task", choices=["rte", "cola", "mrpc"], required=True)
    parser.add_argument("--padding", choices=["dynamic", "static", "grouped"], required=True)
    parser.add_argument("--precision", choices=list(PRECISIONS), default="float32")
    parser.add_argument("--attention", choices=["eager", "sdpa"], default="sdpa")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--max-length", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, default=1e-5)
    parser.add_argument("--limit", type=int, default=0, help="only the first N examples")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def read_examples(folder, task):
    """Texts (one or a pair) and labels. GLUE's files are not quoted, and MRPC's begins with a byte order mark."""
    with open(folder / "train.tsv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if task == "cola":
        return [((row[3],), int(row[1])) for row in rows]
    column = {name: index for index, name in enumerate(rows[0])}
    if task == "mrpc":
        first, second, label = column["#1 String"], column["#2 String"], column["Quality"]
        return [((row[first], row[second]), int(row[label])) for row in rows[1:]]
    first, second, label = column["sentence1"], column["sentence2"], column["label"]
    classes = {"entailment": 0, "not_entailment": 1}
    return [((row[first], row[second]), classes[row[label]]) for row in rows[1:]]


def tokenize(tokenizer, examples, max_length):
    texts = [list(column) for column in zip(*(texts for texts, _ in examples))]
    # Longest first, as the lab does it.
    encoded = tokenizer(*texts, truncation="longest_first", max_length=max_length)
    features = [{name: encoded[name][i] for name in encoded} for i in range(len(examples))]
    return [{**feature, "labels": label} for feature, (_, label) in zip(features, examples)]


def collate_function(tokenizer, padding, max_length):
    def collate(features):
        if padding == "static":
            return tokenizer.pad(features, padding="max_length", max_length=max_length, return_tensors="pt")
        return tokenizer.pad(features, padding="longest", return_tensors="pt")

    return collate


def order_of(features, options):
    """What tells the DataLoader in which order to take the examples."""
    if options.padding != "grouped":
        return {"shuffle": True}
    from transformers.trainer_pt_utils import LengthGroupedSampler

    lengths = [len(feature["input_ids"]) for feature in features]
    return {"sampler": LengthGroupedSampler(options.batch, lengths=lengths)}


def train_epoch(model, optimizer, loader, options, device):
    """Times one epoch and counts what it computed."""
    steps = tokens = computed = 0
    loss_sum = 0.0
    synchronize(device)
    begin = time.perf_counter()
    for batch in loader:
        tokens += int(batch["attention_mask"].sum())
        computed += batch["attention_mask"].numel()
        batch = {name: tensor.to(device, non_blocking=True) for name, tensor in batch.items()}
        optimizer.zero_grad(set_to_none=True)
        with autocast(options, device):
            loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(batch["labels"])
        steps += 1
    synchronize(device)
    return {
        "seconds": time.perf_counter() - begin,
        "steps": steps,
        "tokens": tokens,
        "paddedTokens": computed - tokens,
        "lossSum": loss_sum,
    }


def autocast(options, device):
    if options.precision == "float32":
        return contextlib.nullcontext()
    return torch.autocast(device_type=device.type, dtype=PRECISIONS[options.precision])


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize()


def peak_memory(device):
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main():
    options = parse_arguments()
    device = torch.device(options.device)
    if device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.set_float32_matmul_precision("high")
    torch.manual_seed(options.seed)
    examples = read_examples(options.data, options.task)[: options.limit or None]
    begin = time.perf_counter()
    tokenizer = BertTokenizerFast.from_pretrained(options.checkpoint)
    features = tokenize(tokenizer, examples, options.max_length)
    tokenize_seconds = time.perf_counter() - begin
    model = BertForSequenceClassification.from_pretrained(
        options.checkpoint, num_labels=2, attn_implementation=options.attention, dtype=torch.float32
    )
    model.to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.learning_rate, weight_decay=0.01, fused=True)
    collate = collate_function(tokenizer, options.padding, options.max_length)
    loader = DataLoader(features, batch_size=options.batch, collate_fn=collate, **order_of(features, options))
    epochs = [train_epoch(model, optimizer, loader, options, device) for _ in range(EPOCHS)]
    last = epochs[-1]
    answer = {
        "padding": options.padding,
        "precision": options.precision,
        "attention": options.attention,
        "examples": len(examples),
        **{key: last[key] for key in ("seconds", "steps", "tokens", "paddedTokens")},
        "epochSeconds": [epoch["seconds"] for epoch in epochs],
        "trainLoss": last["lossSum"] / len(examples),
        "tokenizeSeconds": tokenize_seconds,
        "peakMemoryBytes": peak_memory(device),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
