#!/bin/sh
# What a change of the policies must pass, and how it is published, with opa alone: sh ci/policy.sh check|test|build|publish
set -eu
cd "$(dirname "$0")/.."

opa_version=1.19.0
opa_sha256=1dd5c5591ff856f5e20a1d66bafae9511ddf3c5552ed3b5070c70b2b6580ee3f
regal_version=0.42.0
regal_sha256=2ebd3c93e4b325b735dbc4851a033e4d7830e88a79c47c8d087ea75c061cec67
PATH="$PWD/.bin:$PATH"

# fetch NAME URL SHA256: puts a program into .bin, unless the machine has it.
fetch() {
  if command -v "$1" >/dev/null; then return; fi
  if [ "$(uname -sm)" != 'Linux x86_64' ]; then
    echo "$1 is missing: put it on PATH" >&2
    exit 1
  fi
  mkdir -p .bin
  curl --fail --silent --show-error --location --output ".bin/$1.part" "$2"
  echo "$3  .bin/$1.part" | sha256sum --check --quiet
  chmod +x ".bin/$1.part"
  mv ".bin/$1.part" ".bin/$1"
}

tools() {
  fetch opa "https://github.com/open-policy-agent/opa/releases/download/v$opa_version/opa_linux_amd64_static" "$opa_sha256"
  fetch regal "https://github.com/open-policy-agent/regal/releases/download/v$regal_version/regal_Linux_x86_64" "$regal_sha256"
}

check() {
  opa fmt --fail --list policies policy-tests
  opa check --strict --schema schemas --capabilities schemas/capabilities.json policies
  opa check --strict --schema schemas policies policy-tests
  for name in access catalog-data; do
    # The data against their schema: prints what is wrong, and fails.
    opa eval --fail-defined --format values --bundle policies --input "schemas/$name.schema.json" \
      "json.match_schema(data[\"${name%-data}\"], input)[1][_].error"
  done
  regal lint policies policy-tests
}

# The cases once more in WebAssembly, as the gateway evaluates them: `portcullis policy test` does that.
run_tests() {
  opa test --timeout 120s policies policy-tests
  opa test --timeout 120s --coverage --threshold 90 policies policy-tests >/dev/null
}

entry_points="gateway/statement/decision gateway/connect/decision gateway/approve/decision gateway/access/decision"

build() {
  umask 077
  keys=$(mktemp -d)
  trap 'rm -rf "$keys"' EXIT
  printf '%s\n' "$BUNDLE_SIGNING_KEY" >"$keys/signing.pem"
  printf '{"scope": "write"}' >"$keys/claims.json"
  # shellcheck disable=SC2046 # each entry point is a word of its own
  opa build --bundle policies --capabilities schemas/capabilities.json \
    --target wasm $(for name in $entry_points; do printf -- '--entrypoint %s ' "$name"; done) \
    --revision "$(git rev-parse HEAD)" \
    --signing-key "$keys/signing.pem" --signing-alg ES256 --claims-file "$keys/claims.json" \
    --output bundle.tar.gz
}

publish() {
  if [ -z "${BUNDLE_URL:-}" ]; then
    echo 'BUNDLE_URL is not set: nothing is published'
    return
  fi
  # The token comes over standard input: arguments are there for everybody on the machine to see.
  printf 'Authorization: Bearer %s' "${BUNDLE_TOKEN:-}" |
    curl --fail --silent --show-error --header @- --upload-file bundle.tar.gz "$BUNDLE_URL"
}

tools
case "${1:-}" in
  check) check ;;
  test) run_tests ;;
  build) build ;;
  publish) publish ;;
  *)
    echo 'usage: sh ci/policy.sh check|test|build|publish' >&2
    exit 2
    ;;
esac
