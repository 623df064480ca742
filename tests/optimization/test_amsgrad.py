"""AMSGrad is torch's where it corrects as torch does, and the paper's where not."""

import pytest
import torch

from ml2020.optimization import Adam, AMSGrad


def theirs(p):
    return torch.optim.Adam(p, lr=0.05, amsgrad=True)


def test_with_the_correction_it_walks_as_torchs(walk, torch_walk):
    ours = walk(AMSGrad(0.05, unbiased=True))
    torch.testing.assert_close(ours, torch_walk(theirs), rtol=0, atol=1e-12)


def test_as_the_paper_writes_it_it_differs_from_torchs(walk, torch_walk):
    assert (walk(AMSGrad(0.05)) - torch_walk(theirs)).abs().max() > 0.05


@pytest.mark.equation("eq-optimization-amsgrad")
def test_the_square_it_divides_by_is_the_largest_average_so_far():
    g = torch.tensor([1.0, 5.0, 0.1, 0.1]).double()
    rule, theta = AMSGrad(0.1, 0.5, 0.9), torch.zeros(()).double()
    memory, m, v, v_hat = rule.init(theta), 0.0, 0.0, 0.0
    for x in g.tolist():
        m, v = 0.5 * m + 0.5 * x, 0.9 * v + 0.1 * x * x
        v_hat = max(v_hat, v)
        before = theta.item()
        theta, memory = rule.step(theta, torch.tensor(x).double(), memory)
        assert theta.item() - before == pytest.approx(-0.1 * m / (v_hat**0.5 + 1e-8))
    assert memory.v_hat > memory.moments.v  # it has not forgotten the 5


def test_on_gradients_that_only_grow_it_is_adam(stream):
    g = torch.arange(1, 30).double()
    corrected = AMSGrad(0.1, unbiased=True)
    torch.testing.assert_close(stream(corrected, g), stream(Adam(0.1), g))


def test_it_writes_to_nothing(assert_pure):
    assert_pure(AMSGrad(0.1))


def test_bad_settings_are_refused_as_adams():
    with pytest.raises(ValueError, match=r"^beta2 is 1"):
        AMSGrad(beta2=1)
