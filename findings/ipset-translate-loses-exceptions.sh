#!/usr/bin/env bash
# Expected: ipset-translate turns the ipsets of a node into nftables sets that hold the same addresses.
# Seen:     `nomatch`, with which k3s and other kube-router clusters leave out an ipBlock's `except`, is dropped: the exception becomes an
#           ordinary member, so the set holds what it was to leave out. Nothing is said, and the exit code is 0. A set of sets becomes an
#           empty set of type "unknown".
# Met by:   whoever moves a node's iptables and ipsets to nftables, or compares the two.
# Version:  ipset 7.17-1 (Debian 12)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -q=2 ipset=7.17-1 libipset13=7.17-1 libmnl0 2>/dev/null ||
  { echo "Debian 12's package lists are needed: run apt-get update" >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" .; done

cat >sets <<'SETS'
create KUBE-SRC-A hash:net family inet hashsize 1024 maxelem 65536
add KUBE-SRC-A 10.0.0.0/8
add KUBE-SRC-A 10.1.0.0/16 nomatch
create ALL list:set
add ALL KUBE-SRC-A
SETS

cat >expected <<'TEXT'
add table inet global
add set inet global KUBE-SRC-A { type ipv4_addr; size 65536; flags interval; }
add element inet global KUBE-SRC-A { 10.0.0.0/8 }
add element inet global KUBE-SRC-A { 10.1.0.0/16 }
add set inet global ALL { type unknown; }
add element inet global ALL { }
exit code 0
TEXT
echo "ipset $(dpkg-deb -f ipset_*.deb Version)"
{
  LD_LIBRARY_PATH=$(dirname "$(find . -name 'libipset.so.13' | head -1)") "$(find . -name ipset-translate | head -1)" restore <sets
  echo "exit code $?"
} | tee seen
diff expected seen && echo "as recorded"
