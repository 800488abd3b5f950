"""Compiled code that was kept: a damaged, cut or foreign file is compiled anew, in one line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from minidl.kernels.machine import jit

pytestmark = pytest.mark.fast_only

KERNEL = """
from minidl.kernels.warm import _elementwise
_elementwise()
"""


def run(code: str, cache: Path, **environment: str) -> str:
    """The standard error of code in a process of its own, which must come to its end."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache), **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the kernels of `KERNEL` in it."""
    cache = tmp_path_factory.mktemp("sound")
    run(KERNEL, cache)
    return cache


ALIKE = {
    "relu": "np.maximum(a, 0)",
    "add": "a + b",
    "multiply": "a * b",
    "total": "a.sum(1)",
    "dot": "(a * b).sum(1)",
}
COMPARED = """
import numpy as np
from minidl.kernels.passes.elementwise import add, multiply, relu
from minidl.kernels.sums import dot, total
a, b = np.random.default_rng(0).standard_normal((2, 300, 300)).astype(np.float32)
for name in {names}:
    axis = (1,) if name in ("total", "dot") else ()
    given = (a,) if name in ("relu", "total") else (a, b)
    found = globals()[name](*given, *axis)
    np.testing.assert_allclose(found, eval({wanted}[name]), atol=1e-3, err_msg=name)
"""


def test_kernels_of_one_mould_kept_by_different_processes_do_not_mix(tmp_path: Path) -> None:
    # The first compiles what all of them use. Then each begins its process, so that Numba gives
    # their inner functions one number.
    for name in ALIKE:
        run(COMPARED.format(names=[name], wanted=ALIKE), tmp_path)
    run(COMPARED.format(names=["add", "multiply"], wanted=ALIKE), tmp_path)
    run(COMPARED.format(names=["total", "dot"], wanted=ALIKE), tmp_path)


def kept(cache: Path, suffix: str) -> list[Path]:
    return sorted(cache.rglob(f"*.{suffix}"))


def cut_to(size: int):
    return lambda file: os.truncate(file, size)


def one_other_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF  # in a data file: in the middle of the machine code
    file.write_bytes(content)


def noise(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 8)


def another_pickle(file: Path) -> None:
    file.write_bytes(b"\x80\x04\x8c\x060.99.0\x94.")  # as another Numba would begin its index


DAMAGE = {
    "empty": cut_to(0),
    "cut": cut_to(100),
    "one other byte": one_other_byte,
    "noise": noise,
    "of another Numba": another_pickle,
}


SOME = {("empty", "nbc"), ("cut", "nbi"), ("one other byte", "nbc"), ("noise", "nbi")}
ALL = [
    pytest.param(damage, suffix, marks=() if (damage, suffix) in SOME else pytest.mark.exhaustive)
    for damage in DAMAGE
    for suffix in ("nbi", "nbc")
]


@pytest.mark.parametrize(("damage", "suffix"), ALL)
def test_a_damaged_file_is_compiled_anew_and_told_once(
    damage: str, suffix: str, sound: Path, tmp_path: Path
) -> None:
    cache = shutil.copytree(sound, tmp_path / "cache")
    for file in kept(cache, suffix):
        DAMAGE[damage](file)
    told = run(KERNEL, cache)
    assert told.count("\n") == 1
    assert f".{suffix} is damaged: the kernels kept there are compiled again" in told
    assert run(KERNEL, cache) == ""  # and kept as new


def test_kept_code_runs_without_what_code_is_compiled_with(sound: Path) -> None:
    unneeded = "import sys; assert not {'scipy.linalg', 'numba.np.arraymath'} & set(sys.modules)"
    assert run(f"{KERNEL}\n{unneeded}", sound) == ""


def test_beside_kept_code_others_compile_theirs(sound: Path) -> None:
    own = """
import numba, numpy as np
own = numba.njit(lambda a: np.dot(a, a).sum() + np.sort(a[0])[0])
assert own(np.eye(3)) == 3
"""
    assert run(KERNEL + own, sound) == ""


def test_a_file_of_another_kernel_under_this_name_is_not_run(sound: Path, tmp_path: Path) -> None:
    cache = shutil.copytree(sound, tmp_path / "cache")
    one, other = kept(cache, "nbc")[:2]
    shutil.copy(one, other)
    assert "is damaged" in run(KERNEL, cache)


def test_a_missing_data_file_is_compiled_anew(sound: Path, tmp_path: Path) -> None:
    cache = shutil.copytree(sound, tmp_path / "cache")
    for file in kept(cache, "nbc"):
        file.unlink()
    assert run(KERNEL, cache).count("minidl: compiling kernels") == 1
    assert run(KERNEL, cache) == ""


def test_a_place_that_cannot_be_written_to_is_named_with_the_cure(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    told = run(KERNEL, blocked)
    assert f"cannot be kept in {blocked}" in told
    assert "set NUMBA_CACHE_DIR to a folder that can be written to" in told
    assert told.count("\n") == 2  # "compiling", and this


@pytest.mark.parametrize("asked", ["0", "-1", "abc", ""])
def test_a_useless_number_of_threads_for_numba_is_ignored(asked: str, sound: Path) -> None:
    told = run(KERNEL, sound, NUMBA_NUM_THREADS=asked)
    assert told.startswith(f"minidl: NUMBA_NUM_THREADS is {asked!r}, expected a whole number")
    assert told.count("\n") == 1


def test_a_home_that_is_nowhere_is_no_folder_named_tilde(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import platformdirs

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: f"~/.cache/{name}")
    monkeypatch.setattr(jit.config, "CACHE_DIR", "")
    monkeypatch.setattr(jit, "happened", jit.Happened(quiet=True))
    jit.cache_folder.cache_clear()
    try:
        assert jit.kernel(lambda x: x + 1)(1) == 2
        assert jit.happened.not_kept == "a home folder (there is none)"
        assert list(tmp_path.iterdir()) == []
    finally:
        jit.cache_folder.cache_clear()
