"""The interpreters that services under the agent run on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.agents.python.environments import VERSIONS, environment


@pytest.fixture(scope="session", params=VERSIONS)
def python(request: pytest.FixtureRequest) -> Path:
    """The Python of an environment that has the lock of these tests; one run per version."""
    return python_of(request.param)


@pytest.fixture(scope="session")
def newest_python() -> Path:
    """The newest of them, for what does not depend on the interpreter."""
    return next((path for version in reversed(VERSIONS) if (path := environment(version))), None) or pytest.skip(
        "untested: no interpreter"
    )


def python_of(version: str) -> Path:
    """Return the Python of a version; skips the test where there is none."""
    return environment(version) or pytest.skip(f"untested: no interpreter of Python {version}")
