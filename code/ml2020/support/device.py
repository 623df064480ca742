"""Where to compute: a chapter's code follows its tensors, and they start here."""

import torch


def best_device() -> torch.device:
    """Return the graphics card if torch sees one, the processor otherwise."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
