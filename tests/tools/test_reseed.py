"""With another seed a page still passes, or its claims were luck."""

import pytest

from tools.promises.pages import Page, PageError
from tools.reseed import main, reseeded

HEAD = "---\njupytext: {text_representation: {format_name: myst}}\n---\n"
LUCKY = """
```{code-cell} python
SEED = 0
```

Words.

```{code-cell} python
---
tags: [hide-input]
---
assert SEED == 0, "It is always\\nzero"
```
"""
PLAIN = "\n```{code-cell} python\nx = 1\n```\n"


def book(tmp_path, **pages):
    """A book of these pages."""
    (tmp_path / "book").mkdir()
    for name, text in pages.items():
        (tmp_path / "book" / f"{name}.md").write_text(HEAD + text, encoding="utf-8")
    toc = "\n".join(f"  - file: book/{name}" for name in pages)
    (tmp_path / "_toc.yml").write_text(f"chapters:\n{toc}\n", encoding="utf-8")
    return tmp_path


def test_a_lucky_page_fails_and_an_honest_one_passes(tmp_path, capsys):
    honest = LUCKY.replace("SEED == 0", "SEED == 1")
    assert main([], book(tmp_path, lucky=LUCKY, honest=honest, plain=PLAIN)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "book/plain.md: not run: it has no SEED, so nothing in it is random",
        "book/lucky.md:12: failed: AssertionError: It is always zero",
        "book/honest.md: passed",
        "2 run with SEED + 1, 1 failed",
    ]
    assert "SEED = 0" in (tmp_path / "book" / "lucky.md").read_text(encoding="utf-8")


def test_a_page_without_seed_is_named_and_not_run(tmp_path, capsys):
    assert main(["plain"], book(tmp_path, plain=PLAIN, lucky=LUCKY)) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "0 run with SEED + 1, 0 failed"


def test_only_the_seed_is_raised(tmp_path):
    text = LUCKY.replace("SEED = 0\n", "x = 1\nSEED = 41  # any\nRUNS = range(SEED)\n")
    page = Page(tmp_path / "toy.md", tmp_path, text)
    assert reseeded(page, 2) == text.replace("SEED = 41", "SEED = 43")


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("SEED = 0\nSEED = 1\n", r"toy\.md:3: SEED is set again"),
        ("SEED = 0\nfor SEED in range(3):\n    1\n", "SEED is set again"),
        ("SEED, x = 0, 1\n", r"toy\.md:3: SEED is not one number: write SEED = 0"),
        ("if True:\n    SEED = 0\n", "SEED is not one number"),
        (":tags: [hide-input]\nSEED = 0\n", r"toy\.md:4: SEED is hidden"),
        (":tags: [remove-cell]\nSEED = 0\n", "SEED is hidden"),
    ],
)
def test_there_is_one_visible_seed(tmp_path, new, said):
    page = Page(tmp_path / "toy.md", tmp_path, LUCKY.replace("SEED = 0\n", new))
    with pytest.raises(PageError, match=said):
        reseeded(page, 1)
