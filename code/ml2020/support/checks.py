"""Checks of values: what several modules refuse, with the argument's name and a remedy.

A check returns nothing, or raises a ValueError that begins with the argument's name and
ends with what to do. What only one module refuses stays in that module, as a function
whose name begins with `check_`, too: shown cells leave the calls of such functions out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import BatchNorm2d, Conv2d, Linear, Module, Sequential
from torch.nn.functional import relu

SLACK = 100  # rounding errors that a matrix computed from data may have


def check_positive(name: str, value: float) -> None:
    """Refuse a setting that must be above zero.

    Raises:
        ValueError: If it is zero, negative, infinite or NaN.
    """
    if not 0 < value < float("inf"):
        raise ValueError(f"{name} is {value}: give a positive number")


def check_at_least(name: str, value: float, least: float) -> None:
    """Refuse a number or a count that is too small.

    Raises:
        ValueError: If it is below `least`, infinite or NaN.
    """
    if not least <= value < float("inf"):
        raise ValueError(f"{name} is {value}: give {least} or more")


def check_share(name: str, value: float) -> None:
    """Refuse a share of the past that is not one.

    Raises:
        ValueError: If it is outside [0, 1), or NaN.
    """
    if not 0 <= value < 1:
        raise ValueError(f"{name} is {value}: choose it in [0, 1)")


def check_filled(name: str, value: Tensor, what: str = "example") -> None:
    """Refuse a tensor without numbers.

    Args:
        name: The argument's name.
        value: The argument.
        what: What it should have one of.

    Raises:
        ValueError: If it has none.
    """
    if not value.numel():
        raise ValueError(f"{name} is empty: give at least one {what}")


def check_below(name: str, value: Tensor, symbols: int) -> None:
    """Refuse numbers that no symbol has.

    Raises:
        ValueError: If one is below 0, or not below the number of symbols.
    """
    if value.min() < 0 or value.max() >= symbols:
        raise ValueError(f"{name} has symbols outside 0 to {symbols - 1}: mend them")


def check_finite(
    name: str, value: Tensor, remedy: str = "drop or mend those examples"
) -> None:
    """Refuse numbers that are none.

    Args:
        name: The argument's name.
        value: The argument.
        remedy: What to do if it is refused.

    Raises:
        ValueError: If one is NaN or infinite.
    """
    if not value.isfinite().all():
        raise ValueError(f"{name} has NaN or infinity: {remedy}")


def check_shape(name: str, value: Tensor, shape: tuple[int, ...]) -> None:
    """Refuse a tensor that broadcasting would stretch without a word.

    Args:
        name: The argument's name.
        value: The argument.
        shape: The shape that the other arguments ask for.

    Raises:
        ValueError: If it has another.
    """
    if value.shape != shape:
        raise ValueError(
            f"{name} has the shape {tuple(value.shape)}: give it {tuple(shape)}"
        )


def check_single(name: str, value: Tensor) -> None:
    """Refuse several numbers where one is derived.

    Raises:
        ValueError: If it is not one number without axes.
    """
    if value.ndim:
        raise ValueError(f"{name} has {value.ndim} axes: sum it up to one number")


def check_learned(weights: Iterable[Tensor], lr: float) -> None:
    """Refuse weights that are no numbers any more.

    Raises:
        ValueError: If one is NaN or infinite.
    """
    for part in weights:
        check_finite("lr", part, f"choose a rate below {lr}")


def check_descended(before: Tensor, after: Tensor, lr: float) -> None:
    """Refuse weights whose loss is higher than where they began.

    Raises:
        ValueError: If it is, or is no number.
    """
    if not after <= before:
        raise ValueError(
            f"lr is {lr}: the loss rose from {before.item():.3g} to"
            f" {after.item():.3g}; choose a lower rate"
        )


def check_spelling(name: str, words: Iterable[str]) -> None:
    """Refuse words of other characters than small letters.

    Raises:
        ValueError: If one is in a word.
    """
    for k, word in enumerate(words):
        if not (word.isascii() and word.isalpha() and word.islower()) and word:
            raise ValueError(f"{name}[{k}] is {word!r}: give letters a to z")


def check_depends(name: str, function: Callable[[Tensor], object], x: Tensor) -> None:
    """Refuse a function whose answer has no slope by what it is given.

    Args:
        name: The argument's name.
        function: The argument.
        x: What it is asked about.

    Raises:
        ValueError: If its answer does not depend on x, or is no tensor.
    """
    x = x.detach().requires_grad_()
    says = function(x)
    slopes: tuple[Tensor | None, ...] = (None,)
    if isinstance(says, Tensor) and says.requires_grad:
        slopes = torch.autograd.grad(says.sum(), x, allow_unused=True)
    if slopes[0] is None:
        raise ValueError(
            f"{name} does not depend on x: let it compute with what it gets"
        )


def check_dots(name: str, x: Tensor) -> None:
    """Refuse pictures whose dots are not from 0 to 1, and none.

    Raises:
        ValueError: If there is none, or a dot is outside, NaN or infinite.
    """
    check_filled(name, x, "picture")
    check_finite(name, x, "drop or mend those pictures")
    if x.min() < 0 or x.max() > 1:
        ends = f"{x.min().item():g} to {x.max().item():g}"
        raise ValueError(f"{name} has dots from {ends}: give 0 to 1")


def check_ball(eps: float, norm: float) -> None:
    """Refuse a ball that is none.

    Raises:
        ValueError: If eps is negative, infinite or NaN, or the norm is neither that of
            the largest change nor that of the squares.
    """
    check_at_least("eps", eps, 0)
    if norm not in (float("inf"), 2):
        raise ValueError(f"norm is {norm}: give math.inf or 2")


def check_box(name: str, x: Tensor, box: tuple[float, float] | None) -> None:
    """Refuse pictures outside of the box that they have to stay in.

    Raises:
        ValueError: If there is a box, and a dot is outside of it, or NaN; if the box
            is that of dots from 0 to 1, also if there is no picture.
    """
    if box == (0.0, 1.0):
        check_dots(name, x)
    elif box is not None and not ((x >= box[0]) & (x <= box[1])).all():
        raise ValueError(f"{name} is outside of the box {box}: give it another box")


def check_classes(name: str, y: Tensor, classes: int) -> None:
    """Refuse classes that have no score, or no rival.

    Args:
        name: The argument's name.
        y: The argument, a class for each example.
        classes: How many have scores.

    Raises:
        ValueError: If one has none, or there is but one.
    """
    if classes < 2:
        raise ValueError("scores has one class: give two or more")
    if len(y) and not 0 <= int(y.min()) <= int(y.max()) < classes:
        raise ValueError(f"{name} is not from 0 to {classes - 1}: mend it")


def check_shares(name: str, x: Tensor, networks: int) -> None:
    """Refuse pictures that are not as many for each of several networks.

    Raises:
        ValueError: If they are not.
    """
    if len(x) % networks:
        raise ValueError(f"{name} has {len(x)}: give as many to each of {networks}")


def check_groups(channels: int, filters: int, groups: int) -> None:
    """Refuse groups into which channels or filters cannot be cut.

    Raises:
        ValueError: If they do not divide both, or are below 1.
    """
    if groups < 1 or channels % groups or filters % groups:
        raise ValueError(
            f"groups is {groups}: give a divisor of {channels} channels and of"
            f" {filters} filters"
        )


def check_several(name: str, value: Tensor, what: str = "example") -> None:
    """Refuse rows that have no spread, or are no numbers.

    Args:
        name: The argument's name.
        value: The argument.
        what: What each of its rows is.

    Raises:
        ValueError: If there are fewer than two, they are empty, or a number is NaN or
            infinite.
    """
    if len(value) < 2:
        raise ValueError(f"{name} has 1 {what} or none: give 2 or more")
    check_filled(name, value)
    check_finite(name, value, "lower the rate, or look at the layer before")


def check_scaling(neurons: int, gamma: Tensor, beta: Tensor, eps: float) -> None:
    """Refuse what no sums of so many neurons can be scaled and shifted by.

    Raises:
        ValueError: If shapes do not fit, a number is NaN or infinite, or eps is not
            positive.
    """
    for name, value in (("gamma", gamma), ("beta", beta)):
        check_shape(name, value, (neurons,))
        check_finite(name, value, "train anew with a lower rate")
    check_positive("eps", eps)


def check_parts(learn: int, choose: int, most: int) -> None:
    """Refuse parts of a data set that are empty, or more than there is.

    Args:
        learn: How many examples to learn from.
        choose: How many others to choose by.
        most: How many there are.

    Raises:
        ValueError: If one is below 1, or both together are more than there are.
    """
    if learn < 1 or choose < 1:
        raise ValueError(f"learn is {learn} and choose {choose}: give 1 or more")
    if learn + choose > most:
        raise ValueError(
            f"learn is {learn} and choose {choose}: {most} together at most"
        )


def check_features(name: str, X: Tensor) -> None:
    """Refuse a table of examples that is empty or holds something else than numbers.

    Raises:
        ValueError: If there is no example or feature, or a number is not finite.
    """
    check_filled(name, X, "example and feature")
    check_finite(name, X)


def check_examples(X: Tensor, y_hat: Tensor) -> None:
    """Refuse data that nothing can be fitted to.

    Raises:
        ValueError: If there is no example, or a number is not finite.
    """
    check_filled("y_hat", y_hat)
    check_finite("X", X)
    check_finite("y_hat", y_hat)


def check_same_type(X: Tensor, y_hat: Tensor) -> None:
    """Refuse answers of another type than the features.

    Raises:
        ValueError: If they are.
    """
    check_like("y_hat", y_hat, "X", X)


def check_precision(name: str, value: Tensor) -> None:
    """Refuse numbers in 16 bits, for which torch has no solvers.

    Raises:
        ValueError: If the type is neither float32 nor float64.
    """
    if value.dtype not in (torch.float32, torch.float64):
        raise ValueError(f"{name} is {value.dtype}: give {name}.float()")


def check_like(name: str, value: Tensor, like_name: str, like: Tensor) -> None:
    """Refuse numbers of another type than those that they meet.

    Raises:
        ValueError: If they are.
    """
    if value.dtype != like.dtype:
        types = f"{name} is {value.dtype}, {like_name} is {like.dtype}"
        raise ValueError(f"{types}: give {name}.to({like_name})")


def check_square(name: str, value: float, dtype: torch.dtype) -> None:
    """Refuse a number that is negative, or has a square that overflows.

    Raises:
        ValueError: If it is below 0, NaN, or its square too large for the type.
    """
    check_at_least(name, value, 0)
    if value > torch.finfo(dtype).max ** 0.5:
        raise ValueError(f"{name} is {value}, its square overflows: change the units")


def check_labels(y_hat: Tensor) -> None:
    """Refuse labels that are no probabilities of class 1.

    Raises:
        ValueError: If there is none, or one is outside [0, 1], or NaN.
    """
    check_filled("y_hat", y_hat)
    if not ((y_hat >= 0) & (y_hat <= 1)).all():
        raise ValueError("y_hat is outside [0, 1]: label the classes 1 and 0")


def check_symmetric(name: str, matrix: Tensor, scale: Tensor) -> None:
    """Refuse a square matrix that its transpose would change.

    Args:
        name: The argument's name.
        matrix: The argument.
        scale: What rounding is measured by: one number, or one for each entry.

    Raises:
        ValueError: If it is not symmetric up to rounding, or a number is NaN.
    """
    slack = SLACK * len(matrix) * torch.finfo(matrix.dtype).eps
    if not ((matrix - matrix.T).abs() <= slack * scale).all():
        raise ValueError(f"{name} is not symmetric: average it with its transpose")


def check_near(X: Tensor, mean: Tensor, variance: Tensor) -> None:
    """Refuse examples so far from a centre that their squared distance overflows.

    Divided by eps, since features that go together stretch a distance by up to that.

    Raises:
        ValueError: If one is.
    """
    distance2 = (X - mean) ** 2 / variance / torch.finfo(X.dtype).eps
    if (distance2.isinf() & (variance > 0)).any():
        raise ValueError(
            "X has numbers so large that squares overflow: drop or mend those examples"
        )


def check_sums(name: str, value: Tensor) -> None:
    """Refuse numbers whose sum, with whatever signs, may overflow.

    Raises:
        ValueError: If the sum of their absolute values is infinite in their type.
    """
    if not value.norm(1, dim=0).isfinite().all():
        raise ValueError(
            f"{name} has numbers so large that sums overflow: measure it in units that "
            "keep it near 1"
        )


def check_squares(X: Tensor) -> None:
    """Refuse examples whose squares, or their sum, overflow.

    Raises:
        ValueError: If those of a feature do.
    """
    if not (len(X) * X.var(dim=0, correction=0)).isfinite().all():
        raise ValueError(
            "X has numbers so large that squares overflow: drop or mend those examples"
        )


def check_probabilities(name: str, p: Tensor) -> None:
    """Refuse numbers that are not the probabilities of one choice.

    Raises:
        ValueError: If one is negative or NaN, or they do not add up to 1.
    """
    if not (p >= 0).all():
        raise ValueError(f"{name} are negative or NaN: give probabilities")
    total = p.sum().item()
    if not abs(total - 1) < 1e-6:  # as far as a sum in float32 may be off
        raise ValueError(f"{name} add up to {total:.6g}: divide them by their sum")


def check_accuracy(name: str, value: float | Tensor) -> None:
    """Refuse accuracies that are no shares, percentages among them.

    Raises:
        ValueError: If one is outside [0, 1], or NaN.
    """
    shares = torch.as_tensor(value, dtype=torch.float64)
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"{name} is not from 0 to 1: give the share of right ones")


def check_count(name: str, count: float) -> None:
    """Refuse a count of nothing, or one that floats cannot work with.

    Raises:
        ValueError: If it is below 1, above 1e300, or NaN.
    """
    check_at_least(name, count, 1)
    if count > 1e300:  # a float still holds twice as much
        raise ValueError(f"{name} is above 1e300: give a smaller one")


def check_met(
    layers: Sequence[tuple[Tensor, Tensor]],
    bends: Sequence[object],
    z: Sequence[Tensor],
    a: Sequence[Tensor],
) -> None:
    """Refuse what the forward pass of another network met.

    Raises:
        ValueError: If there is no layer, or a layer, a bend or its sums are missing or
            too many, weights have another shape than what met them, or some examples
            are missing on the way.
    """
    counts = len(layers), len(bends), len(z), len(a) - 1
    if not layers or len(set(counts)) > 1:
        raise ValueError(f"layers, bends, met.z, met.a[1:] are {counts}: give as many")
    for k, (W, _) in enumerate(layers):
        check_shape(f"layers[{k}].W", W, (a[k + 1].shape[1], a[k].shape[1]))
        for name, value in ((f"met.z[{k}]", z[k]), (f"met.a[{k + 1}]", a[k + 1])):
            check_shape(name, value, (len(a[0]), len(W)))


def check_chain(layers: Sequence[tuple[Tensor, Tensor]], inputs: int) -> None:
    """Refuse layers of which one does not take what the one before it gives.

    Raises:
        ValueError: If there is no layer, the first one has other inputs, layers do not
            fit, or a number is NaN or infinite.
    """
    if not layers:
        raise ValueError("layers is empty: give at least one")
    for k, (W, b) in enumerate(layers):
        for name, value in (("W", W), ("b", b)):
            check_finite(f"layers[{k}].{name}", value, "train with a lower rate")
        if W.shape[1] != inputs:
            raise ValueError(f"layers[{k}].W takes {W.shape[1]}: give {inputs}")
        inputs = len(W)


def check_weights(A: Tensor) -> None:
    """Refuse weights of edges that are those of no undirected graph.

    Raises:
        ValueError: If A is empty, not symmetric, negative, or no number.
    """
    check_filled("A", A, "node")
    check_finite("A", A, "give each edge a weight")
    if not (A >= 0).all():
        raise ValueError("A is negative: give weights of 0 or more")
    check_symmetric("A", A, A.max())


def check_label_scores(scores: Tensor, blank: int) -> None:
    """Refuse scores of labels in frames, labels last, and a blank that is no label.

    Raises:
        ValueError: If there is no frame, a score is NaN or infinite, or the blank is
            none of the labels.
    """
    check_filled("scores", scores, "frame")
    remedy = "lower the rate, or clip; to forbid a label give it -1e4"
    check_finite("scores", scores, remedy)
    last = scores.shape[-1] - 1
    if not 0 <= blank <= last:
        raise ValueError(f"blank is {blank}: choose it from 0 to {last}")


def check_no_blank(name: str, labels: Sequence[int], blank: int) -> None:
    """Refuse a target that asks for a blank.

    Args:
        name: The argument's name.
        labels: The argument.
        blank: The label that says nothing.

    Raises:
        ValueError: If a label is the blank.
    """
    if blank in labels:
        raise ValueError(f"{name} has the blank, {blank}: leave it out of the target")


def check_target(name: str, labels: Sequence[int], count: int, blank: int) -> None:
    """Refuse a target that asks for a blank, or for a label that has no score.

    Args:
        name: The argument's name.
        labels: The argument.
        count: How many labels have scores.
        blank: The label that says nothing.

    Raises:
        ValueError: If a label is the blank, or outside 0 to count - 1.
    """
    if any(not 0 <= label < count for label in labels):
        raise ValueError(
            f"{name} has labels outside 0 to {count - 1}: number them from 0"
        )
    check_no_blank(name, labels, blank)


def check_lengths(X: Tensor, lengths: Tensor) -> None:
    """Refuse sequences of length 0, and lengths beyond what is there.

    Args:
        X: Time first; the axis before the last is that of the sequences.
        lengths: Of the sequences.

    Raises:
        ValueError: If a length is outside 1 to T, T is 0, or there are too many or too
            few.
    """
    check_shape("lengths", lengths, (X.shape[-2],))
    if not len(X) or not ((lengths >= 1) & (lengths <= len(X))).all():
        raise ValueError(f"lengths are outside 1 to {len(X)}: drop empty sequences")


def check_read(name: str, X: Tensor, lengths: Tensor) -> None:
    """Refuse sequences with inputs that are no numbers; behind the end any may stand.

    Args:
        name: The argument's name.
        X: Time first; the axis before the last is that of the sequences.
        lengths: Of the sequences.

    Raises:
        ValueError: If one is NaN or infinite, or lengths do not fit.
    """
    check_lengths(X, lengths)
    t = torch.arange(len(X), device=X.device)
    on = (t[:, None] < lengths)[..., None]
    inside = torch.where(on, X.movedim(0, -3), 0)
    check_finite(name, inside, "drop or mend that sequence")


def check_labels_within(s: Tensor, lengths: Tensor, labels: int) -> None:
    """Refuse a path over labels that do not exist; behind the end anything may stand.

    Raises:
        ValueError: If one does not.
    """
    t = torch.arange(len(s), device=s.device)
    within = torch.where(t[:, None] < lengths, s, 0)
    if not ((within >= 0) & (within < labels)).all():
        raise ValueError(f"s has labels outside 0 to {labels - 1}: mend them")


def check_scores(name: str, value: Tensor) -> None:
    """Refuse NaN and inf; -inf forbids, and is allowed.

    Raises:
        ValueError: If there is one.
    """
    if not (value < float("inf")).all():
        raise ValueError(f"{name} has NaN or inf: lower the rate, or mend the scores")


def check_chain_scores(
    y: Tensor, chain: tuple[Tensor, Tensor, Tensor], lengths: Tensor
) -> None:
    """Refuse scores of labels that are none, and what does not fit them.

    Behind the end of a sentence anything may stand.

    Raises:
        ValueError: If a score is NaN or inf, the sum of a path may overflow, a length
            is none, or a shape is another.
    """
    check_lengths(y, lengths)
    labels = y.shape[-1]
    for name, part in zip(("begin", "A", "end"), chain, strict=True):
        shape = (labels, labels) if name == "A" else (labels,)
        check_shape(f"chain.{name}", part, (*y.shape[1:-2], *shape))
        check_scores(f"chain.{name}", part)
    t = torch.arange(len(y), device=y.device)
    on = (t[:, None] < lengths)[..., None]
    words = torch.where(on, y.movedim(0, -3), 0)
    check_scores("y", words)
    largest = [
        part.where(part.isfinite(), 0).abs().max().double() if part.numel() else 0
        for part in (words, *chain)
    ]
    # of a path: each word has a score of its own and one for its neighbour
    if (len(y) + 1) * sum(largest) > torch.finfo(y.dtype).max:
        raise ValueError("y and chain have sums that overflow: lower the rate")


def check_path(score: Tensor) -> None:
    """Refuse sentences whose every path is forbidden.

    Args:
        score: Of each sentence, of its best path or of all together.

    Raises:
        ValueError: If there is one.
    """
    if not (score > float("-inf")).all():
        raise ValueError("chain forbids every path of a sentence: allow one")


def check_sentences(sentences: Sequence[tuple[Sequence[str], Sequence[int]]]) -> None:
    """Refuse sentences of length 0, and labels that are too many or too few.

    Raises:
        ValueError: If there is one, or no sentence at all.
    """
    if not sentences:
        raise ValueError("sentences is empty: give at least one")
    for k, (words, labels) in enumerate(sentences):
        if not words or len(words) != len(labels):
            counts = f"{len(words)} words, {len(labels)} labels"
            raise ValueError(f"sentences[{k}] has {counts}: give as many, 1 or more")


def check_choices(y: Tensor) -> None:
    """Refuse numbers that are no probabilities of classes.

    Raises:
        ValueError: If one is negative or NaN, they do not add up to 1, or there is
            none.
    """
    check_filled("y", y, "answer")
    if not (y >= 0).all() or not ((y.sum(dim=-1) - 1).abs() < 1e-5).all():
        raise ValueError("y is negative or does not add up to 1: take a softmax first")


def check_sides(name: str, y: Tensor, count: int) -> None:
    """Refuse sides other than 1 and -1.

    Raises:
        ValueError: If there is one, or there are more or fewer than examples.
    """
    check_shape(name, y, (count,))
    if not (y.abs() == 1).all():
        raise ValueError(f"{name} has numbers other than 1 and -1: recode them")


def check_window(window: int) -> None:
    """Refuse a window without neighbours.

    Raises:
        ValueError: If it is below 1.
    """
    if window < 1:
        raise ValueError(
            f"window is {window}: give 1 or more, so that a word has a context"
        )


def check_text(text: Tensor, sentences: Tensor, size: int) -> None:
    """Refuse a text that the vocabulary does not cover.

    Raises:
        ValueError: If there is none, a place is not in the vocabulary, or the
            sentences are not in their order.
    """
    check_positive("size", size)
    check_filled("text", text, "word")
    if text.min() < 0 or text.max() >= size:
        raise ValueError(f"text has places outside 0 to {size - 1}: drop those words")
    if (sentences.diff() < 0).any():
        raise ValueError("sentences are not in their order: number them from 0")


def check_counts(N: Tensor) -> None:
    """Refuse counts of which no shares can be made.

    Raises:
        ValueError: If one is negative or no number, or a row or column has none.
    """
    check_finite("N", N, "count again")
    if (N < 0).any():
        raise ValueError("N has negative counts: count again")
    if not (N.sum(dim=0).all() and N.sum(dim=1).all()):
        raise ValueError("N has a word that meets no other: leave it out")


def check_kept(kept: Tensor) -> None:
    """Refuse what is no probability.

    Raises:
        ValueError: If one is outside [0, 1], or no number.
    """
    if not ((kept >= 0) & (kept <= 1)).all():
        raise ValueError("kept is outside [0, 1]: give probabilities")


def check_parents(parents: Tensor) -> None:
    """Refuse a tree with parents that are not there.

    Raises:
        ValueError: If one is outside of the tree.
    """
    if (parents < -1).any() or (parents >= len(parents)).any():
        raise ValueError("parents has a node outside of the tree: give -1 to the root")


def check_nodes(nodes: Tensor, size: int) -> None:
    """Refuse nodes that are not in a tree.

    Raises:
        ValueError: If there is none, or one is outside of the tree.
    """
    check_filled("nodes", nodes, "node")
    if nodes.min() < 0 or nodes.max() >= size:
        raise ValueError(f"nodes are outside 0 to {size - 1}: leave such words out")


def check_asked(
    score: Callable[[Tensor], Tensor], x: Tensor, baseline: Tensor | None = None
) -> None:
    """Refuse examples, or a score of them, that cannot be explained.

    Raises:
        ValueError: If there is no example, a number is NaN or infinite, the baseline
            has another kind of numbers, or the score is not one an example.
    """
    check_filled("x", x)
    check_finite("x", x)
    if baseline is not None:
        check_finite("baseline", baseline, "give numbers")
        if baseline.dtype != x.dtype:
            raise ValueError(
                f"baseline is {baseline.dtype}, x {x.dtype}: give baseline.to(x.dtype)"
            )
    with torch.no_grad():
        says = score(x)
    if says.shape != x.shape[:1]:
        raise ValueError(
            f"score gives the shape {tuple(says.shape)}: make it one number an example"
        )
    check_finite("score", says, "look at the network")


def check_masks(model: Module, masks: Mapping[str, Tensor]) -> None:
    """Refuse masks of another network.

    Raises:
        ValueError: If one has no parameter of its name, or not its shape.
    """
    shapes = {name: weight.shape for name, weight in model.named_parameters()}
    for name, mask in masks.items():
        if mask.shape != shapes.get(name):
            raise ValueError(
                f"masks[{name!r}] fits no parameter: make them from this network"
            )


def check_flat(model: Sequential) -> None:
    """Refuse layers whose weights are not those of convolutions or linear layers.

    Raises:
        ValueError: If one is of another kind, or there is no layer with weights.
    """
    for k, layer in enumerate(model):
        if not isinstance(layer, Conv2d | Linear) and [*layer.parameters()]:
            kind = type(layer).__name__
            raise ValueError(f"model[{k}] is {kind}: fold it, or put its layers here")
    if not [*model.parameters()]:
        raise ValueError("model has no layer with weights: give convolutions or Linear")


def check_normalised(layers: Iterable[Module]) -> None:
    """Refuse batch normalisations that cannot be folded into what is before them.

    Raises:
        ValueError: If one does not stand behind a convolution, or keeps no mean.
    """
    before: Module | None = None
    for k, layer in enumerate(layers):
        if isinstance(layer, BatchNorm2d):
            if not isinstance(before, Conv2d):
                raise ValueError(f"layer {k} stands behind no Conv2d: move it there")
            if layer.running_mean is None:
                raise ValueError(f"layer {k} keeps no mean: let it track_running_stats")
        before = layer


def check_scored(scores: Mapping[str, Tensor]) -> None:
    """Refuse no layer.

    Raises:
        ValueError: If there is none.
    """
    if not scores:
        raise ValueError("scores is empty: give those of at least one layer")


def check_bits(bits: int, least: int, most: int) -> None:
    """Refuse a number of bits that no weight can have.

    Raises:
        ValueError: If it is below the least or above the most.
    """
    check_at_least("bits", bits, least)
    if bits > most:
        raise ValueError(f"bits is {bits}: give {most} or fewer, or keep floats")


def check_span(name: str, value: Tensor) -> None:
    """Refuse numbers so far apart that their range overflows.

    Raises:
        ValueError: If it does.
    """
    if not (value.max() - value.min()).isfinite():
        raise ValueError(f"{name} has a range that overflows: give smaller numbers")


def check_words(words: Sequence[str]) -> None:
    """Refuse a sentence without words.

    Raises:
        ValueError: If there is none.
    """
    if not words:
        raise ValueError("words is empty: give a sentence of one word or more")


def check_trees(trees: Sequence[object]) -> None:
    """Refuse no tree at all.

    Raises:
        ValueError: If there is none.
    """
    if not trees:
        raise ValueError("trees is empty: give at least one")


def check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    """Refuse a name that is none of several.

    Raises:
        ValueError: If it is another one.
    """
    if value not in choices:
        raise ValueError(f"{name} is {value}: choose one of {', '.join(choices)}")


def check_matrix(name: str, value: Tensor, rows: int, columns: int) -> None:
    """Refuse tables of another size; how many there are of it is free.

    Raises:
        ValueError: If they are.
    """
    check_shape(name, value, (*value.shape[:-2], rows, columns))


def check_halves(a: Tensor, b: Tensor, W: Tensor) -> None:
    """Refuse parts and weights that do not fit.

    Raises:
        ValueError: If they do not.
    """
    if a.ndim < 2:
        raise ValueError("a is no table of vectors: give one of shape (n, d)")
    n, d = a.shape[-2:]
    check_matrix("b", b, n, d)
    check_matrix("W", W, d, 2 * d)


def check_count_of(theta: Tensor, count: int) -> None:
    """Refuse the numbers of another reader.

    Raises:
        ValueError: If there are more or fewer.
    """
    check_filled("theta", theta, "number")
    if theta.shape[-1] != count:
        raise ValueError(f"theta has {theta.shape[-1]} numbers a row: give {count}")


def check_levels(levels: Sequence[tuple[Tensor, Tensor]], leaves: int) -> None:
    """Refuse levels of a forest that join what is not there yet.

    Raises:
        ValueError: If one does, or has more left parts than right ones, or fewer.
    """
    made = leaves
    for k, (left, right) in enumerate(levels):
        check_shape(f"levels[{k}] right", right, left.shape)
        parts = torch.cat([left, right])
        if len(parts) and not 0 <= parts.min() <= parts.max() < made:
            raise ValueError(
                f"levels[{k}] joins nodes outside of the {made} below: give those of "
                f"this forest"
            )
        made += len(left)


def check_even(d: int) -> None:
    """Refuse numbers that cannot be paired.

    Raises:
        ValueError: If d is odd or below 2.
    """
    if d < 2 or d % 2:
        raise ValueError(f"d is {d}: choose an even number, 2 or more")


def check_odd(w: int) -> None:
    """Refuse windows without a middle, and those that see one place alone.

    Raises:
        ValueError: If w is even, or below 3.
    """
    if w < 3 or w % 2 == 0:
        raise ValueError(f"w is {w}: choose an odd number, 3 or more")


def check_alike(layer: Any, mine: Any) -> None:
    """Refuse a layer of torch's transformer that is not what ours is.

    Raises:
        ValueError: If its kind, its hidden layer, its bend, the place of its norms or
            their epsilon differ.
    """
    settings = {
        "decoder": (hasattr(layer, "multihead_attn"), hasattr(mine, "looks")),
        "hidden": (layer.linear1.out_features, mine.thinks[0].out_features),
        "norm_first": (layer.norm_first, mine.pre),
        "relu": (layer.activation is relu, True),
        "epsilon": (layer.norm1.eps, 1e-5),
        "bias": (layer.linear1.bias is not None, True),
    }
    for name, (given, wanted) in settings.items():
        if given != wanted:
            raise ValueError(f"layer: {name} is {given}: give one with {wanted}")


def check_symbols(name: str, symbols: Tensor, count: int) -> None:
    """Refuse no symbol, and unknown ones.

    Args:
        name: The argument's name.
        symbols: The argument.
        count: How many symbols are known, from 0 on.

    Raises:
        ValueError: If there is none, or one is outside 0 to count - 1.
    """
    check_filled(name, symbols, "symbol")
    if not ((symbols >= 0) & (symbols < count)).all():
        raise ValueError(f"{name} has unknown symbols: give 0 to {count - 1}")


def check_seen(seen: Tensor, shape: tuple[int, ...]) -> None:
    """Refuse a mask that does not fit, or hides everything from somebody.

    Args:
        seen: The mask.
        shape: That of the scores, to which it is stretched.

    Raises:
        ValueError: If it does, or is not of True and False.
    """
    if seen.dtype != torch.bool:
        raise ValueError(f"seen is {seen.dtype}: give {torch.bool}, True where seen")
    sizes = zip(reversed(seen.shape), reversed(shape), strict=False)
    if not 1 <= seen.ndim <= len(shape) or any(n not in (1, m) for n, m in sizes):
        raise ValueError(
            f"seen has the shape {tuple(seen.shape)}: give it {shape}, or 1 for an axis"
        )
    if not seen.any(dim=-1).all():
        raise ValueError("seen hides every place from a query: let it see one or more")


def check_again(ctx: Any, parts: Iterable[Module], device: torch.device) -> None:
    """Note dice and weights when first called; then refuse layers that have drawn.

    Computed again they would draw anew.

    Args:
        ctx: Where they are noted, see `check_back`.
        parts: The layers.
        device: Whose dice.

    Raises:
        ValueError: If the dice have another state than when first called.
    """
    cpu = device.type != "cuda"
    dice = torch.get_rng_state() if cpu else torch.cuda.get_rng_state(device)
    if not torch.equal(dice, getattr(ctx, "dice", dice)):
        raise ValueError("attends draws, as dropout does: do without, or kept=True")
    ctx.dice = dice
    ctx.versions = [x._version for part in parts for x in part.parameters()]


def check_back(ctx: Any, parts: Iterable[Module]) -> None:
    """Refuse slopes of slopes, and weights that changed since the way there.

    Raises:
        ValueError: If either is asked for.
    """
    if torch.is_grad_enabled():
        raise ValueError("create_graph asks for slopes of slopes: choose kept=True")
    if [x._version for part in parts for x in part.parameters()] != ctx.versions:
        raise ValueError("weights changed since the way there: take slopes first")


def check_as_wide(X: Tensor, made: Tensor) -> None:
    """Refuse what a part makes of places, if it has another shape.

    Raises:
        ValueError: If it has.
    """
    if made.shape != X.shape:
        shapes = f"{tuple(made.shape)} of {tuple(X.shape)}"
        raise ValueError(f"attends makes {shapes}: choose parts that keep the shape")


def check_width(name: str, X: Tensor, W: Linear) -> None:
    """Refuse places of another width or another type than a layer's weights."""
    given, wanted = (X.shape[-1], X.dtype), (W.in_features, W.weight.dtype)
    if given != wanted:
        said = "{} numbers a place in {}"
        raise ValueError(
            f"{name} has {said.format(*given)}: give {said.format(*wanted)}"
        )


def check_mask(X: Tensor, Z: Tensor, seen: Tensor | None) -> None:
    """Refuse a mask that does not fit to who asks and who is read.

    Raises:
        ValueError: See `check_seen`; or if it has a single axis.
    """
    if seen is not None:
        if seen.ndim < 2:
            raise ValueError(f"seen has {seen.ndim} axes: give it two or more")
        check_seen(seen, (*X.shape[:-1], Z.shape[-2]))


def check_different(X: Tensor, count: int) -> None:
    """Refuse more clusters than there are different examples.

    Raises:
        ValueError: If there are.
    """
    different = len(torch.unique(X, dim=0))
    if count > different:
        raise ValueError(
            f"X has {different} different examples: ask for no more than {different}"
            f" clusters, not {count}"
        )


def check_rated(N: Tensor, seen: Tensor) -> None:
    """Refuse people or characters of whom nothing is known.

    Raises:
        ValueError: If one has no known rating, or a known one is not finite.
    """
    for axis, who in ((1, "person"), (0, "character")):
        unrated = (~seen.any(dim=axis)).nonzero()
        if len(unrated):
            raise ValueError(
                f"seen leaves {who} {int(unrated[0])} unrated: leave it out, or say"
                " the mean and the others' biases"
            )
    check_features("N", N[seen][None])
