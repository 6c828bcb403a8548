from __future__ import annotations

import importlib.util
import sys

import pytest
from places import CHECKOUT


@pytest.fixture(scope="module")
def build():
    """build.py, which is not imported where Slurm is only used."""
    spec = importlib.util.spec_from_file_location(
        "libslurm_cffi_build", CHECKOUT / "libslurm_cffi" / "build.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tools(build):
    return build.find_toolchain()
