"""How property tests make their examples where each costs requests on a cluster."""

import os

from hypothesis import HealthCheck, Phase, settings


def thorough(variable, usual):
    """As many as an environment variable says; the `usual` few, the same each time, where it is not set."""
    number = int(os.environ.get(variable, usual))
    return settings(
        max_examples=number,
        deadline=None,
        derandomize=number < 20,
        phases=[Phase.generate, Phase.shrink] if number >= 20 else [Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
