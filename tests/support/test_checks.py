"""A check lets good values pass, and names the argument of a bad one and the remedy."""

import itertools
import math
import re

import pytest
import torch
from torch import nn

from ml2020.support.checks import (
    check_accuracy,
    check_again,
    check_alike,
    check_as_wide,
    check_asked,
    check_at_least,
    check_back,
    check_ball,
    check_below,
    check_bits,
    check_box,
    check_chain,
    check_chain_scores,
    check_choice,
    check_classes,
    check_count,
    check_count_of,
    check_counts,
    check_depends,
    check_different,
    check_dots,
    check_examples,
    check_features,
    check_filled,
    check_finite,
    check_flat,
    check_groups,
    check_halves,
    check_kept,
    check_labels,
    check_labels_within,
    check_learned,
    check_lengths,
    check_levels,
    check_like,
    check_mask,
    check_masks,
    check_matrix,
    check_met,
    check_near,
    check_nodes,
    check_parents,
    check_parts,
    check_positive,
    check_probabilities,
    check_rated,
    check_read,
    check_same_type,
    check_scaling,
    check_scored,
    check_scores,
    check_seen,
    check_sentences,
    check_several,
    check_shape,
    check_share,
    check_shares,
    check_single,
    check_span,
    check_spelling,
    check_square,
    check_squares,
    check_sums,
    check_symbols,
    check_symmetric,
    check_text,
    check_trees,
    check_weights,
    check_width,
    check_window,
    check_words,
)

NOT_FINITE = [math.nan, math.inf, -math.inf]


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
def test_rejects_what_is_not_positive(value):
    with pytest.raises(ValueError, match=r"^width is .*: give a positive number$"):
        check_positive("width", value)


@pytest.mark.parametrize("value", [1, -3, math.nan, math.inf])
def test_rejects_what_is_too_small(value):
    with pytest.raises(ValueError, match=r"^count is .*: give 2 or more$"):
        check_at_least("count", value, 2)


@pytest.mark.parametrize("value", [1.0, -0.1, math.nan, 2.0])
def test_rejects_a_share_outside_zero_to_one(value):
    with pytest.raises(ValueError, match=r"^beta is .*: choose it in \[0, 1\)$"):
        check_share("beta", value)


def test_accepts_the_numbers_that_are_allowed():
    check_positive("width", 1e-300)
    check_at_least("count", 2, 2)
    check_at_least("decay", 0.0, 0)
    check_share("beta", 0.0)
    check_share("beta", 0.999)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_rejects_a_tensor_without_numbers(shape):
    with pytest.raises(ValueError, match=r"^z is empty: give at least one score$"):
        check_filled("z", torch.zeros(shape), "score")
    said = r"^X is empty: give at least one example and feature$"
    with pytest.raises(ValueError, match=said):
        check_features("X", torch.zeros(shape))


@pytest.mark.parametrize("bad", NOT_FINITE)
def test_rejects_a_number_that_is_none_wherever_it_stands(bad):
    z = torch.zeros(3, 2)
    z[2, 1] = bad
    with pytest.raises(ValueError, match=r"^z has NaN or infinity: lower the rate$"):
        check_finite("z", z, "lower the rate")
    said = r"^z has NaN or infinity: drop or mend those examples$"
    for check in (check_finite, check_features):
        with pytest.raises(ValueError, match=said):
            check("z", z)


def test_rejects_rows_without_spread():
    z = torch.zeros(2, 3)
    check_several("z", z)
    for few in (z[:1], z[:0]):
        with pytest.raises(ValueError, match=r"^z has 1 example or none: give 2 or m"):
            check_several("z", few)
    with pytest.raises(ValueError, match=r"^z has 1 neuron or none: give 2 or more$"):
        check_several("z", z[:1], "neuron")
    with pytest.raises(ValueError, match=r"^z is empty: give at least one example$"):
        check_several("z", z[:, :0])


@pytest.mark.parametrize("bad", NOT_FINITE)
def test_rejects_rows_and_scales_that_are_no_numbers(bad):
    good, spoilt = torch.ones(3), torch.tensor([1.0, 1.0, bad])
    with pytest.raises(ValueError, match=r"^z has NaN or infinity: lower the rate, or"):
        check_several("z", spoilt)
    check_scaling(3, good, good, 1e-300)
    for name, pair in (("gamma", (spoilt, good)), ("beta", (good, spoilt))):
        said = rf"^{name} has NaN or infinity: train anew with a lower rate$"
        with pytest.raises(ValueError, match=said):
            check_scaling(3, *pair, 1e-5)
    for name, pair in (("gamma", (good[:2], good)), ("beta", (good, good[:2]))):
        with pytest.raises(ValueError, match=rf"^{name} has the shape \(2,\)"):
            check_scaling(3, *pair, 1e-5)
    with pytest.raises(ValueError, match=r"^eps is 0.0: give a positive number$"):
        check_scaling(3, good, good, 0.0)


@pytest.mark.parametrize("bad", NOT_FINITE)
def test_rejects_examples_that_nothing_can_be_fitted_to(bad):
    X, y_hat, broken = torch.ones(3, 2), torch.ones(3), torch.full((3,), bad)
    with pytest.raises(ValueError, match=r"^y_hat is empty: give at least one exa"):
        check_examples(X[:0], y_hat[:0])
    with pytest.raises(ValueError, match=r"^X has NaN or infinity: drop or mend"):
        check_examples(broken[:, None], y_hat)
    with pytest.raises(ValueError, match=r"^y_hat has NaN or infinity: drop or"):
        check_examples(X, broken)


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_rejects_labels_that_are_no_probabilities(bad):
    with pytest.raises(ValueError, match=r"^y_hat is empty: give at least one exa"):
        check_labels(torch.zeros(0))
    said = r"^y_hat is outside \[0, 1\]: label the classes 1 and 0$"
    with pytest.raises(ValueError, match=said):
        check_labels(torch.tensor([0.0, bad, 1.0]))


def test_rejects_numbers_that_no_symbol_has():
    W = torch.tensor([[0, 2], [1, 0]])
    check_below("W", W, 3)
    for bad, symbols in ((W, 2), (W - 1, 3)):
        with pytest.raises(
            ValueError, match=rf"^W has symbols outside 0 to {symbols - 1}"
        ):
            check_below("W", bad, symbols)


def test_accepts_tensors_of_good_numbers():
    X, y_hat = torch.zeros(3, 2), torch.tensor([0.0, 0.5, 1.0])
    check_filled("X", X)
    check_finite("X", X)
    check_features("X", X)
    check_examples(X, y_hat)
    check_labels(y_hat)


def test_rejects_an_example_so_far_away_that_its_square_overflows():
    X, mean = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).double(), torch.zeros(2).double()
    check_near(X, mean, torch.ones(2).double())
    check_near(X, mean, torch.zeros(2).double())  # no width is another mistake
    check_near(X + 1e200, mean + 1e200, torch.ones(2).double())
    for far in (-1e200, 1e150):  # of the second the square is a number, alone
        X[1, 0] = far
        with pytest.raises(ValueError, match=r"^X has numbers so large that squares o"):
            check_near(X, mean, torch.ones(2).double())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rejects_examples_whose_squares_add_up_to_too_much(dtype):
    X = torch.tensor([[0.0, 1.0], [0.0, -1.0]], dtype=dtype)
    size = torch.finfo(dtype).max ** 0.5  # two such squares add up to twice too much
    check_squares(0.6 * size * X)
    with pytest.raises(ValueError, match=r"^X has numbers so large that squares over"):
        check_squares(0.8 * size * X)


def test_rejects_columns_whose_sum_may_overflow_whatever_their_signs():
    most = torch.finfo(torch.float64).max
    X = torch.tensor([[1.0, -1.0], [-1.0, 1.0]], dtype=torch.float64)
    check_sums("X", 0.49 * most * X)
    said = "^X has numbers so large that sums overflow: measure it in units that keep"
    only_one = torch.tensor([1.0, 0.51 * most], dtype=torch.float64)
    for wrong in (0.51 * most * X, only_one * X):
        with pytest.raises(ValueError, match=said):
            check_sums("X", wrong)


def test_rejects_numbers_that_are_not_the_probabilities_of_one_choice():
    check_probabilities("p", torch.tensor([0.3, 0.7]))
    check_probabilities("p", torch.tensor([0.0, 1.0]))
    for bad in ([-0.1, 1.1], [math.nan, 1.0]):
        with pytest.raises(ValueError, match=r"^p are negative or NaN: give prob"):
            check_probabilities("p", torch.tensor(bad))
    check_probabilities("p", torch.tensor([0.3, 0.7 + 5e-7]).double())
    for bad in ([0.3, 0.6], [0.5, 0.6], [0.3, 0.70001]):
        with pytest.raises(ValueError, match=r"^p add up to .*: divide them by their"):
            check_probabilities("p", torch.tensor(bad))


def test_rejects_a_shape_that_would_be_stretched():
    check_shape("scores", torch.ones(3, 1), (3, 1))
    check_shape("score", torch.ones(()), torch.Size([]))
    for bad in [(3,), (1, 3), (1, 1), (3, 1, 1), (), (0, 1)]:
        said = rf"^scores has the shape {re.escape(str(bad))}: give it \(3, 1\)$"
        with pytest.raises(ValueError, match=said):
            check_shape("scores", torch.ones(bad), (3, 1))


def test_rejects_several_numbers_where_one_is_derived():
    check_single("cost", torch.tensor(2.0))
    for bad in [(1,), (2,), (1, 1)]:
        said = rf"^cost has {len(bad)} axes: sum it up to one number$"
        with pytest.raises(ValueError, match=said):
            check_single("cost", torch.ones(bad))


def test_rejects_numbers_of_another_type():
    check_like("W", torch.ones(2), "x", torch.ones(3))
    with pytest.raises(
        ValueError, match=r"^W is torch.float64, x is torch.float32: give W.to\(x\)$"
    ):
        check_like("W", torch.ones(2).double(), "x", torch.ones(3))
    with pytest.raises(
        ValueError, match=r"^y_hat is torch.float64, X is torch.float32"
    ):
        check_same_type(torch.ones(3), torch.ones(2).double())


def test_rejects_a_number_whose_square_overflows():
    check_square("sigma", 1.8e19, torch.float32)
    check_square("sigma", 1.9e19, torch.float64)
    check_square("sigma", torch.finfo(torch.float64).max ** 0.5, torch.float64)
    with pytest.raises(ValueError, match=r"^sigma is .*, its square overflows: change"):
        check_square("sigma", 1.9e19, torch.float32)
    with pytest.raises(ValueError, match=r"^sigma is .*: give 0 or more$"):
        check_square("sigma", -1e-9, torch.float32)


@pytest.mark.parametrize("bad", [-1e-9, 1 + 1e-9, math.nan])
def test_rejects_an_accuracy_that_is_no_share(bad):
    check_accuracy("p", 1.0)
    check_accuracy("p", torch.tensor([0.0, 1.0]))
    good = torch.tensor([0.5, 0.5], dtype=torch.float64)
    good[1] = bad
    for accuracy in (bad, good):
        with pytest.raises(ValueError, match=r"^p is not from 0 to 1: give the share"):
            check_accuracy("p", accuracy)


@pytest.mark.parametrize(("bad", "said"), [(0, "0: give 1"), (10**301, "above 1e")])
def test_rejects_a_count_of_nothing_and_one_that_no_float_holds(bad, said):
    check_count("n", 1)
    check_count("n", 1e300)
    with pytest.raises(ValueError, match=rf"^n is {said}"):
        check_count("n", bad)


def test_rejects_a_matrix_that_its_transpose_would_change():
    matrix, one = torch.eye(3).double(), torch.tensor(1.0).double()
    check_symmetric("H", 0 * matrix, 0 * one)
    check_symmetric("H", matrix, one)
    for row, column in ((0, 2), (2, 0)):
        for off, refused in ((1e-14, False), (1e-6, True), (-1e-6, True)):
            moved = matrix.clone()
            moved[row, column] += off
            if refused:
                with pytest.raises(ValueError, match=r"^H is not symmetric: average"):
                    check_symmetric("H", moved, one)
                check_symmetric("H", moved, 1e9 * one)
            else:
                check_symmetric("H", moved, one)
    with pytest.raises(ValueError, match=r"^H is not symmetric"):
        check_symmetric("H", torch.full((2, 2), torch.nan), one.float())


def test_rejects_weights_of_no_undirected_graph():
    A = torch.tensor([[2.0, 1.0], [1.0, 0.0]])
    check_weights(A)
    check_weights(0 * A)
    for bad, said in (
        (torch.zeros(0, 0), "^A is empty: give at least one node$"),
        (-A, "^A is negative: give weights of 0 or more$"),
        (torch.tensor([[0.0, 1.0], [0.5, 0.0]]), "^A is not symmetric"),
        (A / 0, "^A .*give each edge a weight"),
    ):
        with pytest.raises(ValueError, match=said):
            check_weights(bad)


def test_rejects_what_another_network_met():
    layers = [(torch.ones(3, 2), torch.ones(3)), (torch.ones(1, 3), torch.ones(1))]
    z = [torch.ones(4, 3), torch.ones(4, 1)]
    a, bends = [torch.ones(4, 2), *z], ["bend"] * 2
    check_met(layers, bends, z, a)
    for fewer in (
        (layers[:1], bends, z, a),
        (layers, bends[:1], z, a),
        (layers, bends, z[:1], a),
        (layers, bends, z, a[:2]),
        ([], [], [], a[:1]),
    ):
        with pytest.raises(ValueError, match=r"^layers, bends, met.z, .*: give as man"):
            check_met(*fewer)
    for k, other in ((0, torch.ones(4, 5)), (1, torch.ones(4, 2))):
        spoilt = [*a[:k], other, *a[k + 1 :]]
        with pytest.raises(ValueError, match=r"^layers\[0\].W has the shape \(3, 2\)"):
            check_met(layers, bends, z, spoilt)
    with pytest.raises(ValueError, match=r"^layers\[1\].W has the shape \(1, 3\)"):
        check_met(layers, bends, z, [*a[:2], torch.ones(4, 2)])
    for k in (0, 1):
        fewer = [*z[:k], z[k][:3], *z[k + 1 :]]
        with pytest.raises(ValueError, match=rf"^met.z\[{k}\] has the shape \(3, "):
            check_met(layers, bends, fewer, a)
        with pytest.raises(ValueError, match=rf"^met.a\[{k + 1}\] has the shape \(3, "):
            check_met(layers, bends, z, [*a[: k + 1], fewer[k], *a[k + 2 :]])


def test_rejects_layers_that_do_not_fit():
    one, two = (torch.ones(3, 2), torch.ones(3)), (torch.ones(1, 3), torch.ones(1))
    check_chain([one, two], 2)
    for layers, inputs, said in (
        ([], 2, "layers is empty: give at least one"),
        ([one, two], 1, "layers[0].W takes 2: give 1"),
        ([one, one], 2, "layers[1].W takes 2: give 3"),
        ([one, (two[0], two[1] * math.nan)], 2, "layers[1].b has NaN or infinity"),
        ([(one[0] * math.inf, one[1])], 2, "layers[0].W has NaN or infinity"),
    ):
        with pytest.raises(ValueError, match=r"^" + re.escape(said)):
            check_chain(layers, inputs)


def test_rejects_an_answer_that_does_not_depend_on_what_is_given():
    x, weight = torch.rand(2, 3), torch.ones(2, requires_grad=True)
    for good in (lambda x: x, lambda x: x.sum(), lambda x: x * weight.sum()):
        check_depends("score", good, x)
    assert not x.requires_grad
    for bad in (
        lambda x: weight * 2,  # it has a slope, but none by x
        lambda x: torch.ones(2),
        lambda x: x.detach(),
        lambda x: 1.0,
    ):
        with pytest.raises(ValueError, match=r"^score does not depend on x: let it c"):
            check_depends("score", bad, x)


def test_rejects_dots_outside_of_0_and_1():
    check_dots("x", torch.tensor([0.0, 1.0]))
    for bad in ([0.5, 1.01], [-0.01, 0.5]):
        said = f"^x has dots from {min(bad):g} to {max(bad):g}: give 0 to 1$"
        with pytest.raises(ValueError, match=said):
            check_dots("x", torch.tensor(bad))
    with pytest.raises(ValueError, match=r"^x is empty: give at least one picture$"):
        check_dots("x", torch.tensor([]))
    for bad in NOT_FINITE:
        with pytest.raises(ValueError, match=r"^x has NaN or infinity: drop or mend"):
            check_dots("x", torch.tensor([0.5, bad]))


def test_rejects_balls_that_are_none_and_pictures_outside_of_their_box():
    for norm in (math.inf, 2):
        check_ball(0.0, norm)
    for bad in (-1e-9, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"^eps is .*: give 0 or more$"):
            check_ball(bad, 2)
    for bad in (1, 0, -math.inf, math.nan):
        with pytest.raises(ValueError, match=r"^norm is .*: give math.inf or 2$"):
            check_ball(0.1, bad)
    ends = torch.tensor([[-2.0, 2.0]])
    check_box("x", ends, (-2.0, 2.0))
    check_box("x", 50 * ends, None)
    check_box("x", ends / 4 + 0.5, (0.0, 1.0))
    with pytest.raises(ValueError, match=r"^x has dots from -2 to 2: give 0 to 1$"):
        check_box("x", ends, (0.0, 1.0))
    for bad in ([-2.1, 0.0], [0.0, 2.1], [0.0, math.nan]):
        with pytest.raises(ValueError, match=r"^x is outside of the box \(-2.0, 2.0\)"):
            check_box("x", torch.tensor([bad]), (-2.0, 2.0))


def test_rejects_pictures_that_cannot_be_shared_out():
    check_shares("x", torch.zeros(6), 3)
    with pytest.raises(ValueError, match=r"^x has 7: give as many to each of 3$"):
        check_shares("x", torch.zeros(7), 3)


@pytest.mark.parametrize(
    ("channels", "filters", "groups"), [(4, 3, 2), (3, 4, 2), (4, 4, 0), (2, 2, -1)]
)
def test_rejects_groups_that_do_not_divide_both(channels, filters, groups):
    said = (
        f"^groups is {groups}: give a divisor of {channels} channels and of {filters} f"
    )
    with pytest.raises(ValueError, match=said):
        check_groups(channels, filters, groups)
    check_groups(6, 4, 2)
    check_groups(3, 5, 1)


@pytest.mark.parametrize(
    ("learn", "choose", "remedy"),
    [(0, 3, "1 or more"), (3, 0, "1 or more"), (6, 5, "10 together at most")],
)
def test_rejects_parts_that_are_empty_or_more_than_there_is(learn, choose, remedy):
    check_parts(5, 5, 10)
    check_parts(1, 1, 10)
    said = f"^learn is {learn} and choose {choose}: (give )?{remedy}$"
    with pytest.raises(ValueError, match=said):
        check_parts(learn, choose, 10)


@pytest.mark.parametrize("lengths", [[0, 2], [1, 4], [1, 2, 3], [1]])
def test_rejects_lengths_outside_of_what_is_there(lengths):
    X = torch.zeros(3, 2, 5)
    check_lengths(X, torch.tensor([1, 3]))
    said = r"^lengths (are outside 1 to 3: drop|has the shape \(\d,\): give it \(2,\))"
    with pytest.raises(ValueError, match=said):
        check_lengths(X, torch.tensor(lengths))


def test_rejects_sequences_without_any_time():
    with pytest.raises(ValueError, match=r"^lengths are outside 1 to 0: drop empty"):
        check_lengths(torch.zeros(0, 0, 2), torch.zeros(0, dtype=torch.int64))


def test_rejects_labels_that_do_not_exist_but_not_behind_the_end():
    lengths = torch.tensor([2, 1])
    check_labels_within(torch.tensor([[0, 2], [1, 99]]), lengths, 3)
    for bad in ([[0, 3], [1, 0]], [[0, 0], [-1, 0]]):
        with pytest.raises(
            ValueError, match=r"^s has labels outside 0 to 2: mend them$"
        ):
            check_labels_within(torch.tensor(bad), lengths, 3)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_rejects_scores_that_are_none_but_not_what_forbids(bad):
    check_scores("y", torch.tensor([0.0, -math.inf]))
    with pytest.raises(ValueError, match=r"^y has NaN or inf: lower the rate, or mend"):
        check_scores("y", torch.tensor([0.0, bad]))


def test_rejects_chains_that_do_not_fit_their_words():
    y, lengths = torch.zeros(2, 1, 3), torch.tensor([1])
    y[1] = math.nan  # behind the end
    chain = torch.zeros(3), torch.zeros(3, 3), torch.zeros(3)
    check_chain_scores(y, chain, lengths)
    with pytest.raises(ValueError, match=r"^y has NaN or inf: "):
        check_chain_scores(y, chain, torch.tensor([2]))
    for k, name in enumerate(("begin", "A", "end")):
        parts = [list(chain), list(chain)]
        parts[0][k] = torch.full_like(chain[k], math.nan)
        parts[1][k] = chain[k][:2]
        for bad in parts:
            with pytest.raises(ValueError, match=rf"^chain\.{name} has "):
                check_chain_scores(y, tuple(bad), lengths)


@pytest.mark.parametrize("bad", [[], [([], [])], [(["a"], [0]), (["a"], [0, 1])]])
def test_rejects_sentences_without_words_or_with_other_labels(bad):
    check_sentences([(["a"], [0])])
    with pytest.raises(ValueError, match=r"^sentences(\[\d\] has|is empty| is empty)"):
        check_sentences(bad)


def test_weights_have_to_be_numbers_and_words_of_letters():
    check_learned([torch.ones(2), torch.zeros(0)], 0.5)
    for bad in NOT_FINITE:
        with pytest.raises(ValueError, match=r"^lr has NaN or infinity: choose a rate"):
            check_learned([torch.ones(2), torch.tensor([bad])], 0.5)
    check_spelling("words", ["az", ""])
    for bad in ("A", "a-b", "é", "b c", "1"):
        with pytest.raises(
            ValueError, match=r"^words\[1\] is .*: give letters a to z$"
        ):
            check_spelling("words", ["a", bad])


@pytest.mark.parametrize("networks", [(), (2,)])
def test_rejects_inputs_that_are_no_numbers_but_not_behind_the_end(networks):
    X, lengths = torch.zeros(3, *networks, 2, 4), torch.tensor([3, 1])
    X[1:, ..., 1, :] = math.nan  # behind the end
    check_read("X", X, lengths)
    said = r"^X has NaN or infinity: drop or mend that sequence$"
    for place, bad in itertools.product(((0, 1), (2, 0)), NOT_FINITE):
        worse = X.clone()
        worse[place[0], ..., place[1], 3] = bad
        with pytest.raises(ValueError, match=said):
            check_read("X", worse, lengths)
    with pytest.raises(ValueError, match=r"^lengths are outside 1 to 3: drop"):
        check_read("X", X, lengths + 1)


def test_rejects_a_window_below_1():
    check_window(1)
    with pytest.raises(ValueError, match=r"^window is 0: give 1 or more"):
        check_window(0)


def test_rejects_a_text_that_its_vocabulary_does_not_cover():
    text, owners = torch.tensor([0, 3]), torch.tensor([0, 1])
    check_text(text, owners, 4)
    with pytest.raises(ValueError, match=r"^text has places outside 0 to 2: drop"):
        check_text(text, owners, 3)
    with pytest.raises(ValueError, match=r"^sentences are not in their order: "):
        check_text(text, owners.flip(0), 4)


def test_rejects_counts_of_which_no_shares_can_be_made():
    N = torch.tensor([[0.0, 1], [1, 0]])
    check_counts(N)
    with pytest.raises(ValueError, match=r"^N has a word that meets no other: "):
        check_counts(torch.tensor([[0.0, 1], [0, 0]]))
    with pytest.raises(ValueError, match=r"^N has negative counts: "):
        check_counts(-N)


def test_rejects_what_is_no_probability():
    check_kept(torch.tensor([0.0, 1]))
    for bad in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match=r"^kept is outside \[0, 1\]: give prob"):
            check_kept(torch.tensor([0.5, bad]))


def test_rejects_trees_and_nodes_that_do_not_fit():
    parents = torch.tensor([-1, 0])
    check_parents(parents)
    check_nodes(torch.tensor([0, 1]), 2)
    for bad in ([-2, 0], [-1, 2]):
        with pytest.raises(
            ValueError, match=r"^parents has a node outside of the tree"
        ):
            check_parents(torch.tensor(bad))
    for bad in ([0, 2], [-1, 0]):
        with pytest.raises(ValueError, match=r"^nodes are outside 0 to 1: leave such"):
            check_nodes(torch.tensor(bad), 2)
    with pytest.raises(ValueError, match=r"^nodes is empty: give at least one node"):
        check_nodes(parents[:0], 2)


def test_classes_without_a_score_or_a_rival_are_refused():
    check_classes("y", torch.tensor([0, 2, 1]), 3)
    check_classes("y", torch.zeros(0, dtype=torch.int64), 2)
    for y in (torch.tensor([0, 3]), torch.tensor([-1, 2])):
        with pytest.raises(ValueError, match=r"^y is not from 0 to 2: mend it$"):
            check_classes("y", y, 3)
    with pytest.raises(ValueError, match=r"^scores has one class"):
        check_classes("y", torch.tensor([0]), 1)


def test_rejects_what_cannot_be_explained():
    x = torch.rand(2, 1, 3, 3, generator=torch.Generator().manual_seed(0))
    score = lambda x: x.sum(dim=(1, 2, 3))  # noqa: E731
    check_asked(score, x)
    check_asked(score, x[:1], 0 * x[:1])
    with pytest.raises(ValueError, match=r"^x is empty: give"):
        check_asked(score, x[:0])
    for bad in NOT_FINITE:
        spoilt = x.index_put((torch.tensor(1),), torch.tensor(bad))
        with pytest.raises(ValueError, match=r"^x has NaN or infinity: "):
            check_asked(score, spoilt)
        with pytest.raises(ValueError, match=r"^baseline has NaN or infinity: give nu"):
            check_asked(score, x, spoilt)
        with pytest.raises(ValueError, match=r"^score has NaN or infinity: look at"):
            check_asked(lambda x, bad=bad: score(x) + bad, x)
    said = r"^baseline is torch.float64, x torch.float32: give baseline.to"
    with pytest.raises(ValueError, match=said):
        check_asked(score, x, x.double())
    for other in (lambda x: x.sum(), lambda x: x[:, 0, 0]):
        with pytest.raises(ValueError, match=r"^score gives the shape .*: make it one"):
            check_asked(other, x)


def test_rejects_masks_of_another_network():
    model = torch.nn.Linear(2, 3)
    check_masks(model, {"weight": torch.ones(3, 2), "bias": torch.ones(3)})
    check_masks(model, {})
    for masks in ({"weight": torch.ones(2, 3)}, {"w": torch.ones(3, 2)}):
        with pytest.raises(ValueError, match=r"^masks\['\w+'\] fits no parameter: mak"):
            check_masks(model, masks)


def test_rejects_layers_of_other_kinds():
    linear, part = torch.nn.Linear(2, 3), torch.nn.Sequential(torch.nn.Linear(2, 3))
    check_flat(torch.nn.Sequential(linear, torch.nn.ReLU(), torch.nn.Conv2d(1, 1, 1)))
    with pytest.raises(ValueError, match=r"^model\[1\] is Sequential: fold it, or put"):
        check_flat(torch.nn.Sequential(linear, part))
    with pytest.raises(ValueError, match=r"^model has no layer with weights: give "):
        check_flat(torch.nn.Sequential(torch.nn.ReLU()))


def test_rejects_a_range_that_overflows():
    check_span("w", torch.tensor([-1e38, 2e38]))
    with pytest.raises(ValueError, match=r"^w has a range that overflows: give small"):
        check_span("w", torch.tensor([-3e38, 3e38]))


def test_rejects_bits_that_no_weight_can_have():
    for bits in (2, 16):
        check_bits(bits, 2, 16)
    for bits, said in (
        (1, "^bits is 1"),
        (17, "^bits is 17: give 16 or fewer, or keep"),
    ):
        with pytest.raises(ValueError, match=said):
            check_bits(bits, 2, 16)


def test_rejects_scores_of_no_layer():
    check_scored({"0.weight": torch.ones(2, 3)})
    with pytest.raises(
        ValueError, match=r"^scores is empty: give those of at least on"
    ):
        check_scored({})


def test_rejects_nothing_to_read_and_names_that_are_none():
    check_words(["a"])
    check_trees([("a", "b")])
    with pytest.raises(ValueError, match=r"^words is empty: give a sentence of one wo"):
        check_words([])
    with pytest.raises(ValueError, match=r"^trees is empty: give at least one$"):
        check_trees([])
    check_choice("kind", "b", ["a", "b"])
    with pytest.raises(ValueError, match=r"^kind is c: choose one of a, b$"):
        check_choice("kind", "c", ["a", "b"])


def test_rejects_parts_and_weights_of_other_sizes():
    table, row = torch.ones(4, 3), torch.ones(3)
    check_halves(table, table, torch.ones(3, 6))
    check_halves(table, table, torch.ones(5, 3, 6))
    for a, b, W, said in (
        (row, row, torch.ones(3, 6), r"^a is no table of vectors: give one of shape"),
        (table, table[1:], torch.ones(3, 6), r"^b has the shape \(3, 3\): give it "),
        (table, table, torch.ones(3, 5), r"^W has the shape \(3, 5\): give it \(3, 6"),
    ):
        with pytest.raises(ValueError, match=said):
            check_halves(a, b, W)


def test_rejects_a_matrix_of_another_size():
    check_matrix("e", torch.ones(1, 3), 1, 3)
    check_matrix("e", torch.ones(7, 1, 3), 1, 3)
    with pytest.raises(
        ValueError, match=r"^e has the shape \(7, 2, 3\): give it \(7, "
    ):
        check_matrix("e", torch.ones(7, 2, 3), 1, 3)


def test_rejects_the_numbers_of_another_reader():
    check_count_of(torch.ones(2, 5), 5)
    for theta, said in (
        (torch.ones(2, 4), "^theta has 4 numbers a row: give 5$"),
        (torch.ones(0), "^theta is empty: give at least one number$"),
    ):
        with pytest.raises(ValueError, match=said):
            check_count_of(theta, 5)


def test_rejects_levels_that_join_what_is_not_there():
    def level(*parts):
        return tuple(torch.tensor(part, dtype=torch.int64) for part in parts)

    check_levels([], 0)
    check_levels([level([0, 2], [1, 3]), level([4], [5])], 4)
    check_levels([level([], [])], 1)
    for levels, leaves in (
        ([level([0], [2])], 2),
        ([level([-1], [0])], 2),
        ([level([0, 2], [1, 3]), level([4], [6])], 4),
    ):
        with pytest.raises(
            ValueError, match=r"^levels\[\d\] joins nodes outside of the"
        ):
            check_levels(levels, leaves)
    with pytest.raises(
        ValueError, match=r"^levels\[0\] right has the shape \(1,\): gi"
    ):
        check_levels([level([0, 1], [2])], 4)


def test_rejects_masks_that_do_not_fit_or_hide_everything():
    seen = torch.tensor([[True, False], [True, True]])
    for mask in (seen, seen[1:], seen[:, :1], seen[1]):
        check_seen(mask, (3, 2, 2))
    check_seen(torch.ones(3, 1, 2, dtype=torch.bool), (3, 2, 2))
    for shape in ((), (3,), (3, 2), (2, 2, 2), (1, 3, 2, 2)):
        with pytest.raises(ValueError, match=r"^seen has the shape .*: give it \(3, 2"):
            check_seen(torch.ones(shape, dtype=torch.bool), (3, 2, 2))
    with pytest.raises(ValueError, match=r"^seen hides every place from a query: let"):
        check_seen(torch.tensor([[True, True], [False, False]]), (2, 2))
    with pytest.raises(ValueError, match=r"^seen is torch.int64: give torch.bool, Tru"):
        check_seen(seen.long(), (2, 2))


def test_rejects_symbols_that_are_not_known():
    X = torch.tensor([[0, 2], [1, 1]])
    check_symbols("X", X, 3)
    for bad in (X + 1, X - 1):
        with pytest.raises(ValueError, match=r"^X has unknown symbols: give 0 to 2$"):
            check_symbols("X", bad, 3)
    with pytest.raises(ValueError, match=r"^X is empty: give at least one symbol$"):
        check_symbols("X", X[:0], 3)


def test_rejects_a_layer_of_a_transformer_that_is_another():
    class Mine:
        pre, thinks = False, (nn.Linear(4, 5),)

    mine = Mine()
    check_alike(nn.TransformerEncoderLayer(4, 1, 5), mine)
    for settings, said in (
        ({"dim_feedforward": 6}, "hidden is 6: give one with 5"),
        ({"norm_first": True}, "norm_first is True: give one with False"),
        ({"activation": "gelu"}, "relu is False: give one with True"),
        ({"layer_norm_eps": 1e-3}, "epsilon is 0.001: give one with 1e-05"),
        ({"bias": False}, "bias is False: give one with True"),
    ):
        sizes = {"d_model": 4, "nhead": 1, "dim_feedforward": 5} | settings
        with pytest.raises(ValueError, match=f"^layer: {said}$"):
            check_alike(nn.TransformerEncoderLayer(**sizes), mine)
    with pytest.raises(ValueError, match=r"^layer: decoder is True: give one with Fal"):
        check_alike(nn.TransformerDecoderLayer(4, 1, 5), mine)


def test_layers_are_computed_again_only_if_nothing_was_drawn_or_changed():
    class Notes:
        pass

    part, ctx, cpu = nn.Linear(2, 2), Notes(), torch.device("cpu")
    for _ in range(2):
        check_again(ctx, [part], cpu)
    with torch.no_grad():
        check_back(ctx, [part])
    with pytest.raises(ValueError, match=r"^create_graph asks .*: choose kept=True"):
        check_back(ctx, [part])
    with torch.no_grad():
        part.bias += 1
        with pytest.raises(ValueError, match=r"^weights changed .*: take slopes first"):
            check_back(ctx, [part])
    torch.rand(1)
    with pytest.raises(ValueError, match=r"^attends draws, .*: do without"):
        check_again(ctx, [part], cpu)


def test_what_a_part_makes_has_the_shape_of_its_places():
    X = torch.zeros(2, 3)
    check_as_wide(X, X + 1)
    for made in (X[:, :1], X[:1], X[None]):
        with pytest.raises(ValueError, match=r"^attends makes .*: choose parts"):
            check_as_wide(X, made)


def test_rejects_places_of_another_width_or_type_than_the_weights():
    W, X = nn.Linear(4, 2), torch.zeros(3, 4)
    check_width("X", X, W)
    for bad, said in (
        (X[:, :3], "3 numbers a place in torch.float32"),
        (X.double(), "4 numbers a place in torch.float64"),
    ):
        with pytest.raises(ValueError, match=f"^X has {said}: give 4 numbers a pl"):
            check_width("X", bad, W)


def test_rejects_masks_of_one_axis_or_of_other_places():
    X, Z = torch.zeros(2, 3, 4), torch.zeros(2, 5, 4)
    check_mask(X, Z, None)
    check_mask(X, Z, torch.ones(3, 5, dtype=torch.bool))
    with pytest.raises(ValueError, match=r"^seen has 1 axes: give it two or more$"):
        check_mask(X, Z, torch.ones(5, dtype=torch.bool))
    with pytest.raises(ValueError, match=r"^seen has the shape \(5, 3\): give it"):
        check_mask(X, Z, torch.ones(5, 3, dtype=torch.bool))


def test_rejects_more_clusters_than_different_examples():
    X = torch.tensor([[0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    check_different(X, 2)
    said = r"^X has 2 different examples: ask for no more than 2 clusters, not 3$"
    with pytest.raises(ValueError, match=said):
        check_different(X, 3)


def test_rejects_people_and_characters_without_a_rating():
    N = torch.tensor([[1.0, math.nan], [math.nan, 2.0]])
    seen = torch.eye(2).bool()
    check_rated(N, seen)
    with pytest.raises(ValueError, match=r"^seen leaves person 1 unrated: leave it "):
        check_rated(N, torch.tensor([[True, True], [False, False]]))
    with pytest.raises(ValueError, match=r"^seen leaves character 0 unrated: leave"):
        check_rated(N, torch.tensor([[False, True], [False, True]]))
    with pytest.raises(ValueError, match=r"^N has NaN or infinity: drop or mend"):
        check_rated(N, ~seen)
