"""Benchmarks count the processor's seconds, and are kept where they can be read."""

import json
import time

from tools.bench.__main__ import RESULTS, record
from tools.bench.measure import cpu_seconds, machine


def test_waiting_costs_nothing_and_work_does():
    assert cpu_seconds(lambda: time.sleep(0.05), turns=1) < 0.02
    assert cpu_seconds(lambda: sum(range(300_000)), turns=1) > 0


def test_the_least_of_several_turns_counts_and_not_the_first_call():
    def work(count: int) -> None:
        sum(range(count))

    counts = iter([0, 3_000_000, 300_000, 3_000_000])
    least = cpu_seconds(lambda: work(next(counts)), turns=3)
    short, long = (cpu_seconds(lambda n=n: work(n)) for n in (30_000, 3_000_000))
    assert short < least < long / 2


def test_a_group_takes_the_place_of_its_own_last_rows_only(tmp_path):
    record("a", [{"what": "old"}], tmp_path)
    record("b", [{"what": "other"}], tmp_path)
    record("a", [{"what": "new", "b": "1", "a": "2"}, {"what": "newer"}], tmp_path)
    results = json.loads((tmp_path / RESULTS).read_text(encoding="utf-8"))
    assert [list(row) for row in results["a"]["rows"]] == [["what", "b", "a"], ["what"]]
    assert results["b"]["rows"] == [{"what": "other"}]
    assert results["a"]["machine"] == machine()
    assert results["a"]["versions"]["torch"].startswith("2.")
