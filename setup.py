"""Builds restd-inet for the Slurm that is installed; see setup.cfg for all that does not depend on it."""

# ruff: noqa: E402, UP036 - an older Python is told what it lacks before it fails at what follows.

import hashlib
import os
import re
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(
        "restd-inet needs Python 3.11 or newer; this is Python {}.{}.\n"
        "  RHEL, Rocky, AlmaLinux 8 and 9:  dnf install python3.11 python3.11-devel; python3.11 -m venv\n"
        "  Debian 11, Ubuntu 22.04:         a newer release of the system, or a Python of your own".format(
            *sys.version_info
        )
    )

from setuptools import Extension, find_packages, setup, sic
from setuptools.command.build_py import build_py

# isort: split
from distutils.ccompiler import new_compiler  # setuptools' own
from distutils.command.build_scripts import build_scripts
from distutils.sysconfig import customize_compiler

sys.path[:0] = ["src", "."]

from libslurm_cffi import build

BUILT_FOR = Path("build", "built-for")
BUILDING = {"bdist_wheel", "build", "build_ext", "build_py", "develop", "editable_wheel", "install"}


class BuildPy(build_py):
    """Also puts together the OpenAPI documents of several versions, for the Slurm that the build is for."""

    def run(self):
        super().run()
        if not getattr(self, "editable_mode", False):
            self.remove_what_is_no_more()
            from restd_inet.pages.openapi import write

            write(Path(self.build_lib, "restd_inet", "specs"))

    def remove_what_is_no_more(self):
        """A build directory that is used again has modules whose source has been moved or removed."""
        outputs = {os.path.realpath(path) for path in self.get_outputs(include_bytecode=False)}
        for path in Path(self.build_lib).rglob("*"):
            if path.is_file() and path.suffix != ".so" and os.path.realpath(path) not in outputs:
                path.unlink()


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


def release():
    """The release of the Slurm that is installed; "" without one."""
    try:
        return build.release(build.find_toolchain())
    except SystemExit:
        return ""


def version():
    """The version, with the release of Slurm that a wheel is for: 1.2.3+slurm24.05. A source has none."""
    text = re.search(r'__version__ = "(.+)"', Path("src/restd_inet/__init__.py").read_text())[1]
    series = "" if "sdist" in sys.argv else ".".join(release().split(".")[:2])
    return f"{text}+slurm{series}" if series else text


def forget_another_build():
    """What was built for another Slurm or Python is removed, and built anew."""
    headers = [Path(directory, header) for directory in include_directories() for header in build.HEADERS]
    texts = [header.read_bytes() for header in headers if header.exists()]
    now = "\n".join(
        [release(), sysconfig.get_config_var("EXT_SUFFIX"), hashlib.sha256(b"".join(texts)).hexdigest()]
    )
    if Path("build").exists() and not (BUILT_FOR.exists() and BUILT_FOR.read_text() == now):
        print("build/ is of another Slurm or Python, or of an older build: it is removed", file=sys.stderr)
        shutil.rmtree("build")
        for module in (*Path("src/restd_inet").glob("*.so"), *Path("libslurm_cffi").glob("*.so")):
            module.unlink()
    BUILT_FOR.parent.mkdir(exist_ok=True)
    BUILT_FOR.write_text(now)


def include_directories():
    return [*build.slurm_directories()[0], "/usr/include", "/usr/local/include"]


if BUILDING & set(sys.argv):
    forget_another_build()
# setup.cfg silently ignores cffi_modules, and its find: knows one root only.
packages = ["libslurm_cffi", "restd_inet.contrib", "restd_inet.specs", *find_packages("src")]
# Modules of their own: not every request needs libslurm.
yaml_list = Extension(
    "restd_inet.codec._yaml_list", ["src/restd_inet/codec/yaml_list.c"], py_limited_api=True
)
process = Extension(
    "restd_inet._process", ["src/restd_inet/_process.c"], libraries=["rt"], py_limited_api=True
)
deadline = Extension(
    "restd_inet._deadline",
    ["libslurm_cffi/deadline/deadline.c"],
    libraries=["pthread", "rt"],
    py_limited_api=True,
)
setup(
    version=sic(version()),  # without a warning that 05 is 5 there (PEP 440)
    cffi_modules=["libslurm_cffi/build.py:ffibuilder"],
    packages=packages,
    ext_modules=[process, deadline, yaml_list],
    scripts=["src/restd_inet/start/launcher.c"],
    cmdclass={"build_py": BuildPy, "build_scripts": BuildScripts},
    data_files=[("share/man/man8", ["contrib/man/restd-inet.8"])],
)
