#!/bin/sh
# Builds the Go peers into artifacts/peers. They use only Go's standard library and the Go libraries of Debian's
# golang-github-containerd-stargz-snapshotter-dev, so nothing is downloaded.
#
#   make.sh [NAME ...]     all of them by default
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../artifacts/peers
mkdir -p "$out"
out=$(cd "$out" && pwd)
export GOPATH=/usr/share/gocode GO111MODULE=off GOFLAGS=-buildvcs=false GOTOOLCHAIN=local GOCACHE="$out/.gocache"
[ $# -gt 0 ] || set -- reference build measure snapshotter link zstdchunked
for name; do
  (cd "$here/$name" && go build -trimpath -o "$out/$name" .)
done
