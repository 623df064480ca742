"""Train what the pages on explanations look into: readers of shapes, and a decoder.

python -m tools.train_explainable --for 60   works for a minute of CPU, then stops; call
                                             it again until it says that it is done

Five networks of each kind, that tell a ring from a square, and a decoder, which makes
pictures of clothes from eight numbers. It writes explainable_fair.npz,
explainable_framed.npz and explainable_decoder.npz into code/ml2020/data/trained; their
loader, ml2020/data/explainable_weights.py, holds the sha256 of each, printed at the
end.
Parts that are done are kept in _build/train_explainable.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ml2020.cnn import accuracy
from ml2020.data.fashion_mnist import fashion_mnist
from ml2020.explainable import framed, reader, shapes, taught_decoder
from ml2020.explainable.readers import KINDS
from tools.trained import FOLDER, sha256
from tools.trained_runs import Row, Runs, worked

KEPT = Path("_build/train_explainable")
SEEDS, DECODERS = range(5), range(1)
RATE, EPOCHS = 0.003, 15  # of the decoder
JUDGED = 300  # pictures that no network learned from


def keep(model: nn.Module, name: str) -> None:
    """Put the parameters of a network aside, in 16 bits."""
    KEPT.mkdir(parents=True, exist_ok=True)
    arrays = {k: p.half().numpy() for k, p in model.state_dict().items()}
    np.savez(KEPT / f"{name}.npz", **arrays)


def learned(kind: str, seed: int) -> Row:
    """Train one reader, put it aside, and return how many it names rightly."""
    model = reader(kind, seed)
    keep(model, f"{kind}_{seed}")
    data = shapes(JUDGED, generator=torch.Generator().manual_seed(1000 + seed))
    X = framed(data.X, data.y == 1) if kind == "framed" else data.X
    return [accuracy(model, X, data.y), accuracy(model, data.X, data.y)]


def decoded(seed: int) -> Row:
    """Train one decoder, and put it aside."""
    torch.manual_seed(seed)
    dice = torch.Generator().manual_seed(seed)
    X = fashion_mnist().train_images[:, None]
    keep(taught_decoder(X, RATE, EPOCHS, generator=dice), f"decoder_{seed}")
    return [seed]


def stack(name: str, seeds: range) -> str:
    """Write the weights of several networks into one file."""
    found = [np.load(KEPT / f"{name}_{seed}.npz") for seed in seeds]
    arrays = {key: np.stack([each[key] for each in found]) for key in found[0].files}
    np.savez_compressed(FOLDER / f"explainable_{name}.npz", **arrays)
    return f"explainable_{name}.npz"


def all_of(runs: Runs) -> list[str]:
    """Make all runs; return the names of the files."""
    for kind in KINDS:
        for seed in SEEDS:
            runs.of(f"{kind} {seed}", lambda k=kind, s=seed: learned(k, s))
    for seed in DECODERS:
        runs.of(f"decoder {seed}", lambda s=seed: decoded(s))
    return [*(stack(kind, SEEDS) for kind in KINDS), stack("decoder", DECODERS)]


def main() -> int:
    """Work for a while; write the weights and their record when all is done."""
    made = worked(__file__, KEPT / "runs.json", all_of, seeds=list(SEEDS))
    if made is None:
        return 1
    training, names = made
    training.write(names)
    print(json.dumps({name: sha256(FOLDER / name) for name in names}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
