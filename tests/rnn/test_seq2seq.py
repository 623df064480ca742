"""The encoder and the decoder: by loops over torch's cells, and their edges."""

import pytest
import torch

from ml2020.rnn import Seq2Seq, drawn_seq2seq, pairs_of
from tests.refusals import refuses

PAIRS = pairs_of([[0, 1, 2, 1], [2], [1, 0]], [[1, 0], [2, 2, 0], []], stop=3)
MATCHES = ("none", "dot", "additive")


def network(match, seed=0):
    return drawn_seq2seq(3, 4, 5, match, seed).double()


def cell_of(layer, reverse=""):
    """A cell with the weights of one direction of torch's layer."""
    cell = torch.nn.GRUCell(layer.input_size, layer.hidden_size).double()
    with torch.no_grad():
        for name, part in cell.named_parameters():
            part.copy_(getattr(layer, f"{name}_l0{reverse}"))
    return cell


def states(cell, vectors):
    h, found = torch.zeros(5).double(), []
    for x in vectors:
        h = cell(x, h)
        found.append(h)
    return found


def looked(model, z, H, end):
    """What a state reads, and where."""
    if model.match == "none":
        return end, [0.0] * len(H)
    if model.match == "dot":
        e = torch.stack([z @ h for h in H])
    else:
        inner = [model.W.weight @ z + model.U.weight @ h for h in H]
        e = torch.stack([model.v.weight[0] @ torch.tanh(i) for i in inner])
    alpha = (e.exp() / e.exp().sum()).tolist()
    return sum(a * h for a, h in zip(alpha, H, strict=True)), alpha


@torch.no_grad()
def by_loops(model, k):
    """Scores and weights of one pair, step by step."""
    X = [model.letters(x) for x in PAIRS.X[k, : PAIRS.lengths[k]]]
    on = states(cell_of(model.reads), X)
    off = states(cell_of(model.reads, "_reverse"), X[::-1])[::-1]
    H = [torch.cat(pair) for pair in zip(on, off, strict=True)]
    end = torch.cat([on[-1], off[0]])
    z = torch.tanh(model.begins.weight @ end + model.begins.bias)
    speaks, y, scores, alphas = cell_of(model.speaks), torch.tensor(4), [], []
    for right in PAIRS.Y[k][PAIRS.Y[k] >= 0]:
        z = speaks(model.symbols(y), z)
        c, alpha = looked(model, z, H, end)
        mixed = model.mixes.weight @ torch.cat([z, c]) + model.mixes.bias
        scores.append(model.says.weight @ torch.tanh(mixed) + model.says.bias)
        alphas.append(alpha)
        y = right
    return torch.stack(scores), torch.tensor(alphas).double()


@pytest.mark.equation("eq-rnn-decoder")
@pytest.mark.parametrize("match", MATCHES)
def test_it_says_what_loops_over_cells_say(match):
    model = network(match)
    spoken = model(PAIRS)
    for k in range(3):
        scores, alphas = by_loops(model, k)
        S, T = alphas.shape
        torch.testing.assert_close(spoken.scores[k, :S].detach(), scores)
        torch.testing.assert_close(spoken.alpha[k, :S, :T].detach(), alphas)
        assert not spoken.alpha[k, :, T:].any()


@pytest.mark.equation("eq-rnn-chain")
def test_the_probabilities_of_all_answers_up_to_a_length_and_the_rest_add_up_to_1():
    model = network("dot", 1)
    X, total = [1, 2], 0.0
    with torch.no_grad():
        for length in range(3):
            for code in range(3**length):
                y = [code // 3**k % 3 for k in range(length)]
                pairs = pairs_of([X], [y], stop=3)
                p = model(pairs).scores[0].softmax(dim=-1)
                share = 1.0
                for j, symbol in enumerate([*y, 3]):
                    share *= float(p[j, symbol])
                total += share
        going = 0.0
        for code in range(27):
            y = [code // 3**k % 3 for k in range(3)]
            p = model(pairs_of([X], [y], stop=3)).scores[0].softmax(dim=-1)
            share = 1.0
            for j, symbol in enumerate(y):
                share *= float(p[j, symbol])
            going += share
    assert total + going == pytest.approx(1)


@pytest.mark.parametrize("match", MATCHES)
def test_who_stands_beside_a_sequence_does_not_matter(match):
    model = network(match, 2)
    alone = model(pairs_of([[2]], [[2, 2, 0]], stop=3)).scores[0]
    torch.testing.assert_close(model(PAIRS).scores[1], alone)


def test_speaking_step_by_step_is_speaking_at_once(device):
    model = network("dot", 3).to(device)
    pairs = type(PAIRS)(*(part.to(device) for part in PAIRS))
    heard = model.encode(pairs)
    z, y = model.first(heard), torch.full((3, 1), 4, device=device)
    for j in range(3):
        spoken = model.speak(y, z, heard)
        torch.testing.assert_close(spoken.scores[:, 0], model(pairs).scores[:, j])
        y, z = pairs.Y[:, j : j + 1].clamp(min=0), spoken.z


def test_with_attention_and_without_there_is_as_much_to_learn():
    counts = [sum(p.numel() for p in network(m).parameters()) for m in MATCHES]
    assert counts[0] == counts[1]
    assert counts[2] == counts[1] + 2 * 5 * 10 + 5


def test_what_is_no_network_is_refused():
    refuses(
        lambda sizes: Seq2Seq(*sizes),
        "^(inputs|outputs|m) is .*: give 1 or more$",
        good=[(1, 1, 1)],
        bad=[(0, 1, 1), (1, 0, 1), (1, 1, 0)],
    )
    refuses(
        lambda match: Seq2Seq(1, 1, 1, match),
        "^match is .*: choose one of none, dot, additive$",
        good=MATCHES,
        bad=["", "cosine"],
    )


def test_unknown_letters_and_lengths_that_do_not_fit_are_refused():
    model, (X, lengths, _) = network("dot"), PAIRS
    long, none = lengths.clone(), lengths.clone()
    long[0], none[1] = 5, 0
    bad = [X.masked_fill(X == 2, symbol) for symbol in (3, -1)]
    refuses(
        lambda pairs: model.encode(pairs),
        "^pairs.(lengths has (others than 1 to 4|the shape .*)|"
        "X has unknown symbols): give ",
        good=[PAIRS],
        bad=[
            *(PAIRS._replace(X=x) for x in bad),
            *(PAIRS._replace(lengths=n) for n in (long, none, lengths[:2])),
        ],
    )


def test_unknown_symbols_and_another_number_of_answers_are_refused():
    model, Y = network("none"), PAIRS.Y
    refuses(
        model,
        "^pairs.Y has (2 rows, X 3: give as many|unknown symbols: give 0 to 3, use"
        " pairs_of)$",
        good=[PAIRS, PAIRS._replace(Y=Y.masked_fill(Y == 2, 1))],
        bad=[
            PAIRS._replace(Y=Y[:2]),
            *(PAIRS._replace(Y=Y.masked_fill(Y == 2, s)) for s in (4, -1, -101)),
        ],
    )


def test_rows_that_do_not_end_with_stop_and_no_pairs_are_refused():
    model, rows = network("dot"), ([1, 0, 3, -100], [2, 2, 0, 3], [3, -100, -100, -100])
    assert torch.tensor(rows).equal(PAIRS.Y)
    strange = (
        [1, -100, 3, -100],  # a gap
        [1, 0, -100, -100],  # no stop
        [-100, -100, -100, -100],  # nothing
        [1, 3, 0, -100],  # goes on after stop
        [1, 3, 3, -100],  # stops twice
        [3, 1, 0, 3],
    )
    refuses(
        model,
        "^pairs.Y has rows that do not end with 3: use pairs_of$",
        good=[PAIRS],
        bad=[PAIRS._replace(Y=torch.tensor([row, *rows[1:]])) for row in strange],
    )
    none = type(PAIRS)(*(part[:0] for part in PAIRS))
    refuses(model.encode, "^pairs.X is empty: ", good=[PAIRS], bad=[none])


def test_symbols_that_are_no_whole_numbers_are_refused():
    model = network("dot")
    refuses(
        model,
        r"^pairs\.(X|Y) is torch\.float32: give torch\.int64$",
        good=[PAIRS],
        bad=[PAIRS._replace(X=PAIRS.X.float()), PAIRS._replace(Y=PAIRS.Y.float())],
    )
