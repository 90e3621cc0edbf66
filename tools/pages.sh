#!/bin/sh
# Put what the tests of Python in pages start Firefox with into _build/pages, from the project's root. Without npm they are
# skipped.
set -eu

place=_build/pages
mkdir -p "$place"
cp tools/node/package.json tools/node/package-lock.json "$place/"
if command -v npm >/dev/null; then
    npm ci --prefix "$place" --silent --no-audit --no-fund
fi
