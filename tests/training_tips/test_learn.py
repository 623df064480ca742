"""Networks learn digits, each from its own few."""

import pytest
import torch
import torch.nn.functional as F

from ml2020.deep_learning import digit_sets, he_layers
from ml2020.gradient_descent import shuffled_batches
from ml2020.optimization import SGDM, Adam
from ml2020.training_tips import Course, Penalised, Plan, begin, learn, say, weights
from ml2020.training_tips.learn import Curves, look
from ml2020.training_tips.network import masks_of
from tests.refusals import refuses

SIZES = (64, 6, 10)
DATA = digit_sets()


@pytest.mark.parametrize("norm", ["", "batch"])
@pytest.mark.parametrize("p", [0.0, 0.3])
@pytest.mark.parametrize("look", [1, 2])
def test_it_is_what_single_steps_do(norm, p, look):
    plan, seed = Plan(SIZES, norm=norm, p=p), 3
    course = Course(30, 12, 2, look)
    found = learn(plan, SGDM(0.1), he_layers, DATA, [1, seed], course)
    theta = begin(plan, he_layers, [seed])
    d = torch.Generator().manual_seed(seed)
    mine = torch.randperm(900, generator=d)[:30]
    moved = torch.zeros_like(theta)
    batches = []
    for _ in range(2 // look):
        for places in shuffled_batches(30, 12, look, generator=d):
            rows = mine[places]
            theta = theta.detach().requires_grad_()
            masks = masks_of(plan, len(rows), [d])
            scores = say(plan, theta, DATA.X[rows][None], masks=masks).scores[0]
            F.cross_entropy(scores, DATA.labels[rows]).backward()
            moved = 0.9 * moved - 0.1 * theta.grad
            theta = theta.detach() + moved
            batches.append(len(rows))
    assert batches == [12, 12, 6] * 2
    torch.testing.assert_close(found.theta[1], theta[0], rtol=1e-4, atol=1e-5)
    assert found.curves.test.shape == (2 // look, 2)
    check_told(plan, theta, mine, [c[-1, 1].item() for c in found.curves])


def check_told(plan, theta, mine, told):
    """Compare the last look at one network with a slow one."""
    known = say(plan, theta, DATA.X[mine][None]).moments
    told = dict(zip(Curves._fields, told, strict=True))
    for name, X, y in (
        ("training", DATA.X[mine], DATA.labels[mine]),
        ("validation", DATA.X_validation, DATA.labels_validation),
        ("test", DATA.X_test, DATA.labels_test),
    ):
        scores = say(plan, theta, X[None], known=known).scores[0]
        share = (scores.argmax(dim=1) == y).float().mean().item()
        loss = F.cross_entropy(scores, y).item()
        assert told[name] == pytest.approx(share, abs=0.01)
        assert told[f"{name}_loss"] == pytest.approx(loss, rel=1e-3)


def test_networks_are_the_same_alone_or_together():
    plan, course = Plan(SIZES, p=0.2), Course(20, 20, 2, 2)
    rule = Penalised(0.1, 0.01, 0.001, weights(plan))
    both = learn(plan, rule, he_layers, DATA, [4, 5], course).theta
    alone = learn(plan, rule, he_layers, DATA, [5], course).theta
    torch.testing.assert_close(both[1], alone[0], rtol=1e-4, atol=1e-6)
    assert not torch.equal(both[0], both[1])


def test_a_memory_lasts_from_look_to_look():
    plan = Plan(SIZES)
    ends = [
        learn(plan, Adam(0.01), he_layers, DATA, [0], Course(20, 20, 4, look)).theta
        for look in (1, 4)
    ]
    torch.testing.assert_close(ends[0], ends[1])


def test_it_learns():
    plan, course = Plan((64, 32, 10)), Course(100, 20, 40, 40)
    curves = learn(plan, SGDM(0.05), he_layers, DATA, [0], course).curves
    assert curves.training.item() > 0.95
    assert curves.test.item() > 0.6


def test_a_network_that_overflows_names_nothing():
    course = Course(20, 20, 3, 3)
    curves = learn(Plan(SIZES), SGDM(1e30), he_layers, DATA, [0], course).curves
    assert curves.test.item() == 0
    assert curves.test_loss.item() == float("inf")


def test_a_score_that_is_no_number_spoils_the_answer():
    plan = Plan((64, 1, 10))
    theta = torch.zeros(2, 85)
    theta[:, -1] = torch.tensor([1.0, float("inf")])  # both say 9, one without end
    rows = torch.arange(900).expand(2, -1)
    _, share, *_ = look(plan, theta, DATA, rows)
    nines = (DATA.labels == 9).float().mean().item()
    assert share.tolist() == pytest.approx([nines, 0])


def test_the_sets_and_the_global_state_stay():
    before, X = torch.random.get_rng_state(), DATA.X.clone()
    learn(Plan(SIZES, p=0.5), SGDM(0.1), he_layers, DATA, [0], Course(20, 20, 1, 1))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(DATA.X, X)


def test_rejects_a_course_that_does_not_end():
    def call(**other):
        course = Course(20, 20, 2, 1)._replace(**other)
        return learn(Plan(SIZES), SGDM(0.1), he_layers, DATA, [0], course)

    for name in ("pictures", "batch", "epochs", "look"):
        said = f"^course.{name} is (0|-1): give 1 or more$"
        few = {"batch": 1} if name == "pictures" else {}
        refuses(
            lambda v, n=name, f=few: call(**f, **{n: v}), said, good=[1], bad=[0, -1]
        )
    refuses(
        lambda v: call(batch=v),
        "^course.batch is 2[12]: give 20 or fewer$",
        good=[19, 20],
        bad=[21, 22],
    )
    said = "^course.epochs is 2: give a multiple of course.look, [0-9]+$"
    refuses(lambda look: call(look=look), said, good=[1, 2], bad=[3, 4])
    with pytest.raises(
        ValueError, match=r"^course.pictures is 901: give 900 or fewer$"
    ):
        call(pictures=901)


def test_rejects_numbers_that_are_not_whole_and_networks_for_other_pictures():
    def call(sizes=SIZES, **other):
        course = Course(20, 20, 2, 1)._replace(**other)
        return learn(Plan(sizes), SGDM(0.1), he_layers, DATA, [0], course)

    for name in Course._fields:
        said = f"^course.{name} is (1.5|2.0|nan): give a whole number$"
        bad = [1.5, 2.0, float("nan")]
        few = {"batch": 1} if name == "pictures" else {}
        refuses(lambda v, n=name, f=few: call(**f, **{n: v}), said, good=[1], bad=bad)
    said = "^plan.sizes begins with 6[35]: give 64, the dots$"
    refuses(call, said, good=[SIZES], bad=[(63, 6, 10), (65, 6, 10)])
    said = "^plan.sizes ends with 9: give 10 or more$"
    refuses(call, said, good=[(64, 10), (64, 6, 11)], bad=[(64, 6, 9), (64, 9)])


def test_rejects_a_batch_of_one_that_is_normalised():
    def call(batch, norm="batch"):
        course = Course(20, batch, 1, 1)
        return learn(Plan(SIZES, norm=norm), SGDM(0.1), he_layers, DATA, [0], course)

    said = "^course.batch is (1|19): it leaves a batch of 1, .*: give another$"
    refuses(call, said, good=[2, 18, 20], bad=[1, 19])
    call(1, norm="layer")
