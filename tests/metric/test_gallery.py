import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from minidl import Tensor
from minidl.metric import Gallery

NAMES = st.sampled_from(["Ada", "Alan", "Grace", "Søren", "明", 'q"\n'])
# few values: distances are exact, and often equal
ENCODING = st.tuples(*[st.integers(-2, 2)] * 3)
ENCODINGS = st.lists(ENCODING, min_size=1, max_size=40)


class AgainstAList(RuleBasedStateMachine):
    """A gallery does what a list of (name, encoding) searched from end to end does."""

    @initialize(threshold=st.sampled_from([0.0, 1.0, 1.5, 2.0]), known=st.booleans())
    def start(self, threshold, known):
        self.gallery = Gallery(threshold, 3 if known else None)
        self.pictures = []

    @rule(name=NAMES, encodings=ENCODINGS)
    def enrol(self, name, encodings):
        self.gallery.enrol(name, encodings)
        self.pictures += [(name, e) for e in encodings]

    @rule(name=NAMES)
    def remove(self, name):
        if any(name == who for who, _ in self.pictures):
            self.gallery.remove(name)
            self.pictures = [p for p in self.pictures if p[0] != name]
        else:
            with pytest.raises(ValueError, match="remove: there is no"):
                self.gallery.remove(name)

    @rule(queries=ENCODINGS, top=st.integers(1, 7))
    def recognise(self, queries, top):
        for query, match in zip(queries, self.gallery.recognise(queries, top), strict=True):
            nearest = {}
            for name, encoding in self.pictures:
                distance = np.linalg.norm(np.subtract(query, encoding))
                nearest[name] = min(distance, nearest.get(name, np.inf))
            firsts = self.first_at(nearest, query)
            expected = sorted(nearest.items(), key=lambda item: (item[1], firsts[item[0]]))[:top]
            assert [c.name for c in match.candidates] == [name for name, _ in expected]
            np.testing.assert_allclose(  # float32's rounding: the distances that `verify` measures
                [c.distance for c in match.candidates], [d for _, d in expected], rtol=2e-7
            )
            known = bool(expected) and expected[0][1] <= self.gallery.threshold
            assert match.name == (expected[0][0] if known else None)
            assert match.distance == (match.candidates[0].distance if expected else np.inf)

    def first_at(self, nearest, query):
        """The place of each person's first picture among those at their smallest distance."""
        firsts = {}
        for place, (name, encoding) in enumerate(self.pictures):
            if np.linalg.norm(np.subtract(query, encoding)) == nearest[name]:
                firsts.setdefault(name, place)
        return firsts

    @rule()
    def save_and_load(self):
        path = self.folder / "people.safetensors"
        self.gallery.save(path)
        loaded = Gallery.load(path)
        assert repr(loaded) == repr(self.gallery)
        assert loaded.dimensions == self.gallery.dimensions
        self.gallery = loaded

    @invariant()
    def counts(self):
        if not hasattr(self, "gallery"):
            return
        names = list(dict.fromkeys(name for name, _ in self.pictures))
        assert list(self.gallery.names) == names
        assert len(self.gallery) == len(names)
        assert self.gallery.pictures == len(self.pictures)
        assert all(name in self.gallery for name in names)


@pytest.fixture(autouse=True, scope="module")
def _folder(tmp_path_factory):
    AgainstAList.folder = tmp_path_factory.mktemp("gallery")


TestAgainstAList = AgainstAList.TestCase
TestAgainstAList.settings = settings(max_examples=30, stateful_step_count=12, deadline=None)


@pytest.fixture
def gallery():
    people = Gallery(threshold=0.5)
    people.enrol("Ada", [[0.0, 0.0], [0.0, 1.0]])
    people.enrol("Alan", [3.0, 4.0])
    return people


def test_the_nearest_within_the_threshold_or_none_of_them(gallery):
    ada, edge, nobody = gallery.recognise([[0, 0.9], [3.5, 4], [3.6, 4]])
    assert (ada.name, edge.name, nobody.name) == ("Ada", "Alan", None)
    assert nobody.distance == pytest.approx(0.6, abs=1e-6)
    assert nobody.candidates[0].name == "Alan"
    assert str(ada) == "Ada (distance 0.100)"
    assert str(nobody) == "none of them (nearest: Alan at 0.600)"


def test_each_person_is_a_candidate_once(gallery):
    (match,) = gallery.recognise([0.0, 0.0], top=5)
    assert match.candidates == (("Ada", 0.0), ("Alan", 5.0))


def test_one_with_many_pictures_does_not_hide_the_others():
    people = Gallery(1.0)
    people.enrol("Ada", np.zeros((1000, 4)))
    people.enrol("Alan", np.ones(4))
    people.enrol("Grace", 2 * np.ones(4))
    (match,) = people.recognise(np.zeros(4), top=3)
    assert [c.name for c in match.candidates] == ["Ada", "Alan", "Grace"]


def test_adding_a_person_changes_no_one_else(gallery):
    before = gallery.recognise([[0, 0], [3, 4]])
    gallery.enrol("Grace", Tensor(np.full((1, 2), 9.0)))
    assert gallery.recognise([[0, 0], [3, 4]]) == before
    assert gallery.recognise([9, 9])[0].name == "Grace"


def test_enrolled_encodings_are_the_gallerys_own():
    people, encoding = Gallery(0.1), np.zeros((1, 2), np.float32)
    people.enrol("Ada", encoding)
    encoding += 5
    assert people.recognise([0, 0])[0].name == "Ada"


def test_in_an_empty_gallery_everyone_is_none_of_them():
    match, _ = Gallery(1.0).recognise(np.zeros((2, 9)))
    assert match == (None, np.inf, ())
    assert str(match) == "none of them (the gallery is empty)"
    assert Gallery(1.0, 9).recognise(np.zeros((0, 9))) == []


def test_the_threshold_can_be_changed(gallery):
    gallery.threshold = 2
    assert gallery.recognise([3.0, 2.5])[0].name == "Alan"


def test_repr_counts(gallery):
    assert repr(gallery) == "Gallery(2 people, 3 pictures, threshold=0.5)"
    gallery.remove("Ada")
    assert repr(gallery) == "Gallery(1 person, 1 picture, threshold=0.5)"


@pytest.mark.parametrize(
    ("name", "encodings", "message"),
    [
        ("Ada", [1.0, 2.0, 3.0], r"given shape \(3,\), expected \(2,\) or \(N, 2\)"),
        ("Ada", np.ones((1, 1, 2)), r"given shape \(1, 1, 2\)"),
        ("Ada", np.ones((0, 2)), "given no encoding of Ada"),
        ("Ada", [[1.0, 2.0], [np.nan, 0.0]], "1 of 2 encodings contain NaN"),
        ("Ada", [1e300, 0.0], "1 of 1 encodings contain NaN or infinity"),
        ("Ada", [1e20, 0.0], "expected numbers up to"),
        (" ", [1.0, 2.0], "given an empty name"),
    ],
)
def test_what_cannot_be_enrolled_leaves_everything_as_it_was(gallery, name, encodings, message):
    with pytest.raises(ValueError, match=message):
        gallery.enrol(name, encodings)
    assert repr(gallery) == "Gallery(2 people, 3 pictures, threshold=0.5)"
    assert gallery.recognise([0, 0], top=2)[0].candidates == (("Ada", 0.0), ("Alan", 5.0))


def test_other_mistakes_are_refused(gallery):
    with pytest.raises(TypeError, match="enrol: given name=7, expected a text"):
        gallery.enrol(7, [0.0, 0.0])
    with pytest.raises(ValueError, match="there is no 'Grace' among the 2 people"):
        gallery.remove("Grace")
    with pytest.raises(ValueError, match="given top=0"):
        gallery.recognise([0.0, 0.0], top=0)
    with pytest.raises(ValueError, match=r"recognise: given shape \(3,\)"):
        gallery.recognise(np.zeros(3))
    for threshold in (-1, np.nan, np.inf):
        with pytest.raises(ValueError, match="given threshold="):
            Gallery(threshold)
    with pytest.raises(ValueError, match="given dimensions=0"):
        Gallery(1.0, 0)


@given(st.binary(max_size=60), st.integers(0, 10**6), st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_damaged_file_is_one_clear_error(noise, place, cut):
    path = AgainstAList.folder / "damaged.safetensors"
    people = Gallery(0.5)
    people.enrol("Ada", np.zeros((2, 2)))
    people.save(path)
    whole = path.read_bytes()
    place %= len(whole)
    damaged = whole[:place] + noise + (b"" if cut else whole[place + len(noise) :])
    path.write_bytes(damaged)
    message = ""
    try:
        assert Gallery.load(path).pictures == 2
        assert len(damaged) == len(whole)  # what was hit was a number or a letter of a name
    except ValueError as error:
        message = str(error)
    assert not message or "is not a readable gallery" in message


def test_other_files_are_refused(tmp_path):
    from minidl.nn import storage

    storage.save({"encodings": np.zeros((1, 2))}, tmp_path / "weights.safetensors")
    with pytest.raises(ValueError, match="is not a readable gallery: it is another safetensors"):
        Gallery.load(tmp_path / "weights.safetensors")
    with pytest.raises(FileNotFoundError, match="there is no file"):
        Gallery.load(tmp_path / "missing.safetensors")
    with pytest.raises(IsADirectoryError, match="it is a folder"):
        Gallery.load(tmp_path)


def test_a_failed_save_leaves_the_old_file(gallery, tmp_path, monkeypatch):
    path = tmp_path / "people.safetensors"
    gallery.save(path)
    before = path.read_bytes()

    def full(file, content):
        file.write_text("half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    gallery.remove("Ada")
    with pytest.raises(OSError, match=r"cannot write .*people.safetensors: No space left"):
        gallery.save(path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before
    assert "Ada" in Gallery.load(path)
    with pytest.raises(FileNotFoundError, match=r"the folder .* does not exist"):
        gallery.save(tmp_path / "nowhere" / "people.safetensors")
