"""Copies that begin equal and share their slopes stay equal, as one matrix would."""

import pytest
import torch

from ml2020.word_embedding import next_word_slopes, tied_step, trigrams
from tests.refusals import only_positive, refuses

BEFORE = torch.tensor([[0, 1], [2, 2], [1, 3], [0, 1]])
TARGETS = torch.tensor([2, 0, 1, 3])


def drawn(seed):
    return torch.randn(4, 3, generator=torch.Generator().manual_seed(seed)).double()


def loss_of(A, B, outputs):
    z = A[BEFORE[:, 0]] + B[BEFORE[:, 1]]
    return torch.nn.functional.cross_entropy(torch.tanh(z) @ outputs.T, TARGETS)


def test_slopes_are_autograd_s():
    parts = [drawn(k).requires_grad_() for k in range(3)]
    found = next_word_slopes(*(part.detach() for part in parts), BEFORE, TARGETS)
    loss = loss_of(*parts)
    assert found.loss.item() == pytest.approx(loss.item())
    for own, other in zip(found[1:], torch.autograd.grad(loss, parts), strict=True):
        torch.testing.assert_close(own, other)


@pytest.mark.equation("eq-word_embedding-tied")
def test_copies_take_the_step_of_the_one_matrix_that_they_are():
    A, outputs = drawn(0), drawn(2)
    B, W = A.clone(), A.clone().requires_grad_()
    for _ in range(5):
        found = next_word_slopes(A, B, outputs, BEFORE, TARGETS)
        A, B = tied_step(A, B, found.by_first, found.by_second, lr=0.3)
        (by_W,) = torch.autograd.grad(loss_of(W, W, outputs), W)
        W = (W - 0.3 * by_W).detach().requires_grad_()
        assert torch.equal(A, B)
        torch.testing.assert_close(A, W.detach())


def test_copies_that_keep_their_own_slopes_part():
    found = next_word_slopes(drawn(0), drawn(0), drawn(2), BEFORE, TARGETS)
    assert (found.by_first - found.by_second).abs().max() > 0.01


def test_trigrams_never_cross_a_sentence():
    text, owners = torch.arange(7), torch.tensor([0, 0, 0, 0, 1, 1, 1])
    before, following = trigrams(text, owners)
    assert before.tolist() == [[0, 1], [1, 2], [4, 5]]
    assert following.tolist() == [2, 3, 6]
    with pytest.raises(ValueError, match=r"^text has no sentence of three words"):
        trigrams(text[2:5], owners[2:5])


def test_a_step_is_refused_where_shapes_differ():
    A = drawn(0)
    only_positive(lambda lr: tied_step(A, A, A, A, lr), "lr")


def test_words_without_a_row_and_no_examples_are_refused():
    A = drawn(0)
    refuses(
        lambda k: next_word_slopes(A, A, A, BEFORE * 0 + k, TARGETS),
        "^before has a word outside 0 to 3: leave it out$",
        good=[0, 3],
        bad=[-1, 4],
    )
    refuses(
        lambda k: next_word_slopes(A, A, A, BEFORE, TARGETS * 0 + k),
        "^targets has a word outside 0 to 3: leave it out$",
        good=[0, 3],
        bad=[-1, 4],
    )
    with pytest.raises(ValueError, match=r"^targets is empty"):
        next_word_slopes(A, A, A, BEFORE[:0], TARGETS[:0])
