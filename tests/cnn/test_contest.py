"""Contest: who the rivals are."""

import torch

from ml2020.cnn import drawn, rivals
from ml2020.cnn.contest import dense


def test_the_rivals_have_the_parameters_that_the_page_counts():
    counts = {
        name: sum(p.numel() for p in make().parameters())
        for name, make in rivals().items()
    }
    assert counts["linear"] == 7_850
    assert counts["narrow"] == 22_270
    assert counts["wide"] == 101_770
    assert counts["max"] == 22_298
    assert counts["stride"] == 30_746
    assert counts["blurred"] == 7_690
    assert list(counts) == ["linear", "narrow", "wide", "max", "stride", "blurred"]


def test_each_rival_names_ten_classes_of_clothes():
    for make in rivals().values():
        assert make()(torch.zeros(3, 1, 28, 28)).shape == (3, 10)
    assert len(dense(5, 6)) == 6


def test_blurred_sees_means_alone():
    net = drawn(rivals()["blurred"], 0)
    x = torch.rand(2, 1, 28, 28)
    means = x.view(2, 1, 7, 4, 7, 4).mean(dim=(3, 5))
    flat = means.repeat_interleave(4, 2).repeat_interleave(4, 3)
    torch.testing.assert_close(net(x), net(flat))
