"""How figures are printed: rows of the tables of README.md and docs/performance.md."""

import statistics

from tests.bench.measure import PROGRAMS

#: Half of the distance between the quartiles, in proportion to the median. A ratio of runs that differ more
#: means nothing, and is marked.
SPREAD = 0.15


class Row:
    """what: the first column. unit: of the figures, "ms" or "/s". runs: program → its figures."""

    def __init__(self, what, unit, runs):
        self.what = what
        self.unit = unit
        self.figures = [list(runs[program]) for program in PROGRAMS]

    def __str__(self):
        ours, theirs = map(statistics.median, self.figures)
        ratio = ours / theirs
        widest = max(map(spread, self.figures))
        doubt = f" (not reliable: the runs differ by {widest:.0%})" if widest > SPREAD else ""
        cells = (self.what, self._shown(ours), self._shown(theirs), f"{significant(ratio)}{doubt}")
        return f"| {' | '.join(cells)} |"

    def _shown(self, figure):
        return f"{significant(figure)}{self.unit if self.unit.startswith('/') else f' {self.unit}'}"


def significant(figure):
    """Three digits below a thousand, two of a ratio's and of small ones."""
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}" if figure >= 0.1 else f"{figure:.3f}"


def spread(figures):
    """Half of the distance between the quartiles, in proportion to the median; of few figures all of it."""
    if len(figures) < 2:
        return 0.0
    low, _, high = statistics.quantiles(figures, n=4) if len(figures) > 3 else (min(figures), 0, max(figures))
    return (high - low) / 2 / statistics.median(figures)


def report(title, rows):
    """Prints a table in Markdown."""
    print(f"\n| {title} | restd-inet | slurmrestd | ratio |\n| --- | --- | --- | --- |")
    for row in rows:
        print(row)
    print(flush=True)
