"""What a build costs is measured on clones that are pages of their own."""

import subprocess
import sys
from pathlib import Path

import yaml

from bench_build import Build, State, clone, growth, stock_config, watch_memory
from pages import Page

ROOT = Path(__file__).parents[2]
PAGE = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
---

(error-sources)=
# A page on ml2020.error_sources

```{code-cell} python
from ml2020.error_sources import mean
```

$$
m = 1
$$ (eq-error_sources-mean)

See {eq}`eq-error_sources-mean`, {numref}`fig-logistic-error-sources-x`,
{cite:p}`error_sources-lee2020`, {glue:text}`error_sources.md::mean`.
"""


def test_a_clone_has_its_own_labels_its_own_run_and_the_same_code(tmp_path):
    page = Page(tmp_path / "error_sources.md", tmp_path, PAGE)
    one, other = clone(page, "clone7"), clone(page, "clone8")
    assert "(clone7)=\n# A page on ml2020.error_sources\n" in one
    assert "import mean\nCLONE = 'clone7'\n" in one
    assert "$$ (eq-clone7-mean)" in one
    assert "{eq}`eq-clone7-mean`" in one
    assert "{cite:p}`clone7-lee2020`, {glue:text}`clone7.md::mean`" in one
    assert "`fig-logistic-error-sources-x`" in one
    assert one.replace("clone7", "clone8") == other


def test_the_stock_configuration_has_all_but_our_executions(tmp_path):
    text = (ROOT / "_config.yml").read_text(encoding="utf-8")
    (tmp_path / "_config.yml").write_text(text, encoding="utf-8")
    ours = yaml.safe_load(text)
    stock = yaml.safe_load(stock_config(tmp_path).read_text(encoding="utf-8"))
    extensions = ours["sphinx"]["local_extensions"].keys()
    assert extensions - stock["sphinx"]["local_extensions"].keys() == {"chapter_cache"}
    assert stock["execute"] == ours["execute"]


def test_the_memory_of_what_a_build_starts_counts():
    hungry = "import time; x = b'1' * 200_000_000; time.sleep(1)"
    outer = f"import subprocess as s, sys; s.run([sys.executable, '-c', {hungry!r}])"
    process = subprocess.Popen([sys.executable, "-c", outer])
    peaks = [0.0]
    watch_memory(process.pid, peaks)  # until it ends
    assert process.wait() == 0
    assert 0.2 < peaks[0] < 0.4


def test_a_cost_is_shown_for_each_size_and_as_a_ratio():
    def state(pages: int, seconds: float) -> State:
        build = Build(seconds, 2 * seconds, 1.0, pages)
        return State(pages, build, build, build, build, 10.0 * pages, "long", 0.5, 2.0)

    rows = list(growth([state(10, 5.0), state(20, 15.0), state(40, 20.0)]))
    cold, cpu = rows[:2]
    assert cold.what.startswith("build from nothing (10 / 20 / 40 executed)")
    assert cold.measured == "5 / 15 / 20 (4.0 times; pages: 4.0 times)"
    assert cpu.measured.startswith("10 / 30 / 40 (4.0 times")
    assert [row.unit for row in rows[-4:]] == ["GB", "MB", "s", "s"]
