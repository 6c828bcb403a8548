from setuptools import find_packages, setup

# setup.cfg silently ignores cffi_modules, and its find: knows one root only.
packages = ["libslurm_cffi", "restd_inet.specs", *find_packages("src")]
setup(cffi_modules=["libslurm_cffi/build.py:ffibuilder"], packages=packages)
