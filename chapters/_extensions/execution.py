"""Run the chapters side by side, and keep the cache of their outputs honest.

* Chapters whose outputs are not in the cache run before Sphinx reads the first page, one on each core, by
  jupyter-cache. One that fails is not cached, so that MyST-NB runs it again in its turn and reports the cell.
* A change in ``src/missingsum`` runs the chapters again, although their own text stays the same.
* The kernels are started as ``_kernels`` says: like any other, and silent about the loopback interface
  being without encryption.
* A build with warnings is forgotten, so that the next one gives the same warnings instead of passing over
  the unchanged pages.
"""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from myst_nb.core.read import is_myst_markdown_notebook
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

KERNELS = Path(__file__).parent.parent / "_kernels"
READER = {"type": "plugin", "name": "myst_nb_md"}


def setup(app: Sphinx) -> dict[str, bool]:
    os.environ["JUPYTER_PATH"] = os.pathsep.join([str(KERNELS), *filter(None, [os.environ.get("JUPYTER_PATH")])])
    app.add_config_value("imported_code", "", "env", str)
    app.connect("config-inited", tie_cache_to_imported_code)
    app.connect("env-before-read-docs", run_side_by_side)
    app.connect("build-finished", forget_build_with_warnings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def tie_cache_to_imported_code(app: Sphinx, config: Config) -> None:
    """Give each state of what the chapters import and read, package and measurements, its own cache of outputs."""
    digest = hashlib.sha256()
    for source in [
        *sorted(Path(app.srcdir, "src", "missingsum").rglob("*.py")),
        *Path(app.srcdir, "benchmarks").glob("results.json"),
    ]:
        digest.update(source.read_bytes())
    config.imported_code = digest.hexdigest()[:16]
    config.nb_execution_cache_path = str(Path(app.outdir).parent / ".jupyter_cache" / config.imported_code)


def run_side_by_side(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    sources = [str(env.doc2path(name)) for name in sorted(names)]
    sources = [source for source in sources if is_myst_markdown_notebook(Path(source).read_text("utf-8"))]
    if app.config.nb_execution_mode != "cache" or not sources:
        return
    cache = get_cache(app.config.nb_execution_cache_path)
    for source in sources:
        cache.add_nb_to_project(source, read_data=READER)
    quiet = logging.getLogger(__name__)
    quiet.setLevel(logging.CRITICAL)
    load_executor("local-parallel", cache, quiet).run_and_cache(
        filter_uris=sources, timeout=app.config.nb_execution_timeout
    )


def forget_build_with_warnings(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app._warncount:
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)
