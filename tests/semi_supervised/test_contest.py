"""The contest counts what each way names rightly."""

import pytest

from ml2020.optimization import Adam
from ml2020.semi_supervised import contest, digit_task, learned, network_scores
from ml2020.semi_supervised.alone import ALONE


def test_shares_are_counted_by_part():
    tasks = [digit_task(10, 0), digit_task(10, 1)]
    found = contest("nearest label", tasks, 0.0, 0.0, 1, [0, 1])
    for task, shares in zip(tasks, found, strict=True):
        says = ALONE["nearest label"](task, 0.0)
        for part in ("few", "many", "judge"):
            X, y = getattr(task, part), getattr(task, f"{part}_y")
            right = sum(
                int(a == b)
                for a, b in zip(says(X.double()).argmax(dim=1), y, strict=True)
            )
            assert getattr(shares, part) == right / len(y)
        assert shares.sure == shares.wrong == 0


def test_networks_are_taught_by_adam():
    tasks = [digit_task(10, 0), digit_task(10, 1)]
    found = contest("entropy", tasks, 0.1, 0.02, 40, [5, 6])
    theta = learned("entropy", tasks, Adam(lr=0.02), 0.1, 40, [5, 6])
    for k, task in enumerate(tasks):
        said = network_scores(theta[k : k + 1], task.judge[None])[0].argmax(dim=1)
        right = (said == task.judge_y).double().mean().item()
        assert found[k].judge == right
        y = network_scores(theta[k : k + 1], task.unlabelled[None])[0].softmax(dim=1)
        sure = [i for i in range(900) if y[i].max() > 0.95]
        wrong = [i for i in sure if y[i].argmax() != task.hidden[i]]
        assert found[k].sure == pytest.approx(len(sure) / 900)
        assert found[k].wrong == pytest.approx(len(wrong) / 900)
    assert sure
    assert wrong
    assert isinstance(found[0].few, float)


def test_networks_get_their_weight_decay():
    task = [digit_task(10, 0)]
    theta = learned("labels only", task, Adam(lr=0.02), 0.0, 30, [5], 0.1)
    (found,) = contest("labels only", task, 0.0, 0.02, 30, [5], 0.1)
    said = network_scores(theta, task[0].judge[None])[0].argmax(dim=1)
    assert found.judge == (said == task[0].judge_y).double().mean().item()


def test_rejects_ways_that_there_are_not():
    with pytest.raises(ValueError, match=r"^name is foo: choose one of Gau.* consist"):
        contest("foo", [digit_task(10, 0)], 0.0, 0.0, 1, [0])
