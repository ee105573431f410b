#!/usr/bin/env bash
# What a reviewer needs of a change, in CI and by hand: action.yml and docs/ci.md.
#
#   scripts/review.sh stack     NAME BASE OUT   a stack's plan and verdict, and what it opens that it didn't at BASE
#   scripts/review.sh manifests PATH BASE OUT   what breaks isolation in manifests, and what they open that they didn't at BASE
#
# BASE is a git revision. It writes to the folder OUT: comment.md, the change for a pull request; verdict.txt; and of manifests palisade.sarif.
# No cluster, no account, no credentials. Exit codes: those of palisade preview --fail-on unknown, or palisade check: 0 clean, 1 a violation,
# 2 bad input, 3 undecided. With PALISADE_FAIL_ON=gained 1, too, where a connection is gained.
set -euo pipefail

usage() { sed -n 's/^#   //p' "$0" >&2; exit 2; }
[ $# -eq 4 ] || usage
kind=$1 what=$2 base=$3 out=$4

# The project's own, a clone's, or what is on PATH.
palisade() {
  if [ -x node_modules/.bin/palisade ]; then node_modules/.bin/palisade "$@"
  elif [ -f bin/palisade.js ]; then node bin/palisade.js "$@"
  else command palisade "$@"; fi
}

mkdir -p "$out"
verdict=0
case $kind in
stack)
  palisade preview --stack "$what" --fail-on unknown > "$out/verdict.txt" || verdict=$?
  before=git:$base after=stack:$what
  ;;
manifests)
  palisade check "$what" --fail-on unknown > "$out/verdict.txt" || verdict=$?
  palisade check "$what" --fail-on unknown --format sarif > "$out/palisade.sarif" || [ $? -ne 2 ] || rm -f "$out/palisade.sarif"
  before=git:$base:$what after=$what
  ;;
*) usage ;;
esac
cat "$out/verdict.txt"

change=0
palisade diff "$before" "$after" --format md ${PALISADE_FAIL_ON:+--fail-on "$PALISADE_FAIL_ON"} > "$out/change.md" || change=$?
{
  # By this line the comment is found again, when the next revision has another.
  echo "<!-- palisade review: $kind $what -->"
  echo "## Palisade: $what"
  echo
  if [ "$change" -ne 2 ]; then cat "$out/change.md"; else echo "What changes couldn't be compared with \`$base\`."; fi
  echo
  case $verdict in
  0) echo "**Clean.**" ;;
  1) echo "**Violations:** see the log." ;;
  3) echo "**Undecided:** see the log." ;;
  *) echo "**No verdict:** see the log." ;;
  esac
} > "$out/comment.md"
rm "$out/change.md"
[ "$verdict" -ne 0 ] || verdict=$change
exit "$verdict"
