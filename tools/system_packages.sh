#!/bin/sh
# See that bubblewrap works (for grading) and that a Chromium is there (for the browser tests); install what is missing where
# that needs no password, and otherwise say what to type.
set -eu

bubblewrap_works() {
    bwrap --unshare-all --die-with-parent --ro-bind / / true 2>/dev/null
}

chromium_there() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null && return 0
    done
    ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium*/ >/dev/null 2>&1
}

missing=
command -v bwrap >/dev/null || missing="bubblewrap"
chromium_there || missing="$missing chromium"
[ -z "$missing" ] && bubblewrap_works && exit 0

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then as_root=; else as_root="sudo -n"; fi
    if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
        echo "installing:$missing" | tr -s ' '
        $as_root apt-get update -qq && $as_root apt-get install -y -qq $missing >/dev/null || true
    fi
    chromium_there || .venv/bin/python -m playwright install chromium >/dev/null 2>&1 || true
fi

status=0
if ! command -v bwrap >/dev/null; then
    echo "bubblewrap is missing; submissions are graded inside it. Type: sudo apt-get install bubblewrap" >&2
    status=1
elif ! bubblewrap_works; then
    echo "bubblewrap is installed but does not work here:" >&2
    bwrap --unshare-all --die-with-parent --ro-bind / / true || true
    echo "Unprivileged user namespaces seem to be forbidden. On Ubuntu 24.04 and later: sudo apt-get install apparmor-profiles and" >&2
    echo "load its profile bwrap-userns-restrict; or work as root." >&2
    status=1
fi
if ! chromium_there; then
    echo "Chromium is missing; the browser tests need it. Type: sudo apt-get install chromium" >&2
    status=1
fi
exit $status
