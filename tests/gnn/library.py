"""torch_geometric, the library that our layers are compared with.

Importing it warns of what torch will not do any more; that is its own concern.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import torch_geometric.nn as pyg

__all__ = ["pyg"]
