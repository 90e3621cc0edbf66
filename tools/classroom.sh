#!/bin/sh
# Make what a class under a JupyterHub needs, in _build/classroom, from the project's root: the environment of all users
# (shared), that of the grader (grading), and the hub's proxy. Neither holds the instructor's packages.
set -eu

python=${1:-python3}
place=_build/classroom
pins=tools/classroom.txt
if ! command -v npm > /dev/null; then
    echo "The hub's proxy needs Node.js with npm. On Debian and Ubuntu: sudo apt-get install npm" >&2
    exit 1
fi
mkdir -p "$place"
if ! cmp --silent "$pins" "$place/ready"; then
    echo "setting up $place (some minutes the first time)"
    for name in shared grading; do
        "$python" -m venv --clear "$place/$name"
        "$place/$name/bin/python" -m pip install --quiet --disable-pip-version-check -r "$pins"
    done
    cp tools/node/package.json tools/node/package-lock.json "$place/"
    npm ci --prefix "$place" --silent --no-audit --no-fund
    cp "$pins" "$place/ready"
fi
"$place/shared/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall .
