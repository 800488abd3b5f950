"""Makes a class of submissions for trials: perfect, partial, broken and hostile ones, mixed.

`python tests/classroom/making.py FOLDER COUNT [SEED]` from the course folder.
"""

import io
import json
import random
import sys
import tarfile
import zipfile
from pathlib import Path

from minidl.course.sets.folder import Course
from minidl.course.sets.stubs import functions, patched, stub_of, with_function

ROOT = Path(__file__).parents[2]
KINDS = ("perfect", "partial", "perfect", "partial", "partial", "broken", "partial", "hostile")
HOSTILE = (
    "while True:\n        pass",
    "import os\n    os._exit(0)",
    "import os\n    os.kill(os.getppid(), 9)",
    "while True:\n        print('x' * 1000)",
    "import socket\n    socket.create_connection(('127.0.0.1', 80), 1)",
    "return [[0] * 10**7 for _ in range(10**4)]",
    "import os\n    while True:\n        os.fork()",
    "return open('/etc/passwd').read()",
)


class Maker:
    """Submissions from the course's own references, named mistakes and stubs."""

    def __init__(self, course=None, seed=0):
        self.course = course or Course(ROOT)
        self.random = random.Random(seed)
        self.sets = {key: self.course.checks(key) for key in self.course.stems}
        self.solutions = {key: self.course.solution(key) for key in self.course.stems}
        self.stubs = {k: stub_of(self.solutions[k], s) for k, s in self.course.stems.items()}

    def texts(self, kind):
        """{stem: text} of one submission."""
        made = getattr(self, kind)()
        return {self.course.stems[key]: text for key, text in made.items()}

    def perfect(self):
        return dict(self.solutions)

    def partial(self):
        """Some functions right, some with a named mistake, some not begun, from some set on."""
        last = self.random.randint(1, len(self.sets))
        return {
            key: self.stubs[key] if number >= last else self._partial(key)
            for number, key in enumerate(self.sets)
        }

    def _partial(self, key):
        text = self.solutions[key]
        for name, exercise in self.sets[key].functions.items():
            drawn = self.random.random()
            if drawn < 0.15:
                text = with_function(text, name, self.stubs[key])
            elif drawn < 0.35 and exercise.wrongs:
                wrong = self.random.choice(exercise.wrongs)
                text = with_function(text, name, patched(self.solutions[key], name, wrong))
        return text

    def broken(self):
        made = self.partial()
        for key in self.random.sample(list(made), min(2, len(made))):
            made[key] = self.random.choice(["def f(:\n", "import nothing_of_that_name\n", ""])
        for key in self.random.sample(list(made), len(made) // 3):
            del made[key]
        return made

    def hostile(self):
        made = dict(self.solutions)
        key = self.random.choice(list(made))
        name = self.random.choice(list(self.sets[key].functions))
        node = next(n for n in functions(made[key]) if n.name == name)
        head = made[key].split("\n")[node.lineno - 1]
        head = head if head.rstrip().endswith(":") else f"def {name}(*args, **kwargs):"
        body = f"{head}\n    {self.random.choice(HOSTILE)}\n"
        return made | {key: with_function(made[key], name, body)}


def make(folder, count, seed=0, course=None):
    """Writes `count` submissions, in turns as folder, nested folder, zip, tarball."""
    maker = Maker(course, seed)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        texts = maker.texts(KINDS[number % len(KINDS)])
        FORMS[number % len(FORMS)](folder, f"student{number:03}", texts)


def as_folder(folder, name, texts, inside=""):
    place = folder / name / inside
    place.mkdir(parents=True)
    for stem, text in texts.items():
        (place / f"{stem}.py").write_text(text)


def as_nested(folder, name, texts):
    as_folder(folder, name, texts, "my-course/exercises")


def as_zip(folder, name, texts):
    with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for stem, text in texts.items():
            file.writestr(f"exercises/{stem}.py", text)


def as_tar(folder, name, texts):
    with tarfile.open(folder / f"{name}.tar.gz", "w:gz") as file:
        for stem, text in texts.items():
            data = text.encode()
            info = tarfile.TarInfo(f"exercises/{stem}.py")
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))


def notebook(*cells):
    """The text of a notebook with these cells of code."""
    made = [{"cell_type": "code", "source": c, "metadata": {}, "outputs": []} for c in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def told_function(name, status="passed", points=5, out_of=5, **more):
    """What is known of one function of the toy course."""
    base = {"says": "", "details": [], "credit": "", "note": "", "where": "", "diagnosis": ""}
    base["mistakes"] = []
    return {"name": f"ex01.{name}", "status": status, "points": points, "out_of": out_of} | (
        base | more
    )


def told(*functions, status="graded", notes=(), marks=None):
    """The result of one submission of the toy course."""
    one = {"title": "Toy", "source": "ex01_toy.py", "trouble": [], "functions": list(functions)}
    one |= {"points": sum(f["points"] for f in functions), "out_of": 10}
    sets = {"ex01": one} if functions else {}
    return {"status": status, "sets": sets, "notes": list(notes), "marks": marks or {}}


FORMS = (as_folder, as_nested, as_zip, as_tar)

if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
