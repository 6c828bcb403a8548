from setuptools import find_packages, setup

# setup.cfg silently ignores cffi_modules, and its find: knows one root only.
setup(cffi_modules=["libslurm_cffi/build.py:ffibuilder"], packages=["libslurm_cffi", *find_packages("src")])
