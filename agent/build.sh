#!/bin/sh
# Builds the guest agent into agent/target/cloude-agentd, and what tests run in guests beside it: static,
# stripped, the same bytes for the same sources and compiler, so that an image is only rebuilt when the
# agent has changed.
set -eu
cd "$(dirname "$0")"
unformatted=$(gofmt -l .)
if [ -n "$unformatted" ]; then
  echo "These files are not formatted; run gofmt -w: $unformatted" >&2
  exit 1
fi
go vet ./...
mkdir -p target
build() { CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build -trimpath -buildvcs=false -ldflags "-s -w -buildid=" -o "target/$1" "$2"; }
build cloude-agentd .
build vsock-probe ./cmd/vsock-probe
build net-probe ./cmd/net-probe
