import sys
from pathlib import Path

from setuptools import Extension, find_packages, setup
from setuptools.command.build_py import build_py


class BuildPy(build_py):
    """Also puts together the OpenAPI documents of several versions, for the Slurm that the build is for."""

    def run(self):
        super().run()
        if not getattr(self, "editable_mode", False):
            sys.path[:0] = ["src", "."]
            from restd_inet.pages.openapi import write

            write(Path(self.build_lib, "restd_inet", "specs"))


# setup.cfg silently ignores cffi_modules, and its find: knows one root only.
packages = ["libslurm_cffi", "restd_inet.specs", *find_packages("src")]
# Modules of their own: not every request needs libslurm.
process = Extension("restd_inet._process", ["src/restd_inet/_process.c"], py_limited_api=True)
deadline = Extension(
    "restd_inet._deadline", ["libslurm_cffi/deadline/deadline.c"], libraries=["rt"], py_limited_api=True
)
setup(
    cffi_modules=["libslurm_cffi/build.py:ffibuilder"],
    packages=packages,
    ext_modules=[process, deadline],
    cmdclass={"build_py": BuildPy},
)
