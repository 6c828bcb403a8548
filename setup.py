import sys
import sysconfig
import tempfile
from pathlib import Path

from setuptools import Extension, find_packages, setup
from setuptools.command.build_py import build_py

# isort: split
from distutils.ccompiler import new_compiler  # setuptools' own
from distutils.command.build_scripts import build_scripts
from distutils.sysconfig import customize_compiler


class BuildPy(build_py):
    """Also puts together the OpenAPI documents of several versions, for the Slurm that the build is for."""

    def run(self):
        super().run()
        if not getattr(self, "editable_mode", False):
            sys.path[:0] = ["src", "."]
            from restd_inet.pages.openapi import write

            write(Path(self.build_lib, "restd_inet", "specs"))


class BuildScripts(build_scripts):
    """bin/restd-inet is a program in C: see src/restd_inet/start/launcher.c."""

    def copy_scripts(self):
        site = sysconfig.get_path("platlib", "venv", {"base": "", "platbase": ""}).lstrip("/")
        python = str(Path(sys.executable).resolve())
        compiler = new_compiler()
        customize_compiler(compiler)
        self.mkpath(self.build_dir)
        with tempfile.TemporaryDirectory() as directory:
            objects = compiler.compile(
                self.scripts, directory, [("SITE", f'"{site}"'), ("PYTHON", f'"{python}"')]
            )
            compiler.link_executable(objects, "restd-inet", self.build_dir)
        made = [str(Path(self.build_dir, "restd-inet"))]
        return made, made


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
    scripts=["src/restd_inet/start/launcher.c"],
    cmdclass={"build_py": BuildPy, "build_scripts": BuildScripts},
)
