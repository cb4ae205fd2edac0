"""The tiny models: every axis has a size of its own, so that a swapped one shows."""

import json
from dataclasses import dataclass
from types import ModuleType

from tokenizers import ByteLevelBPETokenizer
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertTokenizerFast,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    ElectraConfig,
    ElectraForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
    RobertaTokenizerFast,
)
from transformers.models.bert import modeling_bert
from transformers.models.distilbert import modeling_distilbert
from transformers.models.electra import modeling_electra
from transformers.models.roberta import modeling_roberta

WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] ##s ##ing ##ed a and as at boat cold come did eat fine go good hill home if in it "
    "lake live my night no of on old play rain see sun the to tree up warm we wind with you ."
).split()
TYPED = ("input_ids", "attention_mask", "token_type_ids")
UNTYPED = ("input_ids", "attention_mask")
# Large enough that a model that ignores it, or takes a usual one, computes something else.
LARGE_EPSILON = 1e-3


@dataclass(frozen=True)
class Family:
    name: str
    config: object
    model_class: type
    # transformers' module, whose attention is given other masks.
    modeling: ModuleType
    tokenizer: object
    tokenizer_files: dict
    inputs: tuple
    # T of the batches, and of the one with more padding.
    lengths: tuple
    # Every quantity, or what a family has of its own: no integrated gradients, no masked gradients.
    is_whole: bool = False


def word_pieces():
    files = {"vocab.txt": "\n".join(WORDS) + "\n"}
    return BertTokenizerFast(vocab={word: i for i, word in enumerate(WORDS)}, do_lower_case=True), files


def byte_pairs():
    """Byte-level pairs learned from the words, with RoBERTa's special tokens; as vocab.json and merges.txt."""
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    trained = ByteLevelBPETokenizer()
    texts = [f"{word} {other}" for word in WORDS[8:] for other in WORDS[8:]]
    trained.train_from_iterator(texts, vocab_size=301, min_frequency=2, special_tokens=specials, show_progress=False)
    model = json.loads(trained.to_str())["model"]
    merges = [tuple(pair) if isinstance(pair, list) else tuple(pair.split(" ")) for pair in model["merges"]]
    lines = "".join(f"{first} {second}\n" for first, second in merges)
    files = {
        "vocab.json": json.dumps(model["vocab"], separators=(",", ":")) + "\n",
        "merges.txt": f"#version: 0.2\n{lines}",
    }
    return RobertaTokenizerFast(vocab=model["vocab"], merges=merges), files


DROPOUT = {"hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1}
COMMON = {"num_labels": 2, "attn_implementation": "eager"}

# L 2, H 3, B 4, D 5, T 7, P 13, E 15 (= H·D), F 19, V 47.
BERT = BertConfig(
    vocab_size=len(WORDS),
    hidden_size=15,
    num_hidden_layers=2,
    num_attention_heads=3,
    intermediate_size=19,
    max_position_embeddings=13,
    type_vocab_size=2,
    hidden_act="gelu",
    layer_norm_eps=LARGE_EPSILON,
    architectures=["BertForSequenceClassification"],
    **DROPOUT,
    **COMMON,
)
# L 2, H 2, B 4, D 5, T 9, P 16 (two of them before the first position), E 10, F 17.
ROBERTA = RobertaConfig(
    vocab_size=301,
    hidden_size=10,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=17,
    max_position_embeddings=16,
    type_vocab_size=1,
    hidden_act="gelu",
    layer_norm_eps=LARGE_EPSILON,
    pad_token_id=1,
    bos_token_id=0,
    eos_token_id=2,
    architectures=["RobertaForSequenceClassification"],
    **DROPOUT,
    **COMMON,
)
# L 2, H 3, B 4, D 4, T 7, P 13, E 9, hidden 12, F 17, V 47.
ELECTRA = ElectraConfig(
    vocab_size=len(WORDS),
    embedding_size=9,
    hidden_size=12,
    num_hidden_layers=2,
    num_attention_heads=3,
    intermediate_size=17,
    max_position_embeddings=13,
    type_vocab_size=2,
    hidden_act="gelu",
    layer_norm_eps=LARGE_EPSILON,
    architectures=["ElectraForSequenceClassification"],
    **DROPOUT,
    **COMMON,
)
# L 2, H 3, B 4, D 4, T 7, P 13, E 12, F 17, V 47. Its LayerNorms have an ε of their own, whatever a configuration says.
DISTILBERT = DistilBertConfig(
    vocab_size=len(WORDS),
    dim=12,
    n_layers=2,
    n_heads=3,
    hidden_dim=17,
    max_position_embeddings=13,
    activation="gelu",
    sinusoidal_pos_embds=False,
    architectures=["DistilBertForSequenceClassification"],
    **COMMON,
)

FAMILIES = {
    family.name: family
    for family in (
        Family("bert", BERT, BertForSequenceClassification, modeling_bert, *word_pieces(), TYPED, (7, 11), True),
        Family("roberta", ROBERTA, RobertaForSequenceClassification, modeling_roberta, *byte_pairs(), UNTYPED, (9, 13)),
        Family("electra", ELECTRA, ElectraForSequenceClassification, modeling_electra, *word_pieces(), TYPED, (7, 11)),
        Family("distilbert", DISTILBERT, DistilBertForSequenceClassification, modeling_distilbert, *word_pieces(), UNTYPED, (7, 11)),
    )
}
