from __future__ import annotations

import torch

from cvwidgets.learn.averaging import Average


def test_the_average_follows_the_weights_and_swings_less() -> None:
    net, random = torch.nn.Linear(1, 1), torch.Generator().manual_seed(0)
    torch.nn.init.zeros_(net.weight)
    average, places, means = Average(net, steps=20), [], []
    for _ in range(400):
        with torch.no_grad():
            net.weight.fill_(1 + torch.randn((), generator=random).item())
        average.take(net)
        places.append(net.weight.item())
        means.append(average.model.weight.item())
    late = torch.tensor(means[100:])
    assert abs(late.mean() - 1) < 0.1 and late.std() < torch.tensor(places).std() / 3


def test_the_first_steps_pull_it_away_from_where_it_began() -> None:
    net = torch.nn.Linear(1, 1)
    torch.nn.init.zeros_(net.weight)
    average = Average(net, steps=1000)
    torch.nn.init.ones_(net.weight)
    for _ in range(50):
        average.take(net)
    assert average.model.weight.item() > 0.9


def test_running_statistics_are_averaged_and_counters_copied() -> None:
    net = torch.nn.BatchNorm1d(2).train()
    average = Average(net, steps=10)
    for _ in range(30):
        net(torch.randn(8, 2) + 5)
        average.take(net)
    assert average.model.num_batches_tracked == 30 and average.model.running_mean.min() > 3
    assert not average.model.training and not any(parameter.requires_grad for parameter in average.model.parameters())
