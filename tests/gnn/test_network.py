"""All methods take rows and give rows; dropout works in training alone."""

import pytest
import torch

from ml2020.gnn import METHODS, GraphNet, ring_means, seeded, views
from ml2020.gnn.network import Talk
from tests.gnn.small import close, drawn, numbers
from tests.refusals import refuses

GRAPH = drawn(9, seed=4)


def seen():
    return views(GRAPH, generator=torch.Generator().manual_seed(1))


def test_all_layers_of_the_lecture_are_there():
    assert set(METHODS) == {
        *("MLP", "NN4G", "DCNN", "DGC", "MoNet", "GAT", "GIN", "ChebNet", "GCN"),
        *("SAGE mean", "SAGE max", "SAGE LSTM"),
    }


@pytest.mark.parametrize("method", METHODS)
def test_a_method_gives_scores_and_every_parameter_gets_a_slope(method):
    model = seeded(lambda: GraphNet(5, 3, method, width=8, dropout=0.0), 0)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.05)
    X = numbers(9, 5).float()
    scores = model(X, seen())
    assert scores.shape == (9, 3)
    close(scores, model.read(model.rows(X, seen())), atol=1e-6)
    (scores * numbers(9, 3, seed=2).float()).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())


@pytest.mark.parametrize("method", METHODS)
def test_only_a_perceptron_does_not_hear_the_neighbours(method):
    model = seeded(lambda: GraphNet(5, 3, method, width=8), 0).eval()
    X = numbers(9, 5).float()
    v, u = GRAPH.edges[:, 0].tolist()
    louder = X.clone()
    louder[u] = louder[u] + 3
    changed = (model(X, seen()) - model(louder, seen()))[v].abs().max().item() > 1e-6
    assert changed == (method != "MLP")


def test_rounds_are_bent_and_each_but_diffusion_reads_the_round_before():
    talk = seeded(lambda: Talk("GCN", 8, 2, 0.0), 0)
    H = numbers(9, 8).float()
    first, second = talk.rounds
    middle = first(H, H, seen()).relu()
    close(talk(H, seen()), second(middle, H, seen()).relu(), atol=1e-6)


@pytest.mark.parametrize("method", ["DCNN", "DGC"])
def test_diffusion_reads_the_input_at_distances_zero_one_two(method):
    talk = seeded(lambda: Talk(method, 8, 2, 0.0), 0)
    H, around = numbers(9, 8).float(), seen().around
    parts = [Y @ W.T for Y, W in zip([H, *ring_means(H, around)], talk.W, strict=True)]
    joined = torch.cat(parts, dim=1) if method == "DCNN" else sum(parts)
    close(talk(H, seen()), talk.join(joined.relu()).relu(), atol=1e-6)


def test_sparse_features_do_as_well_as_dense_ones():
    model = seeded(lambda: GraphNet(5, 3, "GCN", width=8), 0).eval()
    X = numbers(9, 5).float().clamp(min=0)
    close(model(X.to_sparse(), seen()), model(X, seen()), atol=1e-6)


@pytest.mark.parametrize("method", ["GCN", "DCNN"])
def test_dropout_sets_a_share_to_zero_in_training_alone(method):
    talk = Talk(method, 64, 1, 0.5)
    H = numbers(9, 64).float()
    torch.manual_seed(0)
    full, dropped = talk.eval()(H, seen()), talk.train()(H, seen())
    alive = full > 0
    share = (dropped[alive] == 0).float().mean().item()
    assert 0.35 < share < 0.65
    kept = alive & (dropped > 0)
    close(dropped[kept], 2 * full[kept], atol=1e-5)


def test_rejects_another_method_and_numbers_out_of_range():
    refuses(
        lambda method: Talk(method, 8, 1, 0.0),
        "^method is 'gcn': give one of MLP, NN4G, ",
        good=["GCN"],
        bad=["gcn"],
    )
    said = "^width is .*: give (4 or more|a multiple of 4)$"
    refuses(lambda w: Talk("GCN", w, 1, 0.0), said, good=[4, 8], bad=[0, 3, 6])
    said = "^rounds is .*: give 1 or more$"
    refuses(lambda r: Talk("GCN", 4, r, 0.0), said, good=[1], bad=[0])
    refuses(
        lambda share: Talk("GCN", 4, 1, share),
        r"^dropout is .*: choose it in \[0, 1\)$",
        good=[0.0, 0.99],
        bad=[-0.1, 1.0],
    )
