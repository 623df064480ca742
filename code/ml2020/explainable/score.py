"""Score: the one number of a network that an explanation is about.

Chapter: book/explainable_local.md
Source:  Simonyan, Vedaldi and Zisserman (2014), who take the score and not the
         probability, https://arxiv.org/abs/1312.6034
"""

from collections.abc import Callable

from jaxtyping import Float, Int
from torch import Tensor, nn

Score = Callable[[Tensor], Tensor]
Dots = Float[Tensor, "n *shape"]


def lead(model: nn.Module, classes: Int[Tensor, " n"]) -> Score:
    """Return what maps examples to the lead of a class each, over the mean of others.

    The same number added to all scores changes no answer, and no lead.

    Args:
        model: Gives scores, one row an example.
        classes: For each example that will be asked about, the class.

    Raises:
        ValueError: When it is asked, if there is one score only, a class has none, or
            there is not one class for each example (or for each of some versions).
    """

    def score(x: Tensor) -> Tensor:
        check_versions(x, classes)
        says = model(x)
        check_scores(says, classes)
        # several versions of each example may come, one after the other
        mine = classes.repeat_interleave(len(x) // len(classes))
        own = says.gather(1, mine[:, None])[:, 0]
        return own - (says.sum(dim=1) - own) / (says.shape[1] - 1)

    return score


def check_versions(x: Tensor, classes: Tensor) -> None:
    """Refuse examples that the classes do not belong to.

    Raises:
        ValueError: If there is no class, or the examples are not as many, or twice ...
    """
    n = len(classes)
    if n == 0 or len(x) == 0 or len(x) % n:
        raise ValueError(f"classes has {n} for {len(x)} examples: give one for each")


def check_scores(says: Tensor, classes: Tensor) -> None:
    """Refuse scores that have no lead of such a class.

    Raises:
        ValueError: If there is one score only, or a class has none.
    """
    if says.shape[1] < 2:
        raise ValueError("model gives one score: give two classes or more")
    if ((classes < 0) | (classes >= says.shape[1])).any():
        raise ValueError(f"classes has others than 0 to {says.shape[1] - 1}: mend them")
