"""The chapters compute on the graphics card where there is one."""

import torch

from ml2020.support.device import best_device


def test_it_is_a_device_that_can_compute():
    assert torch.ones(2, device=best_device()).sum().item() == 2


def test_the_card_is_taken_if_torch_sees_one(monkeypatch):
    for seen, kind in [(True, "cuda"), (False, "cpu")]:
        monkeypatch.setattr(torch.cuda, "is_available", lambda seen=seen: seen)
        assert best_device().type == kind
