"""Search finds a word however it is written: its spelling, its accents, its characters.

The index holds words, and a query is cut into words in the browser.  So both fold a
text by the same tables before they cut it; no page need be written in two spellings.
Chinese has no spaces: a run of it is indexed by its characters and their pairs, so that
any part of a term finds it.
"""

import json
import re
import unicodedata
import zlib
from pathlib import Path

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
# Letters that are not a plain one with an accent.
LETTERS = {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "ß": "ss"}
# What others call the glossary's terms, and parts of terms: first the other name, in
# simplified characters, then the book's.  One after the other, so that a later line
# meets what an earlier one wrote.
VARIANTS = {
    "资料": "数据",
    "机率": "概率",
    "贝氏": "贝叶斯",
    "最佳化": "优化",
    "类神经网路": "神经网络",
    "神经网路": "神经网络",
    "共变异数": "协方差",
    "变异数": "方差",
    "杂讯": "噪声",
    "噪音": "噪声",
    "权值": "权重",
    "过度拟合": "过拟合",
    "过适": "过拟合",
    "拟合不足": "欠拟合",
    "一般化": "泛化",
    "正规化": "正则化",
    "常态分布": "高斯分布",
    "正态分布": "高斯分布",
    "代价函数": "损失函数",
    "成本函数": "损失函数",
    "学习速率": "学习率",
    "小批次": "小批量",
    "训练集": "训练数据",
    "测试集": "测试数据",
    "验证集": "验证数据",
    "数据扩增": "数据增强",
    "数据增广": "数据增强",
    "交叉检验": "交叉验证",
    "局部最小值": "局部极小值",
    "海森矩阵": "黑塞矩阵",
    "最大概似": "最大似然",
    "概似": "似然",
    "事前概率": "先验概率",
    "事后概率": "后验概率",
    "单纯贝叶斯": "朴素贝叶斯",
    "逻辑斯谛回归": "逻辑回归",
    "罗吉斯回归": "逻辑回归",
    "对率回归": "逻辑回归",
    "脊回归": "岭回归",
    "丢弃法": "随机失活",
    "暂退法": "随机失活",
    "监督式": "监督",
    "非监督": "无监督",
    "生成式": "生成",
    "判别式": "判别",
    "鉴别模型": "判别模型",
    "强化式": "强化",
    "增强式学习": "强化学习",
    "增强学习": "强化学习",
}
TABLE = json.loads(
    Path(__file__).with_name("simplified.json").read_text(encoding="utf-8")
)
SIMPLIFIED = dict(zip(TABLE["traditional"], TABLE["simplified"], strict=True))
HAN = re.compile(r"[\u4e00-\u9fff]+")
English = languages["en"]

# Comes after Sphinx's own stemmer, which it takes in.
STEMMER = """
Stemmer = (English => function () {
  const english = new English(), spellings = Object.entries(%s);
  this.stemWord = word => english.stemWord(spellings.reduce(
    (text, [american, british]) => text.replace(new RegExp(american), british), word));
})(Stemmer);
"""
# As `folded` and `split` below.  Of a run of Chinese, what no page says is left out:
# who asks for more than a term, or for two of them in one word, still finds them.
SPLITTER = """
var splitQuery = (([traditional, simplified, letters, variants]) => {
  const plain = new Map([...traditional].map((c, i) => [c, [...simplified][i]]));
  Object.entries(letters).forEach(pair => plain.set(...pair));
  const folded = text => Object.entries(variants).reduce(
    (said, [other, ours]) => said.replaceAll(other, ours),
    [...text.normalize("NFKD").replace(/\\p{M}/gu, "")]
      .map(c => plain.get(c) ?? c).join(""));
  const known = word => [Search._index?.terms, Search._index?.titleterms]
    .some(words => words && Object.hasOwn(words, word));
  const parts = run => {
    const pairs = [...run].slice(1).map((c, i) => run[i] + c).filter(known);
    return pairs.length ? pairs : [run];
  };
  const han = /[\\u4e00-\\u9fff]+/g;
  return query => {
    const text = folded(query);
    return [
      ...text.replace(han, " ").split(/[^\\p{Letter}\\p{Number}_]+/u).filter(w => w),
      ...(text.match(han) ?? []).flatMap(parts),
    ];
  };
})(%s);
"""


def folded(text: str) -> str:
    """Return a text without accents, in simplified characters and the book's terms."""
    plain = unicodedata.normalize("NFKD", text)
    letters = (c for c in plain if not unicodedata.category(c).startswith("M"))
    said = "".join(LETTERS.get(c) or SIMPLIFIED.get(c, c) for c in letters)
    for other, ours in VARIANTS.items():
        said = said.replace(other, ours)
    return said


def tables() -> str:
    """Return what the browser folds by."""
    names = [TABLE["traditional"], TABLE["simplified"], LETTERS, VARIANTS]
    return json.dumps(names, ensure_ascii=False)


class BookEnglish(English):
    """English as both sides of the ocean write it, with Chinese terms in between."""

    js_stemmer_code = English.js_stemmer_code + STEMMER % json.dumps(SPELLINGS)
    js_splitter_code = SPLITTER % tables()

    def split(self, input: str) -> list[str]:  # noqa: A002
        """Cut a text into words, and Chinese into characters and their pairs."""
        text = folded(input)
        runs = HAN.findall(text)
        pairs = [run[i : i + 2] for run in runs for i in range(len(run) - 1)]
        return [*super().split(HAN.sub(" ", text)), *"".join(runs), *pairs]

    def stem(self, word: str) -> str:
        """Return the stem of the word as a British author spells it."""
        word = word.lower()
        for american, british in SPELLINGS.items():
            word = re.sub(american, british, word, count=1)
        return super().stem(word)


def setup(app: Sphinx) -> dict[str, bool | int]:
    """Take the place of Sphinx's English; other tables index all pages anew."""
    app.add_search_language(BookEnglish)
    version = zlib.crc32((tables() + json.dumps(SPELLINGS)).encode())
    return {
        "parallel_read_safe": True,
        "parallel_write_safe": True,
        "env_version": version,
    }
