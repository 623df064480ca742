"""NN4G is its double loop, reads x in every layer, and the hand-made one finds all."""

import pytest
import torch

from ml2020.gnn import NN4G, mysteries, nn4g_states, pooled_mean, seeded, solved
from tests.gnn.small import close, drawn, neighbours, numbers, paw
from tests.refusals import refuses


def weights(layers, width=3, inputs=2, seed=1):
    inward = [numbers(width, inputs, seed=seed + k) for k in range(layers)]
    across = [numbers(width, width, seed=9 + k) for k in range(layers - 1)]
    return inward, across


@pytest.mark.equation("eq-gnn-nn4g")
@pytest.mark.parametrize("layers", [1, 2, 4])
def test_a_state_is_a_loop_over_nodes_and_neighbours(device, layers):
    graph, X = drawn(6, seed=4, share=0.3, device=device), numbers(6, 2, device=device)
    inward, across = weights(layers)
    moved = [[W.to(device) for W in Ws] for Ws in (inward, across)]
    found = nn4g_states(X, graph, *moved)
    assert len(found) == layers
    rows = X.cpu()
    h = [torch.stack([(inward[0] @ x).clamp(min=0) for x in rows])]
    for k in range(1, layers):
        new = []
        for v in range(6):
            total = inward[k] @ rows[v]
            for u in neighbours(graph, v):
                total = total + across[k - 1] @ h[-1][u]
            new.append(total.clamp(min=0))
        h.append(torch.stack(new))
    for mine, other in zip(found, h, strict=True):
        close(mine.cpu(), other)


def test_the_input_enters_every_layer():
    inward, across = weights(3)
    X = numbers(4, 2)
    silent = [torch.zeros_like(W) for W in across]
    found = nn4g_states(X, paw(), inward, silent)
    for W, H in zip(inward, found, strict=True):
        close(H, (X @ W.T).clamp(min=0))


def test_three_numbers_by_hand():
    """The chapter's example: the paw, weights of 1."""
    X = torch.tensor([[1.0], [0.0], [0.0], [2.0]])
    one = torch.ones(1, 1)
    H = nn4g_states(X, paw(), [one] * 3, [one] * 2)
    assert [h[:, 0].tolist() for h in H] == [[1, 0, 0, 2], [1, 1, 3, 2], [5, 4, 4, 5]]


def test_the_module_reads_all_layers_and_draws_as_torch_does():
    model = seeded(lambda: NN4G(2, 5, 2, 3).double(), 0)
    X = numbers(4, 2)
    H = nn4g_states(X, paw(), list(model.inward), list(model.across))
    close(model(X, paw()), model.last(torch.cat(H, dim=1)))
    assert model.last.weight.shape == (3, 15)
    assert all(W.abs().max() <= 2**-0.5 for W in model.inward)
    assert all(W.abs().max() <= 5**-0.5 for W in model.across)
    assert NN4G(2, 5, 0)(X.float(), paw()).shape == (4, 1)


@pytest.mark.equation("eq-gnn-nn4g-readout")
def test_a_graph_is_read_from_the_means_of_all_layers():
    inward, across = weights(3)
    H = nn4g_states(numbers(4, 2), paw(), inward, across)
    w = numbers(3, 3, seed=7)
    expected = 0.0
    for k in range(3):
        for i in range(3):
            mean = sum(H[k][v, i].item() for v in range(4)) / 4
            expected += w[k, i].item() * mean
    means = pooled_mean(torch.cat(H, dim=1), torch.zeros(4).long(), 1)
    assert (means @ w.flatten()).item() == pytest.approx(expected, abs=1e-12)


def test_every_parameter_gets_a_slope():
    model = seeded(lambda: NN4G(2, 5, 2), 0)
    model(numbers(4, 2).float(), paw()).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())


def test_two_rounds_made_by_hand_name_every_killer():
    cases = mysteries(60, generator=torch.Generator().manual_seed(3))
    inward = [torch.tensor([[1.0, 0.0]]), torch.zeros(1, 2), torch.zeros(1, 2)]
    H = nn4g_states(cases.X, cases.graph, inward, [torch.ones(1, 1)] * 2)
    armed, near, next_but_one = cases.X[:, 1], H[1][:, 0], H[2][:, 0]
    found = [3 * armed + next_but_one - 3 * near, 3 * armed - 3 * near, armed]
    means = [solved(scores, cases.killers).mean().item() for scores in found]
    assert means == pytest.approx([1, 1 / 2, 1 / 3])


def test_rejects_counts_that_do_not_fit():
    X, (inward, across) = numbers(4, 2), weights(3)
    said = "^inward has [0-9], across [0-9]: give one more inward$"
    refuses(
        lambda both: nn4g_states(X, paw(), *both),
        said,
        good=[(inward, across), (inward[:1], [])],
        bad=[(inward[:2], across), (inward, across[:1]), ([], [])],
    )
    for name, call in {
        "inputs": lambda count: NN4G(count, 1, 1),
        "width": lambda count: NN4G(1, count, 1),
        "outputs": lambda count: NN4G(1, 1, 1, count),
    }.items():
        refuses(call, f"^{name} is .*: give 1 or more$", good=[1], bad=[0, -1])
    said = "^rounds is .*: give 0 or more$"
    refuses(lambda count: NN4G(1, 1, count), said, good=[0], bad=[-1])
