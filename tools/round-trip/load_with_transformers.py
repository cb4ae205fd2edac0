"""Loads an exported folder with transformers and prints what it computes, as one JSON document.

Arguments: the folder, a JSON file with a list of texts. Output: {"inputIds", "logits", "labels", "problemType", "unused"}.
"""

import json
import sys

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer


def main() -> None:
    folder, cases = sys.argv[1:3]
    with open(cases, encoding="utf-8") as file:
        texts = [case["text"] for case in json.load(file)]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model, report = AutoModelForSequenceClassification.from_pretrained(folder, output_loading_info=True)
    model.eval()
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        logits = model(**batch).logits
    names = model.config.id2label
    json.dump(
        {
            "inputIds": [tokenizer(text)["input_ids"] for text in texts],
            "logits": logits.tolist(),
            "labels": [names[index] for index in range(len(names))],
            "problemType": model.config.problem_type,
            "unused": sorted(map(str, [*report["missing_keys"], *report["unexpected_keys"]])),
        },
        sys.stdout,
    )


main()
