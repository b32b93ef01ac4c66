#!/usr/bin/env bash
# Builds the S3 server that the tests of the S3 store run against, where Go is there to build it.
set -euo pipefail
folder="${XDG_CACHE_HOME:-$HOME/.cache}/stowage-test"
if [ -x "$folder/versitygw" ]; then exit 0; fi
if ! command -v go >/dev/null; then
  echo "no Go: the tests of the S3 store are skipped unless STOWAGE_TEST_S3 names one" >&2
  exit 0
fi
mkdir -p "$folder"
GOBIN="$folder" go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
