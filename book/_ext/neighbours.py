"""Neighbours: a page is written again when what it says of others is no longer so.

A page shows numbers and titles of other pages: where it refers to them, and in its list
of all pages. Sphinx writes again only what it has read again, so a figure that is added
to one chapter leaves the old numbers of those behind it in all others. (A build that is
killed meanwhile is the matter of `chapter_cache`: then all pages are read again.)
"""

from collections import defaultdict
from collections.abc import Set
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from cached_runs import read_json, write_json
from code_reach import digest

Targets = dict[str, set[str]]  # by page, what it refers to
EQUATION = "equation-"  # what Sphinx puts before the label of a formula


def targets(env: BuildEnvironment) -> Targets:
    """Return what each page refers to; it is kept with all that Sphinx has read."""
    if not hasattr(env, "neighbours_targets"):
        env.neighbours_targets = {}
    return env.neighbours_targets


def note_targets(app: Sphinx, doctree: nodes.document) -> None:
    """Note what a page that was read refers to."""
    found = {node["reftarget"] for node in doctree.findall(pending_xref)}
    targets(app.env)[app.env.docname] = found


def forget_targets(app: Sphinx, env: BuildEnvironment, name: str) -> None:
    """Forget a page that is gone, or read again."""
    targets(env).pop(name, None)


def facts(env: BuildEnvironment) -> dict[str, list[str]]:
    """Return, for each page and each label, the numbers and titles that others show."""
    known = defaultdict(list)
    for name, title in env.titles.items():
        known[name].append(title.astext())
    for name, sections in env.toc_secnumbers.items():
        for anchor, number in sections.items():
            known[f"{name}{anchor}"].append(str(number))
    for name, kinds in env.toc_fignumbers.items():
        for kind, numbers in kinds.items():
            for label, number in numbers.items():
                known[label.removeprefix(EQUATION)].append(f"{name} {kind} {number}")
    standard = env.get_domain("std")
    for label, place in standard.anonlabels.items():
        title = standard.labels.get(label, ("",))[-1]
        section = known.get("#".join(place), [])
        known[label] += [*place, title, *section]
    return known


class Neighbours:
    """One build: what each page says of others now, and what the output says."""

    def __init__(self, app: Sphinx) -> None:
        self.file = Path(app.doctreedir) / f"neighbours-{app.builder.name}.json"
        self.said: dict[str, str] = {}
        # After Sphinx's own handler, which counts anew.
        app.connect("env-get-updated", self.find_outdated, priority=900)
        app.connect("build-finished", self.finish)

    def find_outdated(self, app: Sphinx, env: BuildEnvironment) -> Set[str]:
        """Return the pages whose output says something else than they do now."""
        known = facts(env)
        titles = {name: known[name] for name in sorted(env.found_docs)}
        sidebar = f"{titles} {sorted(env.toctree_includes.items())}"
        for name, found in targets(env).items():
            seen = [(target, known[target]) for target in sorted(found & known.keys())]
            self.said[name] = digest(f"{sidebar} {seen}")
        shown = read_json(self.file)
        return {name for name in self.said if self.said[name] != shown.get(name)}

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """Note what the output says now."""
        if not exception:
            write_json(self.file, self.said)


def setup(app: Sphinx) -> dict[str, Any]:
    """Take our place in the build."""
    app.connect("doctree-read", note_targets)
    app.connect("env-purge-doc", forget_targets)
    app.connect("builder-inited", Neighbours)
    return {
        "version": "1",
        "env_version": 1,  # what an older one has read, is read again
        "parallel_read_safe": False,  # nor is sphinx_multitoc_numbering
        "parallel_write_safe": True,
    }
