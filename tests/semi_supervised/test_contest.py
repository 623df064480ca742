"""The contest counts what each way names rightly."""

import torch

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


def test_networks_are_taught_by_adam():
    tasks = [digit_task(10, 0), digit_task(10, 1)]
    found = contest("entropy", tasks, 0.1, 0.02, 8, [5, 6])
    theta = learned("entropy", tasks, Adam(lr=0.02), 0.1, 8, [5, 6])
    for k, task in enumerate(tasks):
        said = network_scores(theta[k : k + 1], task.judge[None])[0].argmax(dim=1)
        right = (said == task.judge_y).double().mean().item()
        assert found[k].judge == right
    assert isinstance(found[0].few, float)
    assert torch.is_tensor(theta)
