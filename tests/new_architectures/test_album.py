"""Album: codes and a generator that learn to paint what they are shown."""

import torch

from ml2020.new_architectures import drawn_album, painting
from ml2020.transformer import descended
from tests.refusals import refuses


def dice(seed):
    return torch.Generator().manual_seed(seed)


def test_the_loss_is_the_mean_square():
    images = torch.rand(3, 28, 28, generator=dice(0))
    album = drawn_album(0, 3)
    cost = painting(images, 4, noisy=False, generator=dice(1))(album)
    rows = torch.randint(3, (4,), generator=dice(1))
    wanted = (album.generator(album.z[rows]) - images[rows]).square().mean()
    torch.testing.assert_close(cost, wanted)


def test_eight_pictures_are_learned():
    images = torch.zeros(8, 28, 28)
    for k in range(8):
        images[k, 3 * k : 3 * k + 6] = 1
    before = drawn_album(1, 8)
    after = descended(
        before, painting(images, 8, noisy=False, generator=dice(2)), lambda _: 0.01, 40
    )
    wrong = [
        float((album.generator(album.z) - images).detach().square().mean())
        for album in (before, after)
    ]
    assert wrong[1] < 0.5 * wrong[0]
    assert not torch.equal(before.z, after.z)


def test_noise_is_drawn_only_if_asked_for():
    images = torch.rand(2, 28, 28, generator=dice(3))
    album = drawn_album(2, 2, noise=1.0)
    one, other = (
        float(painting(images, 2, noisy=noisy, generator=dice(4))(album).detach())
        for noisy in (True, False)
    )
    assert one != other
    assert drawn_album(2, 2, noise=1.0).generator.levels[0].noise.max() == 1


def test_no_picture_is_refused():
    images = torch.rand(2, 28, 28)
    refuses(
        lambda x: painting(x, 1, noisy=False),
        "^images is empty",
        good=[images],
        bad=[images[:0]],
    )
    refuses(
        lambda n: painting(images, n, noisy=False), "^n is 0: give 1", good=[1], bad=[0]
    )
    refuses(lambda n: drawn_album(0, n), "^pictures is 0: give 1", good=[1], bad=[0])


def test_another_number_of_codes_is_refused():
    cost = painting(torch.rand(2, 28, 28), 4, noisy=False)
    refuses(
        lambda n: cost(drawn_album(0, n)),
        "^images has 2: give one a code",
        good=[2],
        bad=[1, 3],
    )
