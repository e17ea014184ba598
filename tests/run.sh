#!/bin/sh
# The one test command. Works from any folder and from a fresh clone:
#
#   tests/run.sh           everything
#   tests/run.sh --fast    without the tests that start real registries, runtimes and clients
#
# On Debian, as root, it installs the peers that are missing; elsewhere the tests that need them are skipped and say so.
# The last line is "N passed, N failed, N skipped"; the exit code is 1 when a test failed or none ran.
set -u
cd "$(dirname "$0")/.." || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

filter=
case ${1-} in
  '') ;;
  --fast) filter='Category!=Real' ;;
  *) sed -n '2,8p' "$0" >&2; exit 2 ;;
esac

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
broken=0 # steps that failed without a test that says so

step() { echo "== $*"; }

install_peers() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 0
  missing=
  for package in ca-certificates docker-registry containerd runc podman skopeo umoci fuse3 zstd strace stargz-snapshotter \
    golang-go golang-github-containerd-stargz-snapshotter-dev; do
    dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  step "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update >"$results/apt.log" 2>&1
  # One by one: a distribution that lacks one of them still gets the others.
  for package in $missing; do
    apt-get -qq install -y --no-install-recommends "$package" >>"$results/apt.log" 2>&1 || echo "could not install $package"
  done
}

build_peers() {
  command -v go >/dev/null && [ -d /usr/share/gocode/src/github.com/containerd/stargz-snapshotter ] || return 0
  step 'building the Go peers'
  tests/peers/make.sh || broken=$((broken + 1))
}

build_solution() {
  step 'building the solution'
  dotnet build Estargz.sln --configuration Release -m:1 -v:quiet && return
  broken=$((broken + 1))
  return 1
}

run_tests() {
  for project in $(grep -l Microsoft.NET.Test.Sdk tests/*/*.csproj); do
    name=$(basename "$project" .csproj)
    step "testing $name"
    dotnet test "$project" --configuration Release --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
      --blame-hang-timeout 10m --blame-hang-dump-type none ${filter:+--filter "$filter"}
    # A crash leaves no failed test behind.
    [ $? = 0 ] || [ "$(count failed "$results/$name.trx")" -gt 0 ] || broken=$((broken + 1))
  done
}

# count NAME FILE...: the sum of an attribute of the <Counters> of trx files
count() {
  attribute=$1
  shift
  cat "$@" 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $attribute=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'
}

skip_reasons() {
  cat "$results"/*.trx 2>/dev/null | awk '
    /<UnitTestResult / { name = ""; if (/outcome="NotExecuted"/) { name = $0; sub(/.*testName="/, "", name); sub(/".*/, "", name) } }
    name != "" && /<(StdOut|Message)>/ { reason = $0; gsub(/<[^>]*>/, "", reason); gsub(/^ +| +$/, "", reason); print "skipped: " name ": " reason; name = "" }'
}

install_peers
build_peers
build_solution && run_tests

# The tests' compiler, which would stay for ten minutes.
dotnet build-server shutdown --vbcscompiler >/dev/null 2>&1

total=$(count total "$results"/*.trx)
executed=$(count executed "$results"/*.trx)
passed=$(count passed "$results"/*.trx)
failed=$((executed - passed + broken))
skip_reasons
[ -z "$filter" ] || echo 'left out by --fast: tests of the category Real'
echo "$passed passed, $failed failed, $((total - executed)) skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
