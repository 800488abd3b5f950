"""Compiling: ahead with a report, announced once otherwise, and never stale."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from minidl.kernels import warm
from minidl.kernels.machine import jit

KERNEL = """
from minidl.kernels.warm import _elementwise
_elementwise()
_elementwise()
"""


def run(code: str, cache: Path | None) -> subprocess.CompletedProcess:
    """Runs code in a process of its own, with its kernels in `cache` or in the usual place."""
    place = {} if cache is None else {"NUMBA_CACHE_DIR": str(cache)}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env={**os.environ, **place},
    )


@pytest.mark.fast_only
def test_a_first_use_is_announced_once_and_a_second_process_is_silent(tmp_path: Path) -> None:
    first, second = run(KERNEL, tmp_path), run(KERNEL, tmp_path)
    assert first.stderr.count("minidl: compiling kernels") == 1
    assert len(first.stderr.splitlines()) == 1
    assert second.stderr == ""


@pytest.mark.fast_only
def test_kernels_compile_where_nothing_can_be_kept(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert "minidl: compiling kernels" in run(KERNEL, blocked).stderr


@pytest.mark.fast_only
def test_warming_reports_every_step_and_is_remembered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = []
    monkeypatch.setattr(jit, "cache_folder", lambda: tmp_path / "this")
    monkeypatch.setattr(warm, "_jobs", lambda: [(name, lambda: None) for name in "ab"])
    (tmp_path / "this").mkdir()
    assert not warm.is_warm()
    warm.warm(lambda *report: done.append(report))
    assert done == [("a", 0, 2), ("b", 1, 2), ("ready", 2, 2)]
    assert warm.is_warm()


@pytest.mark.fast_only
def test_every_kernel_is_among_those_compiled_ahead() -> None:
    code = """
import pkgutil, importlib, minidl.kernels
from minidl.kernels import warm
warm.warm()
for module in pkgutil.walk_packages(minidl.kernels.__path__, "minidl.kernels."):
    found = vars(importlib.import_module(module.name))
    for name, value in found.items():
        if hasattr(value, "_cache") and hasattr(value, "nopython_signatures"):
            if type(value._cache).__name__ == "_KernelCache" and len(value.signatures) != 1:
                print(name, len(value.signatures))
"""
    assert run(code, None).stdout == ""


def test_the_folder_changes_with_the_source_and_the_cpu(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def folder() -> Path:
        jit.cache_folder.cache_clear()
        return jit.cache_folder()

    try:
        ours = folder()
        monkeypatch.setattr(jit, "cpu_features", lambda: frozenset({"other"}))
        assert folder() != ours
        monkeypatch.undo()
        assert folder() == ours
        (tmp_path / "more.py").write_text("# another kernel\n")
        assert jit.cache_folder(tmp_path) != ours
    finally:
        monkeypatch.undo()
        jit.cache_folder.cache_clear()


def test_an_edit_of_a_nested_file_leaves_no_stale_kernel(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A kernel in one room calls functions of another; an edit of either needs a new folder."""
    tree = shutil.copytree(jit.KERNELS, tmp_path / "kernels")
    monkeypatch.setattr(jit, "KERNELS", tree)
    found: dict = {}
    exec(compile("def kernel(): pass", str(tree / "conv/winograd/kernels.py"), "exec"), found)

    def place() -> str:
        jit.cache_folder.cache_clear()
        return jit._Locator(found["kernel"]).get_cache_path()

    try:
        before = place()
        assert before == str(jit.cache_folder())
        windows = tree / "conv/gemm/windows.py"
        windows.write_text(windows.read_text() + "# an edit\n")
        assert place() != before
    finally:
        jit.cache_folder.cache_clear()


def test_plain_kernels_need_no_warming(kernels_environment: pytest.MonkeyPatch) -> None:
    kernels_environment.setenv("MINIDL_KERNELS", "plain")
    assert warm.is_warm()
    warm.warm(lambda *report: pytest.fail("nothing to compile"))
