#!/bin/sh
# See that the named Debian packages are there and work: bubblewrap (for grading), chromium (for the browser tests),
# firefox and webkit (for those of Python in a page) and postgresql (for those of a gradebook in it), without which tests
# are skipped. Install what is missing where that needs no password, and otherwise say what to type.
set -eu

bubblewrap_works() {
    bwrap --unshare-all --die-with-parent --ro-bind / / true
}

chromium_works() {
    command -v chromium || command -v chromium-browser || command -v google-chrome \
        || ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium*/
}

firefox_works() {
    command -v firefox-esr || command -v firefox
}

webkit_works() {
    command -v WebKitWebDriver && command -v Xvfb
}

postgresql_works() {
    ls /usr/lib/postgresql/*/bin/initdb
}

missing= debian=
for package in "$@"; do
    "${package}_works" >/dev/null 2>&1 || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then as_root=; else as_root="sudo -n"; fi
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
    echo "installing$missing"
    for package in $missing; do
        case $package in
            firefox) debian="$debian firefox-esr" ;;
            webkit) debian="$debian webkit2gtk-driver xvfb" ;;
            *) debian="$debian $package" ;;
        esac
    done
    $as_root apt-get update -qq && $as_root apt-get install -y -qq $debian >/dev/null || true
fi

status=0
for package in $missing; do
    [ "$package" = chromium ] && ! chromium_works >/dev/null 2>&1 && .venv/bin/python -m playwright install chromium >/dev/null 2>&1 || true
    "${package}_works" >/dev/null 2>&1 && continue
    case $package in
        postgresql) name=postgresql ;;
        firefox) name=firefox-esr ;;
        webkit) name="webkit2gtk-driver xvfb" ;;
        *) name= ;;
    esac
    if [ -n "$name" ]; then
        echo "$package is missing, and its tests are skipped. To run them, type: sudo apt-get install $name" >&2
        continue
    fi
    status=1
    if [ "$package" = bubblewrap ] && command -v bwrap >/dev/null; then
        echo "bubblewrap is installed and does not work here:" >&2
        bubblewrap_works || true
        echo "Unprivileged user namespaces seem to be forbidden. On Ubuntu 24.04 and later: sudo apt-get install apparmor-profiles," >&2
        echo "and load its profile bwrap-userns-restrict; or work as root." >&2
    else
        echo "$package is missing. Type: sudo apt-get install $package" >&2
    fi
done
exit $status
