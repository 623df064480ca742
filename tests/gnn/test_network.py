"""All methods take rows and give rows; dropout works in training alone."""

import pytest
import torch
from torch import nn

from ml2020.gnn import METHODS, EmbeddedNet, GraphNet, ring_means, seeded, views
from ml2020.gnn.network import Talk, dropped
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


@pytest.mark.parametrize("kind", [GraphNet, EmbeddedNet])
@pytest.mark.parametrize("method", METHODS)
def test_a_method_gives_scores_and_every_parameter_gets_a_slope(method, kind):
    model = seeded(lambda: kind(5, 4, method, width=12, dropout=0.0), 0)
    with torch.no_grad():
        for p in model.parameters():
            p.add_(0.05)
    X = numbers(9, 5).float()
    scores = model(X, seen())
    assert scores.shape == (9, 4)
    (scores * numbers(9, 4, seed=2).float()).sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())


@pytest.mark.parametrize("kind", [GraphNet, EmbeddedNet])
@pytest.mark.parametrize("method", METHODS)
def test_only_a_perceptron_does_not_hear_the_neighbours(method, kind):
    model = seeded(lambda: kind(5, 4, method, width=12), 0).eval()
    X = numbers(9, 5).float()
    v, u = GRAPH.edges[:, 0].tolist()
    louder = X.clone()
    louder[u] = louder[u] + 3
    changed = (model(X, seen()) - model(louder, seen()))[v].abs().max().item() > 1e-6
    assert changed == (method != "MLP")


def test_the_second_round_gives_the_scores_and_reads_the_input_where_the_layer_does():
    X = numbers(9, 5).float()
    for method in ("GCN", "NN4G"):
        model = seeded(lambda method=method: GraphNet(5, 4, method, 8), 0).eval()
        H = model.first(X, X, seen()).relu()
        close(model(X, seen()), model.last(H, X, seen()), atol=1e-6)
        assert model.read is None


@pytest.mark.parametrize("method", ["GIN", "SAGE mean", "SAGE max", "SAGE LSTM"])
def test_what_ends_with_a_rectifier_is_read_by_a_linear_map(method):
    X, model = numbers(9, 5).float(), seeded(lambda: GraphNet(5, 4, method, 8), 0)
    model.eval()
    H = model.last(model.first(X, X, seen()).relu(), X, seen())
    assert H.shape == (9, 8)
    close(model(X, seen()), model.read(H), atol=1e-6)


@pytest.mark.parametrize("method", ["DCNN", "DGC"])
def test_diffusion_has_one_round_and_a_linear_map(method):
    X, model = numbers(9, 5).float(), seeded(lambda: GraphNet(5, 4, method, 12), 0)
    model.eval()
    assert model.last is None
    H = model.first(X, X, seen()).relu()
    close(model(X, seen()), model.read(H), atol=1e-6)


def test_embedded_there_is_a_dense_layer_before_and_a_linear_map_after():
    X, model = numbers(9, 5).float(), seeded(lambda: EmbeddedNet(5, 3, "GCN", 8), 0)
    model.eval()
    H = model.talk(model.embed(X).relu(), seen())
    close(model(X, seen()), model.read(H), atol=1e-6)


def test_rounds_are_bent_and_each_but_diffusion_reads_the_round_before():
    talk = seeded(lambda: Talk("GCN", 8, 2, 0.0), 0)
    H = numbers(9, 8).float()
    first, second = talk.rounds
    middle = first(H, H, seen()).relu()
    close(talk(H, seen()), second(middle, H, seen()).relu(), atol=1e-6)


@pytest.mark.parametrize("method", ["DCNN", "DGC"])
def test_diffusion_reads_the_input_at_distances_zero_one_two(method):
    talk = seeded(lambda: Talk(method, 12, 2, 0.0), 0)
    H, around, W = numbers(9, 12).float(), seen().around, talk.rounds[0].W
    parts = [Y @ M.T for Y, M in zip([H, *ring_means(H, around)], W, strict=True)]
    joined = torch.cat(parts, dim=1) if method == "DCNN" else sum(parts)
    close(talk(H, seen()), talk.join(joined.relu()).relu(), atol=1e-6)


@pytest.mark.parametrize("kind", [GraphNet, EmbeddedNet])
def test_sparse_features_do_as_well_as_dense_ones(kind):
    model = seeded(lambda: kind(5, 4, "GCN", width=8), 0).eval()
    X = numbers(9, 5).float().clamp(min=0)
    close(model(X.to_sparse(), seen()), model(X, seen()), atol=1e-6)


@pytest.mark.parametrize("method", ["GCN", "DCNN"])
def test_dropout_sets_a_share_to_zero_in_training_alone(method):
    talk = Talk(method, 64, 1, 0.5)
    H = numbers(9, 64).float()
    torch.manual_seed(0)
    full, lost = talk.eval()(H, seen()), talk.train()(H, seen())
    alive = full > 0
    assert 0.35 < (lost[alive] == 0).float().mean().item() < 0.65
    kept = alive & (lost > 0)
    close(lost[kept], 2 * full[kept], atol=1e-5)


@pytest.mark.parametrize("sparse", [False, True])
def test_of_the_input_a_share_is_left_out_in_training_alone(sparse):
    X = torch.ones(40, 30)
    drop, given = nn.Dropout(0.25), X.to_sparse() if sparse else X
    found = dropped(given, drop).to_dense()
    assert 0.15 < (found == 0).float().mean().item() < 0.35
    assert found.unique().tolist() == pytest.approx([0, 1 / 0.75])
    assert torch.equal(dropped(given, drop.eval()).to_dense(), X)


@pytest.mark.parametrize("kind", [GraphNet, EmbeddedNet])
def test_a_net_drops_before_each_round_in_training_alone(kind):
    X, model = numbers(9, 5).float(), seeded(lambda: kind(5, 4, "GCN", 64), 0)
    same = [torch.equal(model(X, seen()), model(X, seen())) for _ in range(3)]
    assert not any(same)
    assert torch.equal(model.eval()(X, seen()), model(X, seen()))


def test_a_share_of_what_a_net_gets_is_left_out_before_the_first_round():
    X, got = torch.ones(9, 200), []
    model = seeded(lambda: GraphNet(200, 4, "GCN", 8), 0)
    model.first.register_forward_pre_hook(lambda _, given: got.append(given[0]))
    model(X, seen())
    assert got[0].unique().tolist() == [0, 2]
    assert 0.4 < (got[0] == 0).float().mean().item() < 0.6


def test_rejects_another_method_and_numbers_out_of_range():
    refuses(
        lambda method: Talk(method, 8, 1, 0.0),
        "^method is 'gcn': give one of MLP, NN4G, ",
        good=["GCN"],
        bad=["gcn"],
    )
    said = "^width is .*: give (4 or more|a multiple of 4)$"
    refuses(lambda w: Talk("GCN", w, 1, 0.0), said, good=[4, 8], bad=[0, 3, 6])
    said = "^outputs is .*: give (4 or more|a multiple of 4)$"
    refuses(lambda n: GraphNet(5, n, "GAT", 8), said, good=[4, 8], bad=[0, 6])
    said = "^rounds is .*: give 1 or more$"
    refuses(lambda r: Talk("GCN", 4, r, 0.0), said, good=[1], bad=[0])
    refuses(
        lambda share: Talk("GCN", 4, 1, share),
        r"^dropout is .*: choose it in \[0, 1\)$",
        good=[0.0, 0.99],
        bad=[-0.1, 1.0],
    )
