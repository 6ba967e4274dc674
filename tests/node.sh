#!/bin/sh
# Runs the tests of the front end's pure functions; says in a sentence when there is no node to run them.
cd "$(dirname "$0")/.." || exit 1
if ! command -v node >/dev/null 2>&1; then
    echo "node is not on PATH; the tests of the front end (tests/**/*.test.mjs) are skipped. Install Node 20 or later to run them."
    exit 0
fi
files=$(find tests -name '*.test.mjs' | sort)
if [ -z "$files" ]; then
    echo "There are no tests/**/*.test.mjs yet."
    exit 0
fi
# shellcheck disable=SC2086
exec node --test $files
