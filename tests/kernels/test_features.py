"""How wide a vector is: as the CPU's registers, or as `MINIDL_LANES` asks, for tests and times."""

import os
import subprocess
import sys

import pytest

from minidl.kernels.machine import features

TOLD = """
from minidl.kernels.machine import features, jit, simd
print(simd.LANES, any(name.startswith("avx512") for name in features.cpu_features()),
      jit.cache_folder())
"""


def told(lanes):
    environment = {**os.environ, "MINIDL_LANES": lanes}
    command = [sys.executable, "-c", TOLD]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


def test_fewer_lanes_are_compiled_for_a_cpu_that_has_no_more_and_kept_elsewhere():
    folders = set()
    for lanes in ("4", "8"):
        if int(lanes) > features._lanes_of(features.cpu_features()):
            pytest.skip("this CPU has no vectors of 8")
        number, wider, folder = told(lanes).stdout.split()
        assert (number, wider) == (lanes, "False")
        folders.add(folder)
    assert len(folders) == 2


@pytest.mark.parametrize("asked", ["5", "32", "wide"])
def test_another_number_is_refused_in_one_line(asked, monkeypatch):
    monkeypatch.setenv("MINIDL_LANES", asked)
    with pytest.raises(ValueError, match=f"^MINIDL_LANES is '{asked}': this CPU's vectors can"):
        features.lanes()


@pytest.mark.parametrize(
    ("there", "lanes"), [({"avx512f", "avx2"}, 16), ({"avx2", "fma"}, 8), ({"sse4.2"}, 4)]
)
def test_a_vector_is_as_wide_as_a_register(there, lanes):
    if features.X86:
        assert features._lanes_of(frozenset(there)) == lanes
