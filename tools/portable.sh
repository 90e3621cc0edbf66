#!/bin/sh
# Install what WebAssembly needs into the folder that is named, beside .venv, and prepare Python for it, once.
set -eu

.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --upgrade --target "$1" -r tools/portable.txt
PYTHONPATH="$1${PYTHONPATH:+:$PYTHONPATH}" .venv/bin/python -c 'from autograder.sandbox.wasm import cache; cache.prepared()'
