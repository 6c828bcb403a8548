"""How the program starts, as fast as Python allows: each trick was measured by 60 alternating runs.

launcher.c  bin/restd-inet: Python without site, on script.py
script      what the launcher runs: the path of modules, then the program
bundle      the modules of the common path from one file, which cli.prepare makes
h11_light   h11 without typing and dataclasses
"""
