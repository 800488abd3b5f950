"""Makes minidl/data/assets/album: photographs that come with GCompris, a program for children.

apt-get download gcompris-qt-data=3.1-2 && dpkg-deb -x gcompris-qt-data_3.1-2_all.deb FOLDER
python tools/assets/album.py FOLDER

Taken are those whose README, which GCompris packs beside them, says public domain or CC0 and names
the author and the source. Each is reduced to at most 256 pixels on its longer side and stored as
JPEG. README.md beside them, written here, repeats what that README says.
"""

import io
import re
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

TARGET = Path(__file__).parents[2] / "minidl" / "data" / "assets" / "album"
LONGEST, QUALITY = 256, 85
FREE = ("Public Domain", "Public domain", "CC0-1.0")

THINGS, ANIMALS = "categorization/resource/images/others", "explore_world_animals/resource/animals"
FISH, MONUMENTS = (
    "categorization/resource/images/fishes",
    "categorization/resource/images/monuments",
)
MILLS, TOOLS = "categorization/resource/images/renewable", "categorization/resource/images/tools"
FARM, ERASED = "explore_farm_animals/resource/animals", "erase/resource"
PLACES = "explore_monuments/resource"
CHOSEN = {  # an activity's folder: files in it, and our names where they differ
    FARM: "cat:kitten chicken cow dog duck horse owl pig sheep",
    ANIMALS: "bison chameleon crocodile giraffe hedgehog jaguar kangaroo koala lemur moose panda "
    "polar_bear scarlet_macaw:macaw",
    ERASED: "crab kingfisher pika red_panda",
    FISH: "fish4:perch fish6:discus fish9:clownfish fish14:anthias fish25:goldfish fish28:puffer",
    MONUMENTS: "brandenburgGate:gate colosseum eiffelTower:iron_tower greatPyramid:pyramid "
    "greatWall:wall leaningTowerOfPisa:leaning_tower monument1:dome operaHouse:opera "
    "parthenon statueOfLiberty:statue tajMahal:mausoleum usCapitol:capitol",
    f"{PLACES}/wonders": "petra",
    f"{PLACES}/france": "montStMichel:abbey",
    f"{PLACES}/germany": "neuschwansteinCastle:castle",
    MILLS: "dam4:weir solar4:panels windmill:mill_of_stone windmill2:mill windmill9:dark_mill "
    "windmill12:wooden_mill",
    TOOLS: "hammer1:hammer multimeter2:meter scissors1:scissors sideCutter1:pliers",
    THINGS: "baseball bulb chair cup igloo pencil plate spoons",
}


def main(folder: str) -> None:
    TARGET.mkdir(exist_ok=True)
    packed = _packed(Path(folder))
    told = _told(packed)
    rows = []
    for place, words in CHOSEN.items():
        for word in words.split():
            stem, _, name = word.partition(":")
            file = f"{place}/{stem}.webp"
            about = told[file]
            if about["License"] not in FREE:
                sys.exit(f"{file} is under {about['License']}")
            _store(packed[file], name or stem)
            free = "CC0" if about["License"].startswith("CC0") else "public domain"
            rows.append(f"| {name or stem} | {about['Copyright']} | <{about['Source']}> | {free} |")
    _write_readme(sorted(rows))
    sizes = [path.stat().st_size for path in TARGET.glob("*.jpg")]
    print(f"{len(sizes)} photographs, {sum(sizes) / 1e6:.2f} MB")


def _store(content: bytes, name: str) -> None:
    image = Image.open(io.BytesIO(content)).convert("RGB")
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    image.save(TARGET / f"{name}.jpg", quality=QUALITY, optimize=True)


def _told(packed: dict[str, bytes]) -> dict[str, dict[str, str]]:
    """What the READMEs of GCompris say of each file: its Copyright, Source and License."""
    found = {}
    for path, readme in packed.items():
        if not path.endswith("/README"):
            continue
        for paragraph in re.split(r"\n\s*\n", readme.decode()):
            about = re.findall(r"(?m)^(Copyright|Source|License): *(.*?) *$", paragraph)
            for file in paragraph.partition("Files:")[2].split():
                found[f"{path.removesuffix('README')}{file}"] = dict(about)
    return found


def _write_readme(rows: list[str]) -> None:
    text = [
        "# An album of photographs",
        "",
        "A folder to look into a network with: `vis.top_patches(network, layer, data.ALBUM)`.",
        "",
        "All come with **GCompris 3.1** (Debian's package gcompris-qt-data 3.1-2), whose READMEs,",
        "packed beside the photographs, name the authors, the sources and the licences below. They",
        "are reduced to at most 256 pixels on the longer side and stored as JPEG by",
        "`python tools/assets/album.py`; nothing else was changed.",
        "",
        "| name | whose | from | licence |",
        "|---|---|---|---|",
        *rows,
    ]
    (TARGET / "README.md").write_text("\n".join(text) + "\n", encoding="utf-8")


def _packed(folder: Path) -> dict[str, bytes]:
    """The files in all of a package's resource files (.rcc), by their path among the activities."""
    found = {}
    for path in sorted(folder.rglob("*.rcc")):
        for name, content in _resources(path.read_bytes()):
            found[name.rpartition("src/activities/")[2]] = content
    return found


def _resources(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The files in a Qt resource file: a tree of entries, the data and the names, by offsets."""
    version, tree, data, names = struct.unpack_from(">4I", content, 4)
    size = 14 if version < 2 else 22

    def walk(number: int, above: str) -> Iterator[tuple[str, bytes]]:
        place = tree + number * size
        at, flags = struct.unpack_from(">IH", content, place)
        (length,) = struct.unpack_from(">H", content, names + at)
        start = names + at + 6
        name = above + content[start : start + 2 * length].decode("utf-16-be") if number else ""
        if flags & 2:
            count, first = struct.unpack_from(">II", content, place + 6)
            for child in range(first, first + count):
                yield from walk(child, f"{name}/" if number else "")
            return
        (offset,) = struct.unpack_from(">I", content, place + 10)
        (length,) = struct.unpack_from(">I", content, data + offset)
        raw = content[data + offset + 4 : data + offset + 4 + length]
        yield name, zlib.decompress(raw[4:]) if flags & 1 else raw

    yield from walk(0, "")


if __name__ == "__main__":
    main(sys.argv[1])
