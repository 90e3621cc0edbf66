#!/bin/sh
# Runs for each submission, as root, in the image that image/Dockerfile makes: grades what lies in /grade/student.
cd /grade/tests || exit 1
rm -f /grade/results/results.json
PYTHONPATH=/grade/tests/packages PYTHONDONTWRITEBYTECODE=1 python3 -P \
  -m autograder.platforms.hosted.running /grade/tests
if [ ! -s /grade/results/results.json ]; then
  mkdir -p /grade/results
  echo '{"gradable": false, "format_errors": ["The grader itself was stopped: tell your instructor."]}' \
    > /grade/results/results.json
fi
