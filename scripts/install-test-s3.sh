#!/usr/bin/env bash
# Builds the S3 servers that tests run against, where the toolchain is there: without arguments versitygw, which all tests of the S3 store use; else those that
# are named, for `npm run test:stores`. They are only run, never linked.
set -euo pipefail
folder="${XDG_CACHE_HOME:-$HOME/.cache}/stowage-test"
mkdir -p "$folder/s3"

has() {
  command -v "$1" >/dev/null && return
  echo "no $1: $2" >&2
  return 1
}

versitygw() { # Apache-2.0
  [ -x "$folder/versitygw" ] && return
  has go "the tests of the S3 store are skipped unless STOWAGE_TEST_S3 names one" || return 0
  GOBIN="$folder" go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
}

minio() { # AGPL-3.0
  [ -x "$folder/s3/minio" ] && return
  has go "MinIO cannot be built" || return 0
  GOBIN="$folder/s3" CGO_ENABLED=0 go install github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
}

seaweedfs() { # Apache-2.0
  [ -x "$folder/s3/weed" ] && return
  has go "SeaweedFS cannot be built" || return 0
  # Its go.mod replaces a module, which `go install` does not take: a module of our own does the same.
  local own
  own="$(mktemp -d)"
  (
    cd "$own"
    go mod init stowage.test/weed
    go mod edit -replace github.com/tyler-smith/go-bip39=github.com/cosmos/go-bip39@v1.0.0
    go get github.com/seaweedfs/seaweedfs/weed@v0.0.0-20261109003541-7506e5f91cd6
    CGO_ENABLED=0 go build -ldflags "-s -w" -o "$folder/s3/weed" github.com/seaweedfs/seaweedfs/weed
  )
  rm -rf "$own"
}

s3s-fs() { # Apache-2.0
  [ -x "$folder/s3/cargo/bin/s3s-fs" ] && return
  has cargo "s3s-fs cannot be built" || return 0
  cargo install --locked --root "$folder/s3/cargo" s3s-fs@0.14.1 --features binary
}

for kind in "${@:-versitygw}"; do "$kind"; done
