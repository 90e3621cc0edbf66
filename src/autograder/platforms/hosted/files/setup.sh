#!/usr/bin/env bash
# Runs once, as root, when the image is built: installs Python and what the judge needs. Grading needs no network.
set -euo pipefail
cd /autograder/source
chmod -R go= .

fits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
  for python in python3.13 python3.12 python3.11 python3; do
    if fits "$python"; then return 0; fi
  done
  return 1
}

if ! find_python; then
  apt-get update
  for version in 3.12 3.11; do
    apt-get install --yes --no-install-recommends "python$version" "python$version-venv" libc-bin && break
  done
  find_python || { echo "No Python 3.11 or newer: choose a newer base image, such as Ubuntu 24.04." >&2; exit 1; }
fi

"$python" -m venv /autograder/environment
from=()
if [ -d wheels ]; then from=(--no-index --find-links wheels); fi
/autograder/environment/bin/python -m pip install --disable-pip-version-check --only-binary :all: "${from[@]}" \
  --requirement requirements.txt
PYTHONPATH=/autograder/source/packages /autograder/environment/bin/python -P \
  -m autograder.platforms.hosted.running --prepare LIBRARIES
