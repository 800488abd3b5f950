"""How kernels are compiled, and where the compiled code is kept.

Numba's own cache looks at the file of the function it compiles and misses edits to the functions
called from it: an old kernel would go on running. So the compiled code lives in a folder named
after a hash of every source file below `kernels/`, of the versions of Python, Numba and llvmlite,
and of the CPU. Compiled code elsewhere (`data.faces`) has a folder of its own, named after its own
source files too.

To Numba a read-only or strided array is a type of its own, which it would compile for separately.
So no entry point takes a user's array as it is. Convolution, matrix products and passes take
NamedTuples of integers: addresses, sizes and strides. Pooling takes tuples of contiguous arrays
that look writable, and of integers; the search takes NamedTuples of the index's own contiguous
arrays, and of integers.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import llvmlite
import numba
from llvmlite import binding
from numba import njit
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.runtime.nrt import rtsys

from .features import config, cpu_features, lanes
from .pipeline import Pipeline, plain
from .sealed import SealedCacheFile

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "fastmath": {"contract", "nsz"},
    "error_model": "numpy",
    "pipeline_class": Pipeline,
}

KERNELS = Path(__file__).parent.parent
WIDTH = lanes()  # float32 to a vector: before anything is compiled
STALE = 30 * 24 * 3600  # seconds after which the code of another version is deleted

# Functions that only other compiled functions call have no wrapper to be called from Python.
INNER = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inner(function: Callable) -> Any:
    """Compiles a function that only compiled functions call.

    One that was made for others (it has free variables) is named after them. Numba tells two
    functions of one name apart by a number that begins anew in each process: of two kernels kept by
    different processes, one would call what was compiled for the other.
    """
    free = [cell.cell_contents for cell in function.__closure__ or ()]
    if free:
        names = ",".join(getattr(f, "py_func", f).__qualname__ for f in free)
        function.__qualname__ += f"[{names}]"
    compiled = njit(**INNER)(function)
    look_up = compiled.get_call_template
    compiled.get_call_template = lambda args, kws: look_up([plain(a) for a in args], kws)
    return compiled


def kernel(function: Callable) -> Any:
    """Compiles an entry point on its first call and keeps the result on disk."""
    compiled = njit(**OPTIONS)(function)
    compiled._cache = _KernelCache(function)
    return compiled


@functools.cache
def cache_folder(package: Path | None = None) -> Path:
    """Where compiled kernels of exactly this source, this Numba and this CPU are kept.

    package: a folder outside `kernels/` whose compiled functions may call whatever is in it.
    """
    digest = hashlib.sha256()
    for source in [
        f for tree in sorted({KERNELS, package or KERNELS}) for f in sorted(tree.rglob("*.py"))
    ]:
        digest.update(source.read_bytes())
    cpu = config.CPU_NAME or binding.get_host_cpu_name()
    build = (sys.version, numba.__version__, llvmlite.__version__, cpu, config.BOUNDSCHECK)
    digest.update(repr((build, WIDTH, sorted(cpu_features()))).encode())
    return _cache_root() / digest.hexdigest()[:16]


def _cache_root() -> Path:
    if config.CACHE_DIR:
        return Path(config.CACHE_DIR).absolute() / "minidl-kernels"
    import platformdirs

    return Path(platformdirs.user_cache_dir("minidl")) / "kernels"


def mark_complete() -> None:
    """Notes that everything is compiled; older versions' folders, no longer of use, go."""
    folder = cache_folder()
    with contextlib.suppress(OSError):  # nowhere to write, or another process tidies up too
        (folder / "complete").touch()
        for other in folder.parent.iterdir():
            if other != folder and time.time() - other.stat().st_mtime > STALE:
                shutil.rmtree(other, ignore_errors=True)


class _Locator(_CacheLocator):
    """Tells Numba to keep everything in `cache_folder`, which changes when anything changes."""

    def __init__(self, py_func: Callable) -> None:
        self._name = py_func.__qualname__
        package = Path(py_func.__code__.co_filename).parent
        self._folder = cache_folder(KERNELS if KERNELS in package.parents else package)

    def get_cache_path(self) -> str:
        return str(self._folder)

    def get_source_stamp(self) -> str:
        return self._folder.name

    def get_disambiguator(self) -> str:
        return self._name


class _KernelCacheImpl(CompileResultCacheImpl):
    def __init__(self, py_func: Callable) -> None:
        self._lineno = py_func.__code__.co_firstlineno
        self._locator = _Locator(py_func)
        self._filename_base = f"{py_func.__module__}.{py_func.__name__}"

    @property
    def filename_base(self) -> str:
        return self._filename_base


class _KernelCache(FunctionCache):
    """Numba's function cache in our folder; says so, once, when it has to compile."""

    _impl_class = _KernelCacheImpl

    def __init__(self, py_func: Callable) -> None:
        super().__init__(py_func)
        base, stamp = self._impl.filename_base, self._impl.locator.get_source_stamp()
        self._cache_file = SealedCacheFile(self._cache_path, base, stamp, _damaged)
        if not Path(self._cache_path).is_absolute():  # "~": a user without a home folder
            self.disable()

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Numba's, without its refresh, which loads all that code could be compiled with (SciPy
        too): 0.4 s for what compiled code has no use for. Where there is something to be
        compiled, Numba's compiler does it."""
        rtsys.initialize(target_context)
        try:
            with self._guard_against_spurious_io_errors():
                found = self._load_overload(sig, target_context)
        except OSError:
            found = None
        if found is None:
            happened.compiled += 1
            _say_compiling()
        return found

    def save_overload(self, sig: Any, data: Any) -> None:
        if not self._enabled:
            _not_kept("a home folder (there is none)")
            return
        try:
            Path(self.cache_path).mkdir(parents=True, exist_ok=True)
            super().save_overload(sig, data)
        except OSError as error:
            _not_kept(f"{self.cache_path} ({error.strerror})")
        except RuntimeError as error:  # "no compiled object yet": Ctrl-C came while LLVM reported
            raise KeyboardInterrupt from error


@dataclass
class Happened:
    """What became of the kept code in this process, for whoever shows it (`minidl doctor`)."""

    compiled: int = 0  # kernels that were not there, or not as they were written
    damaged: list[Path] = field(default_factory=list)
    not_kept: str = ""  # the folder that could not be written to, and why
    quiet: bool = False  # whether nothing is to be said as it happens


happened = Happened()


def _damaged(file: Path) -> None:
    if not happened.damaged:
        _say(f"{file} is damaged: the kernels kept there are compiled again, where need be")
    if file not in happened.damaged:  # it is looked at again before it is replaced
        happened.damaged.append(file)


@functools.lru_cache(maxsize=1)
def _say_compiling() -> None:
    if not happened.damaged:  # that line has said it
        _say(
            "compiling kernels for this machine, once (a few seconds each; "
            "`minidl doctor` compiles all of them ahead)",
            _notebook() or sys.stderr,
        )


def _not_kept(where: str) -> None:
    if not happened.not_kept:
        _say(
            f"compiled kernels cannot be kept in {where}, so each process compiles them anew; "
            "set NUMBA_CACHE_DIR to a folder that can be written to"
        )
    happened.not_kept = where


def _notebook() -> TextIO | None:
    """Where a cell prints, which paints what it finds on the standard error as a fault."""
    return sys.stdout if type(sys.stdout).__module__.startswith("ipykernel") else None


def _say(line: str, to: TextIO | None = None) -> None:
    if not happened.quiet:
        print(f"minidl: {line}", file=to or sys.stderr)


def be_quiet() -> None:
    """Nothing is said from here on: whoever calls this shows the progress and `happened`."""
    happened.quiet = True
