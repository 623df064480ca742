"""Benchmarks count the processor's seconds, and are kept where they can be read."""

import json
import time

from bench import RESULTS, Row, cpu_seconds, machine, record


def test_waiting_costs_nothing_and_work_does():
    assert cpu_seconds(lambda: time.sleep(0.05), turns=1) < 0.02
    assert cpu_seconds(lambda: sum(range(300_000)), turns=1) > 0


def test_the_least_of_several_turns_counts():
    spent = iter([0, 300_000, 3_000_000, 300_000])  # the first one is not counted
    least = cpu_seconds(lambda: sum(range(next(spent))), turns=3)
    assert 0 < least < cpu_seconds(lambda: sum(range(3_000_000)), turns=1)


def test_a_group_takes_the_place_of_its_own_last_rows_only(tmp_path):
    record("a", [Row("old", "1", "s")], tmp_path)
    record("b", [Row("other", "2", "s")], tmp_path)
    record("a", [Row("new", "3", "s"), Row("newer", "4", "s")], tmp_path)
    rows = json.loads((tmp_path / RESULTS).read_text(encoding="utf-8"))["rows"]
    assert [row["what"] for row in rows] == ["other", "new", "newer"]
    assert rows[0]["machine"] == machine()
    assert rows[0]["versions"]["torch"].startswith("2.")


def test_every_row_has_what_the_status_page_shows(tmp_path):
    from book_tables import BENCHMARK

    record("a", [Row("what", "1", "s")], tmp_path)
    (row,) = json.loads((tmp_path / RESULTS).read_text(encoding="utf-8"))["rows"]
    assert set(BENCHMARK) <= set(row)
