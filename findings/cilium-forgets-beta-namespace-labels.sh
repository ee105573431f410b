#!/usr/bin/env bash
# Expected: a namespaceSelector may use any label of a Namespace: Cilium's default label filter includes io.cilium.k8s.namespace.labels ("include
#           all namespace labels", says the comment), and leaves out labels of beta.kubernetes.io, kubernetes.io and topology as those of pods.
# Seen:     the pattern that leaves out beta.kubernetes.io outlasts the include, so a Namespace's label whose key has it anywhere is part of no
#           identity: a policy that admits namespaces by it admits nobody. Namespaces' labels of kubernetes.io, k8s.io and topology are kept.
# Met by:   clusters that still label namespaces by zone or region in the old spelling (failure-domain.beta.kubernetes.io/zone), or by a tool whose
#           domain ends so, and admit traffic by it: it works on other CNIs, and is dropped after a move to Cilium.
# Version:  github.com/cilium/cilium v1.20.2 (Go module)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >go.mod <<'MOD'
module finding

go 1.26.0
MOD
go mod edit -require github.com/cilium/cilium@v1.20.2
cat >main.go <<'GO'
package main

import (
	"fmt"
	"log/slog"

	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/labelsfilter"
)

func main() {
	if err := labelsfilter.ParseLabelPrefixCfg(slog.New(slog.DiscardHandler), nil, nil, ""); err != nil {
		panic(err)
	}
	for _, key := range []string{
		"team",
		"failure-domain.beta.kubernetes.io/zone",
		"topology.kubernetes.io/zone",
		"kubernetes.io/metadata.name",
	} {
		for _, whose := range []string{"io.cilium.k8s.namespace.labels.", ""} {
			given := labels.Map2Labels(map[string]string{whose + key: "a"}, labels.LabelSourceK8s)
			kept, _ := labelsfilter.Filter(given)
			owner := map[bool]string{true: "pod", false: "namespace"}[whose == ""]
			fmt.Printf("%-9s %-38s in the identity: %t\n", owner, key, len(kept) == 1)
		}
	}
}
GO
cat >expected <<'TEXT'
namespace team                                   in the identity: true
pod       team                                   in the identity: true
namespace failure-domain.beta.kubernetes.io/zone in the identity: false
pod       failure-domain.beta.kubernetes.io/zone in the identity: false
namespace topology.kubernetes.io/zone            in the identity: true
pod       topology.kubernetes.io/zone            in the identity: false
namespace kubernetes.io/metadata.name            in the identity: true
pod       kubernetes.io/metadata.name            in the identity: false
TEXT
go mod tidy >tidied 2>&1 || { cat tidied; exit 1; }
echo "cilium $(go list -m -f '{{.Version}}' github.com/cilium/cilium)"
go run . | tee seen
diff expected seen && echo "as recorded"
