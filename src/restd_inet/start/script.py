"""What bin/restd-inet runs, by `python -IS`: the path of modules, then the program.

Python has not imported site, and has nothing but its own library on sys.path.
"""

import sys

sys.argv[0] = "restd-inet"
sys.path.append(__file__.removesuffix("/restd_inet/start/script.py"))

# ruff: noqa: E402
from restd_inet.start import bundle

bundle.install(sys.path[-1])

from restd_inet.__main__ import main

main()
