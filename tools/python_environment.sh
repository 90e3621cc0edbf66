#!/bin/sh
# Make the virtual environment .venv with the pinned packages and this project's own, from the project's root.
set -eu

python=${1:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is needed, and '$python' is not. Name another one: make demo PYTHON=python3.12" >&2
    exit 1
fi
if [ ! -x .venv/bin/python ] && ! "$python" -m venv .venv; then
    echo "The virtual environment could not be made. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
    rm -rf .venv
    exit 1
fi
echo "setting up .venv (some minutes the first time)"
# Python for the pages comes while all else is set up; where npm is not there, after it has come from PyPI.
fetch_engine() { .venv/bin/python src/in_page/fetch.py; }
engine=
if command -v npm >/dev/null; then
    fetch_engine & engine=$!
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
# jsonschema builds the grammar of this one at each start, 1.5 s long, for addresses that nothing here checks.
.venv/bin/python -m pip uninstall --quiet --disable-pip-version-check --yes rfc3987-syntax 2>/dev/null
# Our own packages are used where they lie, in src/ and solutions/; an installed copy would hide every later change.
.venv/bin/python -m pip uninstall --quiet --disable-pip-version-check --yes missingsum-instructor 2>/dev/null
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
# The shell finds Python beside this file: a first line '#!/my courses/…/python' would end at the space.
cat > .venv/bin/autograder <<'EOF'
#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -P -m autograder.cli "$@"
EOF
chmod +x .venv/bin/autograder
sh tools/node_packages.sh
if [ -n "$engine" ]; then wait "$engine"; else fetch_engine; fi
