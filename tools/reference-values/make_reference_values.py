"""Reference values of tiny models, computed by PyTorch and transformers in float64: see README.md beside this file.

The models are transformers' own (families.py), gradients are PyTorch's automatic ones, and the rules of AD-DROP are
written out here in plain loops. Nothing of the lab is used.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from safetensors.numpy import save_file

from families import FAMILIES

family = FAMILIES[sys.argv[1]]
LAYERS = family.config.num_hidden_layers
MASKED = -1e30
IGA_POINTS = 20
# So strong that six steps of it show in the norms of the weights that it must leave alone.
DECAY = 1.0


class Attention:
    """What a pass does differently in its attention: keep masks, a factor of one layer, given vanilla dropout."""

    def __init__(self, keep=None, scaled_layer=None, alpha=1.0):
        self.keep, self.scaled_layer, self.alpha = keep or {}, scaled_layer, alpha
        self.seen = 0


current = Attention()
library_attention = family.modeling.eager_attention_forward


def changed_attention(module, query, key, value, attention_mask, *args, **kwargs):
    """The library's own attention, with another mask where asked, and its output scaled by alpha."""
    layer = current.seen
    current.seen += 1
    if layer in current.keep:
        attention_mask = (1 - current.keep[layer]) * MASKED
    output, weights = library_attention(module, query, key, value, attention_mask, *args, **kwargs)
    return (output * current.alpha if layer == current.scaled_layer else output), weights


family.modeling.eager_attention_forward = changed_attention


def run(model, batch, attention=None):
    """One pass without dropout: logits, hidden states, attention weights."""
    global current
    current = attention or Attention()
    model.eval()
    inputs = {key: batch[key] for key in family.inputs}
    found = model(**inputs, output_hidden_states=True, output_attentions=True)
    assert current.seen == LAYERS, "transformers calls its attention in another way than this script expects"
    return found


def embeddings_of(model, batch):
    """The sum of the tables behind its LayerNorm; ELECTRA projects it before the first block."""
    found = []
    handle = model.base_model.embeddings.register_forward_hook(lambda _module, _inputs, output: found.append(output))
    run(model, batch)
    handle.remove()
    return found[0].detach()


def loss_of(logits, batch):
    return torch.nn.functional.cross_entropy(logits, batch["labels"])


def scalar_of(logits, labels):
    """F: the sum over the batch of the label's logit."""
    return logits.gather(1, labels[:, None]).sum()


def gradient_attribution(model, batch, gold=False):
    found = run(model, batch)
    labels = batch["labels"] if gold else found.logits.argmax(1)
    return [g.detach() for g in torch.autograd.grad(scalar_of(found.logits, labels), found.attentions)]


def integrated_gradients(model, batch, as_released):
    """A times the mean over k/20 of dF/dA' at A' = kA/20; as released: dF/dA, and labels anew at every point."""
    first = run(model, batch)
    fixed = first.logits.argmax(1)
    result = []
    for layer in range(LAYERS):
        total = 0
        for k in range(1, IGA_POINTS + 1):
            alpha = k / IGA_POINTS
            found = run(model, batch, Attention(scaled_layer=layer, alpha=alpha))
            labels = found.logits.argmax(1) if as_released else fixed
            (by_unscaled,) = torch.autograd.grad(scalar_of(found.logits, labels), [found.attentions[layer]])
            total = total + (by_unscaled if as_released else by_unscaled / alpha)
        result.append((first.attentions[layer] * total / IGA_POINTS).detach())
    return result


class RowLost(Exception):
    """A row of a real query would lose every position; what happens then is a matter of settings, not of these values."""


class TooClose(Exception):
    """A score lies so near its row's threshold that rounding in float32 could move it across."""


def region_and_mask(scores, batch, p, uniform, q, scale=None):
    """Threshold, protected positions and keep mask of one layer, row by row (AD-DROP, Eq. 6 and 7).

    The smallest distance of a score from its threshold is relative to what it is rounded with: the row's largest score,
    or where scale has it, each score's own.
    """
    scores = scores.numpy().astype(np.float32)
    shape = scores.shape
    threshold, protected, keep = np.zeros(shape[:3], np.float32), np.zeros(shape), np.zeros(shape)
    smallest_gap = math.inf
    for b in range(shape[0]):
        n = int(batch["attention_mask"][b].sum())
        k = math.trunc(float(np.float32(np.float32(1 - p) * np.float32(n))))
        for h in range(shape[1]):
            for t in range(shape[2]):
                row = scores[b, h, t, :n]
                threshold[b, h, t] = np.sort(row)[k]
                protected[b, h, t, :n] = row < threshold[b, h, t]
                dropped = (protected[b, h, t, :n] == 0) & (uniform[b, h, t, :n] < q)
                keep[b, h, t, :n] = ~dropped
                if row.any():
                    others = np.arange(n) != np.argsort(row, kind="stable")[k]
                    size = np.abs(row).max() if scale is None else scale[b, h, t, :n].numpy()
                    gaps = np.abs(row - threshold[b, h, t]) / np.maximum(size, 1e-30)
                    smallest_gap = min(smallest_gap, float(gaps[others].min()))
                # A row of zeros belongs to a query that nothing reads.
                if row.any() and not keep[b, h, t].any():
                    raise RowLost
    return threshold, protected, keep, smallest_gap


def random_numbers(generator, batch, uses):
    """Uniform numbers with which no row of any use (scores, p, q) loses everything."""
    while True:
        shape = tuple(uses[0][0].shape)
        uniform = ((generator.integers(0, 4096, shape) + 0.5) / 4096).astype(np.float32)
        try:
            for scores, p, q in uses:
                region_and_mask(scores, batch, p, uniform, q)
            return uniform
        except RowLost:
            continue


def encode(texts, max_length):
    """Ids as the library's tokenizer gives them; the tests compare the lab's tokenizer with it."""
    kwargs = {"padding": "max_length", "truncation": True, "max_length": max_length, "return_tensors": "pt"}
    encoded = family.tokenizer([a for a, _, _ in texts], [b for _, b, _ in texts], **kwargs)
    return {**{key: encoded[key] for key in family.inputs}, "labels": torch.tensor([label for _, _, label in texts])}


def stored_batch(texts, batch, max_length):
    return {
        "examples": [{"text": a, "pair": b, "label": label} for a, b, label in texts],
        "max_length": max_length,
        **{key: batch[key].tolist() for key in (*family.inputs, "labels")},
    }


TEXTS = {
    "main": [("the sun", "we play", 0), ("no", "go", 1), ("rain", "come home", 1), ("it", "is cold.", 0)],
    "one": [("old trees", "the wind", 1)],
    "static": [("the sun", "we play", 0), ("no", "go", 1)],
    "train0": [("we see", "the lake", 1), ("no", "rain", 0)],
    "train1": [("you did", "eat", 0), ("if it", "rained", 1)],
}
LENGTHS = {name: family.lengths[1] if name == "static" else family.lengths[0] for name in TEXTS}


def is_norm(name):
    return "LayerNorm" in name or "layer_norm" in name


def is_decayed(name):
    return not (name.endswith("bias") or is_norm(name))


def make_model(generator):
    model = family.model_class(family.config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            shape = tuple(weight.shape)
            spread = 0.1 if len(shape) == 1 else 0.45
            values = generator.normal(0, spread, shape)
            if is_norm(name) and name.endswith("weight"):
                values = values + 1
            weight.copy_(torch.from_numpy(values.astype(np.float32)))
    return model.double()


def train(model, batches, generator, form, cross_tuning, store):
    """Six steps of AdamW written out: three epochs over two batches, the second epoch with masks where asked."""
    lr, beta1, beta2, eps, decay = 1e-3, 0.9, 0.999, 1e-6, DECAY
    names = dict(model.named_parameters())
    moments = {name: (torch.zeros_like(w), torch.zeros_like(w)) for name, w in names.items()}
    losses, gap = [], math.inf
    for step in range(6):
        batch = batches[step % 2]
        attention = None
        if cross_tuning and step // 2 == 1:
            keeps = {}
            for layer, scores in enumerate(gradient_attribution(model, batch)):
                uniform = random_numbers(generator, batch, [(scores, 0.5, 0.4)])
                _, _, keep, found = region_and_mask(scores, batch, 0.5, uniform, 0.4)
                gap = min(gap, found)
                keeps[layer] = torch.from_numpy(keep)
                store[f"train.U.{step}.{layer}"] = uniform
                store[f"train.keep.{step}.{layer}"] = keep.astype(np.uint8)
            attention = Attention(keep=keeps)
        loss = loss_of(run(model, batch, attention).logits, batch)
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, list(names.values()))
        t = step + 1
        with torch.no_grad():
            for (name, weight), g in zip(names.items(), gradients):
                first, second = moments[name]
                first.mul_(beta1).add_(g, alpha=1 - beta1)
                second.mul_(beta2).addcmul_(g, g, value=1 - beta2)
                shrink = 1 - lr * decay if is_decayed(name) else 1
                correction1, correction2 = 1 - beta1**t, 1 - beta2**t
                if form == "torch":
                    weight.mul_(shrink)
                    weight.sub_(lr * (first / correction1) / ((second / correction2).sqrt() + eps))
                else:
                    weight.sub_(lr * math.sqrt(correction2) / correction1 * first / (second.sqrt() + eps))
                    weight.mul_(shrink)
    norms = {name: weight.norm().item() for name, weight in names.items()}
    return losses, norms, run(model, batches[0]).logits.tolist(), gap


def check_against_torch(model, batches, losses):
    """The update that is written out in `train` is torch.optim.AdamW's."""
    decayed = [w for name, w in model.named_parameters() if is_decayed(name)]
    others = [w for name, w in model.named_parameters() if not is_decayed(name)]
    groups = [{"params": decayed, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.999), eps=1e-6)
    for step, expected in enumerate(losses):
        loss = loss_of(run(model, batches[step % 2]).logits, batches[step % 2])
        assert abs(loss.item() - expected) < 1e-12, (step, loss.item(), expected)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def main(folder, seed):
    generator = np.random.default_rng(seed)
    model = make_model(generator)
    weights = {name: w.detach().numpy().astype(np.float32) for name, w in model.named_parameters()}
    batches = {name: encode(texts, LENGTHS[name]) for name, texts in TEXTS.items()}
    arrays, gaps = {}, []
    put = lambda name, value: arrays.__setitem__(name, np.ascontiguousarray(value, np.float32))
    cases = {"name": folder.name, "arch": family.name, "task": "cls", "num_labels": 2}
    cases["batches"] = {name: stored_batch(TEXTS[name], batch, LENGTHS[name]) for name, batch in batches.items()}

    for name in ("main", "one", "static"):
        batch = batches[name]
        found = run(model, batch)
        put(f"{name}.logits", found.logits.detach())
        put(f"{name}.loss", loss_of(found.logits, batch).detach().reshape(1))
        if name == "static":
            continue
        labels = found.logits.argmax(1)
        put(f"{name}.scalar", scalar_of(found.logits, labels).detach().reshape(1))
        cases[name] = {"scalar": scalar_of(found.logits, labels).item(), "pseudo_labels": labels.tolist()}
        for layer in range(LAYERS):
            put(f"{name}.attn.{layer}", found.attentions[layer].detach())
        for gold in (False, True) if family.is_whole else (False,):
            for layer, attribution in enumerate(gradient_attribution(model, batch, gold)):
                put(f"{name}.{'ga_gold' if gold else 'ga'}.{layer}", attribution)

    batch = batches["main"]
    found = run(model, batch)
    put("main.embeddings", embeddings_of(model, batch))
    for layer, states in enumerate(found.hidden_states):
        put(f"main.hidden.{layer}", states.detach())
    names = [name for name, _ in model.named_parameters()]
    for name, g in zip(names, torch.autograd.grad(loss_of(found.logits, batch), list(model.parameters()))):
        if family.is_whole or "word_embeddings" not in name:
            put(f"main.grad.{name}", g)
    scores = {"GA": gradient_attribution(model, batch), "AA": [a.detach() for a in run(model, batch).attentions]}
    for as_released, name in ((False, "iga_true"), (True, "iga_authors")) if family.is_whole else ():
        scores["IGA" if as_released else "IGA-true"] = integrated_gradients(model, batch, as_released)
        for layer, attribution in enumerate(scores["IGA" if as_released else "IGA-true"]):
            put(f"main.{name}.{layer}", attribution)
    cases["mask_cases"] = []
    wanted = [("m0", "GA", 0.6, 0.5, "no embeddings"), ("m1", "IGA-true", 0.3, 0.8, "none"), ("m2", "AA", 0.8, 0.4, "none")]
    if not family.is_whole:
        wanted = [("m0", "GA", 0.6, 0.5, "none"), ("m2", "AA", 0.8, 0.4, "none")]

    def scale_of(method, layer):
        """GA is a sum of products of one size; AA is rounded relative to itself, IGA is AA times a mean gradient."""
        if method == "GA":
            return None
        weights = scores["AA"][layer]
        if method == "AA":
            return weights
        return weights * (scores[method][layer] / weights.clamp(min=1e-30)).abs().amax(-1, keepdim=True)

    for layer in range(LAYERS):
        uses = [(scores[method][layer], p, q) for _, method, p, q, _ in wanted]
        put(f"main.U.{layer}", random_numbers(generator, batch, uses))
    for case, method, p, q, grad in wanted:
        keeps = {}
        for layer in range(LAYERS):
            threshold, protected, keep, gap = region_and_mask(
                scores[method][layer], batch, p, arrays[f"main.U.{layer}"], q, scale_of(method, layer)
            )
            gaps.append(gap)
            keeps[layer] = torch.from_numpy(keep)
            put(f"main.mask.{case}.threshold.{layer}", threshold)
            arrays[f"main.mask.{case}.protected.{layer}"] = protected.astype(np.uint8)
            arrays[f"main.mask.{case}.keep.{layer}"] = keep.astype(np.uint8)
        logits = run(model, batch, Attention(keep=keeps)).logits
        loss = loss_of(logits, batch)
        put(f"main.mask.{case}.logits", logits.detach())
        put(f"main.mask.{case}.loss", loss.detach().reshape(1))
        if grad != "none":
            for name, g in zip(names, torch.autograd.grad(loss, list(model.parameters()))):
                if "word_embeddings" not in name and "position_embeddings" not in name:
                    put(f"main.mask.{case}.grad.{name}", g)
        layers = list(range(LAYERS))
        cases["mask_cases"].append({"id": case, "method": method, "p": p, "q": q, "layers": layers, "region": "high", "grad": grad})

    batch = batches["one"]
    cases["one"].update({"p": 0.4, "q": 0.5})
    keeps = {}
    for layer, attribution in enumerate(gradient_attribution(model, batch)):
        put(f"one.U.{layer}", random_numbers(generator, batch, [(attribution, 0.4, 0.5)]))
        threshold, protected, keep, gap = region_and_mask(attribution, batch, 0.4, arrays[f"one.U.{layer}"], 0.5)
        gaps.append(gap)
        keeps[layer] = torch.from_numpy(keep)
        put(f"one.mask.threshold.{layer}", threshold)
        arrays[f"one.mask.protected.{layer}"] = protected.astype(np.uint8)
        arrays[f"one.mask.keep.{layer}"] = keep.astype(np.uint8)
    logits = run(model, batch, Attention(keep=keeps)).logits
    put("one.masked_logits", logits.detach())
    put("one.masked_loss", loss_of(logits, batch).detach().reshape(1))

    training = [batches["train0"], batches["train1"]]
    cases["train"] = {
        **{"epochs": 3, "batches": ["train0", "train1"], "ad_epochs": [1], "p": 0.5, "q": 0.4, "layers": list(range(LAYERS))},
        **{"lr": 1e-3, "eps": 1e-6, "betas": [0.9, 0.999], "weight_decay": DECAY},
        **{"losses": {}, "final_parameter_norms": {}, "final_logits_train0": {}},
    }
    start = {name: w.detach().clone() for name, w in model.named_parameters()}
    for sequence in ("ft_hf", "ct_hf", "ft_torch") if family.is_whole else ("ft_hf", "ct_hf"):
        with torch.no_grad():
            for name, w in model.named_parameters():
                w.copy_(start[name])
        form = sequence.split("_")[1]
        losses, norms, logits, gap = train(model, training, generator, form, sequence.startswith("ct"), arrays)
        cases["train"]["losses"][sequence] = losses
        cases["train"]["final_logits_train0"][sequence] = logits
        # Keys' biases have no gradient but for rounding, which Adam follows: their norm is no reference.
        cases["train"]["final_parameter_norms"][sequence] = {n: v for n, v in norms.items() if not n.endswith(("key.bias", "k_lin.bias"))}
        if sequence == "ct_hf":
            gaps.append(gap)
        if sequence == "ft_torch":
            with torch.no_grad():
                for name, w in model.named_parameters():
                    w.copy_(start[name])
            check_against_torch(model, training, losses)

    cases["tokenization"] = []
    for text, pair, max_length in (("The OLD trees", None, None), ("we play", "in the rain.", 6), ("", "unknown", None), ("[MASK] go", "Rained", None)):
        options = {} if max_length is None else {"truncation": "longest_first", "max_length": max_length}
        encoded = family.tokenizer([text], None if pair is None else [pair], **options)
        case = {"text": text, **{key: encoded[key][0] for key in family.inputs if key != "attention_mask"}}
        cases["tokenization"].append({**case, **({} if pair is None else {"pair": pair}), **({} if max_length is None else {"max_length": max_length})})
    cases["smallest_gap"] = min(gaps)
    cases["made_with"] = {"torch": torch.__version__, "transformers": transformers.__version__, "numpy": np.__version__, "seed": seed}
    # A float32 computation is off by about 1e-6 of that size: masks must not hang on it.
    if min(gaps) < 1e-4:
        raise TooClose(f"{min(gaps):.1e}")

    model_folder = folder / "model"
    model_folder.mkdir(parents=True, exist_ok=True)
    config = {key: value for key, value in family.config.to_dict().items() if key in KEPT_CONFIG}
    (model_folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    for name, text in family.tokenizer_files.items():
        (model_folder / name).write_text(text)
    save_file(weights, model_folder / "model.safetensors", metadata={"format": "pt"})
    save_file(arrays, folder / "expected.safetensors")
    (folder / "cases.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
    print(f"smallest gap {min(gaps):.1e}; {sum(f.stat().st_size for f in folder.rglob('*') if f.is_file())} bytes in {folder}")


KEPT_CONFIG = (
    "architectures model_type vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size hidden_act "
    "hidden_dropout_prob attention_probs_dropout_prob max_position_embeddings type_vocab_size initializer_range "
    "layer_norm_eps pad_token_id embedding_size dim n_layers n_heads hidden_dim activation dropout attention_dropout "
    "sinusoidal_pos_embds"
).split()

if __name__ == "__main__":
    torch.set_num_threads(1)
    for seed in range(1, 100):
        try:
            main(Path(sys.argv[2]), seed)
            break
        except TooClose as gap:
            print(f"seed {seed}: a score lies within {gap} of its threshold; the next seed is tried")
