"""Helpers of the tests lie in tests/, where programs that are no tests do not look by themselves."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
