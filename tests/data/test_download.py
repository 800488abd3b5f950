"""Downloads: kept where MINIDL_DATA says, checked, and explained where there is no network."""

import hashlib
import urllib.request

import numpy as np
import pytest

from minidl import data
from minidl.data.download import Source, data_folder, fetched

CONTENT = b"a published file" * 10000


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A source at an address that works without a network, and an empty data folder."""
    monkeypatch.setenv("MINIDL_DATA", str(tmp_path / "kept" / "here"))
    (tmp_path / "original").write_bytes(CONTENT)
    digest = hashlib.sha256(CONTENT).hexdigest()
    return Source("copy.bin", (tmp_path / "original").as_uri(), digest)


def test_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("MINIDL_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.delenv("MINIDL_DATA")
    assert data_folder().parts[-2:] == ("minidl", "data")


def test_downloaded_once(published, tmp_path):
    path = fetched(published, quiet=True)
    assert path == tmp_path / "kept" / "here" / "copy.bin"
    assert path.read_bytes() == CONTENT
    (tmp_path / "original").unlink()
    assert fetched(published, quiet=True) == path


def test_a_progress_bar_that_can_be_silenced(published, capsys):
    fetched(published, quiet=True)
    assert capsys.readouterr().out == ""
    (data_folder() / "copy.bin").unlink()
    fetched(published)
    assert "copy.bin" in capsys.readouterr().out


def test_another_file_is_refused(published):
    data_folder().mkdir(parents=True)
    (data_folder() / "copy.bin").write_bytes(b"half a fi")
    with pytest.raises(ValueError, match=r"copy\.bin has SHA-256 .*delete it"):
        fetched(published)


def test_another_file_at_the_address_is_not_kept(published, tmp_path):
    (tmp_path / "original").write_bytes(b"please log in to this network")
    with pytest.raises(ValueError, match=r"gave a file with SHA-256 .* not kept"):
        fetched(published, quiet=True)
    assert list(data_folder().iterdir()) == []


def test_no_network(published, tmp_path):
    (tmp_path / "original").unlink()
    with pytest.raises(FileNotFoundError) as raised:
        fetched(published, quiet=True)
    message = str(raised.value)
    assert published.address in message
    assert str(tmp_path / "kept" / "here" / "copy.bin") in message
    assert "MINIDL_DATA" in message
    assert "\n" not in message
    assert list(data_folder().iterdir()) == []


@pytest.mark.parametrize("below", [".", "inside"])
def test_a_data_folder_that_is_a_file(published, tmp_path, monkeypatch, below):
    monkeypatch.setenv("MINIDL_DATA", str(tmp_path / "original" / below))
    with pytest.raises(NotADirectoryError, match=r"original is a file: set MINIDL_DATA"):
        fetched(published, quiet=True)


def test_a_download_that_breaks_off_leaves_nothing(published, monkeypatch):
    class Broken:
        headers = {"Content-Length": "1000"}  # noqa: RUF012
        blocks = iter([b"x" * 100, b""])

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def read(self, size):
            return next(self.blocks)

    monkeypatch.setattr(urllib.request, "urlopen", lambda *a, **k: Broken())
    with pytest.raises(FileNotFoundError, match="100 of 1000 bytes arrived"):
        fetched(published, quiet=True)
    assert list(data_folder().iterdir()) == []


def test_olivetti_says_what_to_do_without_a_network(tmp_path, monkeypatch):
    def offline(*arguments, **options):
        raise OSError("no network")

    monkeypatch.setenv("MINIDL_DATA", str(tmp_path))
    monkeypatch.setattr(urllib.request, "urlopen", offline)
    with pytest.raises(FileNotFoundError, match=r"olivettifaces\.mat .*no network.*figshare"):
        data.olivetti(quiet=True)


def test_olivetti_reads_pictures_stored_column_by_column(tmp_path, monkeypatch):
    from scipy.io import savemat

    pictures = np.random.default_rng(0).integers(0, 256, (400, 64, 64)).astype(np.uint8)
    stored = pictures.swapaxes(1, 2).reshape(400, 4096).T
    savemat(tmp_path / "olivettifaces.mat", {"faces": stored})
    digest = hashlib.sha256((tmp_path / "olivettifaces.mat").read_bytes()).hexdigest()
    monkeypatch.setenv("MINIDL_DATA", str(tmp_path))
    module = __import__("minidl.data.olivetti", fromlist=["_SOURCE"])
    monkeypatch.setattr(module, "_SOURCE", module._SOURCE._replace(sha256=digest))
    images, labels = data.olivetti()
    assert images.shape == (400, 1, 64, 64)
    assert images.dtype == np.float32
    assert np.allclose(images[:, 0] * 255, pictures)
    assert np.array_equal(labels, np.repeat(np.arange(40), 10))
