#!/bin/sh
# Build the book with current Sphinx and without Jupyter Book, in an environment of its own, to learn early what will
# break.
# Jupyter Book only writes its configuration out; its own extensions are then left out.
set -eu

root=$(pwd)
canary=$root/_build/canary
if [ ! -e "$canary/venv/ready" ] || [ "$canary/venv/ready" -ot tools/canary.txt ]; then
    rm -rf "$canary/venv"
    python3 -m venv "$canary/venv"
    "$canary/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tools/canary.txt
    touch "$canary/venv/ready"
fi

rm -rf "$canary/book" "$canary/html"
mkdir -p "$canary/book/_build"
cp -R _config.yml _toc.yml CITATION.cff benchmarks chapters exercises src "$canary/book/"
cp _build/missing-sum-student.zip "$canary/book/_build/"
cd "$canary/book"
"$root/.venv/bin/jupyter-book" config sphinx . >/dev/null
cat >>conf.py <<'PYTHON'
LEFT_OUT = ("jupyter_book", "sphinx_comments", "sphinx_jupyterbook_latex", "sphinx_multitoc_numbering", "sphinx_thebe")
extensions = [name for name in extensions if name not in LEFT_OUT]
del use_jupyterbook_latex, use_multitoc_numbering
PYTHON
export PYTHONPATH="chapters/_extensions:$canary/book/src"
export NODE_PATH="$root/.venv/lib/node_modules"
"$canary/venv/bin/python" -m sphinx -n -W --keep-going --quiet -b html . "$canary/html"
echo "built with current Sphinx: $canary/html/index.html"
