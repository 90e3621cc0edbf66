"""How the tests are shared out among the processes of ``make test``.

That is file by file, and all that read the built book in one.
"""

from __future__ import annotations

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return "tests/chapters" if path.startswith("tests/chapters/") else path

    return ByFile(config, log)
