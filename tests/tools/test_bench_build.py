"""What a build costs is measured on clones that are pages of their own."""

import subprocess
import sys
from pathlib import Path

import yaml

from tools.bench.builds import Build, State, clone, stock_config, table, watch_memory
from tools.promises.pages import Page

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

See {eq}`eq-error_sources-mean`, {ref}`logistic-error_sources-x`,
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
    assert "{ref}`logistic-error_sources-x`" in one
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


def test_a_cost_is_shown_for_each_size_with_its_growth():
    def state(pages: int, seconds: float) -> State:
        build = Build(seconds, 2 * seconds, 1.0, pages)
        builds = (build, build._replace(executed=0), build, build)
        return State(pages, 5.0, *builds, 10.0 * pages, "long", 0.5, 2.0)

    states = [state(10, 5.0), state(20, 15.0), state(40, 20.0)]
    rows = {row.pop(""): row for row in table(states, Build(99.0, 0, 0, 0))}
    heads = ["10 pages", "20 pages", "40 pages", "growth"]
    assert all(list(row) == heads for row in rows.values())
    assert list(rows["from nothing: seconds"].values()) == ["5", "15", "20", "4.0"]
    assert rows["from nothing: seconds of CPU"]["20 pages"] == "30"
    assert rows["stock, from nothing: seconds"]["10 pages"] == "99"
    assert list(rows["nothing changed: pages executed"].values()) == ["0"] * 3 + [""]
    assert rows["size of the site: MB"]["40 pages"] == "400"
