"""Search finds British and American spellings alike, and Chinese terms by parts.

The index holds stems, and a query is stemmed by the same rules in the browser.  So both
rewrite a word before they stem it; no page need be written in two spellings.
"""

import json
import re

from sphinx.application import Sphinx
from sphinx.search import languages

# American to British.  The patterns mean the same in Python and in JavaScript.
SPELLINGS = {
    "iz(?=(?:e|ed|er|ers|es|ing|ation|ations)$)": "is",
    "yz(?=(?:e|ed|er|ers|es|ing)$)": "ys",
    "artifact": "artefact",
    "behavior": "behaviour",
    "center(?=ed|ing)": "centr",
    "center": "centre",
    "color": "colour",
    "favor": "favour",
    "gray": "grey",
    "neighbor": "neighbour",
}
HAN = re.compile(r"[\u4e00-\u9fff]{3,}")
English = languages["en"]

# Comes after Sphinx's own stemmer, which it takes in.
STEMMER = """
Stemmer = (English => function () {
  const english = new English(), spellings = Object.entries(%s);
  this.stemWord = word => english.stemWord(spellings.reduce(
    (text, [american, british]) => text.replace(new RegExp(american), british), word));
})(Stemmer);
"""


class BookEnglish(English):
    """English as both sides of the ocean write it, with Chinese terms in between."""

    js_stemmer_code = English.js_stemmer_code + STEMMER % json.dumps(SPELLINGS)

    def split(self, input: str) -> list[str]:  # noqa: A002
        """Cut a text into words, and long Chinese words into pairs as well.

        Chinese has no spaces: who looks for half of a term would find nothing.
        """
        runs = HAN.findall(input)
        pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
        return [*super().split(input), *pairs]

    def stem(self, word: str) -> str:
        """Return the stem of the word as a British author spells it."""
        word = word.lower()
        for american, british in SPELLINGS.items():
            word = re.sub(american, british, word, count=1)
        return super().stem(word)


def setup(app: Sphinx) -> dict[str, bool]:
    """Take the place of Sphinx's English."""
    app.add_search_language(BookEnglish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
