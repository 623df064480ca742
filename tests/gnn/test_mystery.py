"""The parties keep their rule, and a case is solved by its highest score."""

import torch

from ml2020.gnn import degrees, mysteries, rings, solved
from tests.refusals import refuses


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_every_party_keeps_the_rule():
    cases = mysteries(40, generator=dice())
    assert cases.X.shape == (40 * 14, 2)
    assert set(degrees(cases.graph).tolist()) == {3}
    party = cases.graph.edges // 14
    assert torch.equal(party[0], party[1])
    far = {}
    for k, ring in enumerate(rings(cases.graph, 13), start=1):
        far |= dict.fromkeys(map(tuple, ring.edges.T.tolist()), k)
    for p in range(40):
        X = cases.X[14 * p : 14 * p + 14]
        assert X.sum(dim=0).tolist() == [1, 3]
        assert not (X.sum(dim=1) > 1).any()
        victim = 14 * p + X[:, 0].argmax().item()
        armed = [14 * p + v for v in X[:, 1].nonzero()[:, 0].tolist()]
        assert sorted(min(far[victim, v], 3) for v in armed) == [1, 2, 3]
        (killer,) = [v for v in armed if far[victim, v] == 2]
        assert cases.killers[p] == killer - 14 * p
        assert all(far[u, v] > 1 for u in armed for v in armed if u != v)
        assert all(
            (victim, 14 * p + v) in far for v in range(14) if v != victim - 14 * p
        )


def test_victims_and_killers_stand_anywhere():
    cases = mysteries(300, generator=dice(1))
    victims = cases.X[:, 0].view(300, 14).argmax(dim=1)
    for found in (victims, cases.killers):
        counts = found.bincount(minlength=14)
        assert counts.min() > 5
        assert counts.max() < 45


def test_the_same_seed_draws_the_same_parties_and_touches_no_other_dice():
    before = torch.random.get_rng_state()
    one, other = mysteries(5, generator=dice(2)), mysteries(5, generator=dice(2))
    assert torch.equal(one.graph.edges, other.graph.edges)
    assert torch.equal(one.killers, other.killers)
    assert torch.equal(before, torch.random.get_rng_state())
    assert not torch.equal(one.X, mysteries(5, generator=dice(3)).X)
    assert one.X.dtype == torch.float32


def test_who_scores_highest_is_accused_and_ties_are_drawn():
    scores, killers = torch.zeros(28), torch.tensor([3, 5])
    scores[3] = 1
    scores[14 + torch.tensor([5, 9])] = 2
    assert solved(scores, killers).tolist() == [1, 0.5]
    scores[14 + 9] = 2.00005
    assert solved(scores, killers).tolist() == [1, 0.5]
    scores[14 + 9] = 2.0002
    assert solved(scores, killers).tolist() == [1, 0]


def test_rejects_no_party_and_scores_of_others():
    said = "^parties is .*: give 1 or more$"
    refuses(lambda n: mysteries(n, generator=dice()), said, good=[1], bad=[0, -1])
    refuses(
        lambda count: solved(torch.zeros(count), torch.tensor([0, 1])),
        r"^scores has the shape .*: give it \(28,\)$",
        good=[28],
        bad=[27, 29, 14],
    )
    refuses(
        lambda place: solved(torch.zeros(14), torch.tensor([place])),
        "^killers is outside 0 to 13: count each party anew$",
        good=[0, 13],
        bad=[-1, 14],
    )
