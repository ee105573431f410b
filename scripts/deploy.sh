#!/usr/bin/env bash
# The steps that the workflows of docs/ci take, and that an operator takes by hand: docs/ci.md.
#
#   scripts/deploy.sh plan    STACK   the embedded preview and its verdict: no cluster, no account, no credentials
#   scripts/deploy.sh preview STACK   can the clusters be seen? Then pulumi preview with the policy pack
#   scripts/deploy.sh up      STACK   can they be seen? Then pulumi up, then: is what is live what is planned?
#   scripts/deploy.sh drift   STACK   is what is live what is planned?
#
# Exit codes: 0 done; 1 a finding, a violation, an update that failed; 2 a wrong call, or a cluster that can't be seen.
set -euo pipefail
cd "$(dirname "$0")/.."

# Installed, or in a clone of its own repository.
palisade() {
  if [ -x node_modules/.bin/palisade ]; then node_modules/.bin/palisade "$@"; else node bin/palisade.js "$@"; fi
}
say() { printf '\n== %s\n' "$1" >&2; }
usage() { sed -n 's/^#   //p' "$0" >&2; exit 2; }

[ $# -eq 2 ] || usage
stack=$2
# A stack may have its organization's and its project's name before its own; its files don't.
files=Pulumi.${stack##*/}
[ -f "$files.yaml" ] || { echo "there is no $files.yaml here" >&2; exit 2; }
pack=(--policy-pack policypack)
# The embedded preview takes it by itself.
if [ -f "$files.policies.json" ]; then
  pack+=(--policy-pack-config "$files.policies.json")
elif [ "$1" != plan ] && compgen -G "Pulumi.*.policies.json" >/dev/null; then
  echo "note: there is no $files.policies.json, so the policies judge as they are by default; other stacks have theirs" >&2
fi

# Pulumi's Kubernetes provider takes a cluster that it can't reach for one with nothing to compare: its preview succeeds in silence. So the
# clusters are looked at first. Differences are no reason to stop before an update: they may be what it changes.
look() {
  say "what is live, beside the plan of $stack"
  local code=0
  palisade drift --stack "$stack" || code=$?
  case $code in
  0 | 1) return $code ;;
  esac
  echo "Stopped: the clusters of $stack can't be compared with the plan, so Pulumi might show its state as if it were what is there." >&2
  exit 2
}

# What somebody appends to a list of a live object is no difference to Pulumi: an update can succeed and leave it there.
compare() {
  look || {
    echo "What is live isn't what is planned. Pulumi doesn't take back what was appended by hand: the commands above do." >&2
    exit 1
  }
}

case $1 in
plan)
  palisade preview --stack "$stack" --fail-on unknown
  ;;
preview)
  look || true
  say "pulumi preview"
  pulumi preview --stack "$stack" "${pack[@]}" --non-interactive || exit 1
  ;;
up)
  look || true
  say "pulumi up"
  pulumi up --yes --stack "$stack" "${pack[@]}" --non-interactive || exit 1
  compare
  ;;
drift)
  compare
  ;;
*) usage ;;
esac
