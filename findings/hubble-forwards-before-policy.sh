#!/usr/bin/env bash
# Expected: a Hubble flow with the verdict FORWARDED is a packet that was let through; `hubble observe --verdict FORWARDED`, and reports and policies made
#           of exported flows by that field, tell what is allowed.
# Seen:     every trace has the verdict FORWARDED, also one from where a packet leaves its pod (FROM_ENDPOINT) or comes to a node (FROM_NETWORK), before a
#           policy is asked. A refused connection has such a flow beside its DROPPED one, of the same ends and ports: only the observation point tells.
# Met by:   who counts or lists "allowed" traffic by the verdict with monitor aggregation off: what policies drop is in it.
# Version:  github.com/cilium/cilium v1.20.2 (Go module)
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
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
	"net"

	flow "github.com/cilium/cilium/api/v1/flow"
	"github.com/cilium/cilium/pkg/hubble/parser/threefour"
	"github.com/cilium/cilium/pkg/hubble/testutils"
	"github.com/cilium/cilium/pkg/monitor"
	"github.com/cilium/cilium/pkg/monitor/api"
	"github.com/gopacket/gopacket/layers"
)

// An event about a SYN of one pod to another's port 5432, as the datapath sends it.
func event(message any) []byte {
	mac := net.HardwareAddr{2, 0, 0, 0, 0, 1}
	ip := &layers.IPv4{Version: 4, IHL: 5, TTL: 64, Protocol: layers.IPProtocolTCP, SrcIP: net.IPv4(10, 0, 0, 1), DstIP: net.IPv4(10, 0, 0, 2)}
	tcp := &layers.TCP{SrcPort: 40000, DstPort: 5432, SYN: true}
	must(tcp.SetNetworkLayerForChecksum(ip))
	data, err := testutils.CreateL3L4Payload(message, &layers.Ethernet{SrcMAC: mac, DstMAC: mac, EthernetType: layers.EthernetTypeIPv4}, ip, tcp)
	must(err)
	return data
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	parser, err := threefour.New(slog.New(slog.DiscardHandler), nil, nil, nil, nil, nil, nil)
	must(err)
	for _, point := range []uint8{api.TraceFromLxc, api.TraceFromNetwork, api.TraceToLxc} {
		told := &flow.Flow{}
		must(parser.Decode(event(monitor.TraceNotify{Type: api.MessageTypeTrace, ObsPoint: point}), told))
		fmt.Printf("trace %-13s %s\n", told.GetTraceObservationPoint(), told.GetVerdict())
	}
	told := &flow.Flow{}
	must(parser.Decode(event(monitor.DropNotify{Type: api.MessageTypeDrop, SubType: 133}), told))
	fmt.Printf("drop  %-13s %s\n", told.GetDropReasonDesc(), told.GetVerdict())
}
GO
cat >expected <<'TEXT'
trace FROM_ENDPOINT FORWARDED
trace FROM_NETWORK  FORWARDED
trace TO_ENDPOINT   FORWARDED
drop  POLICY_DENIED DROPPED
TEXT
go mod tidy >tidied 2>&1 || { cat tidied; exit 1; }
echo "cilium $(go list -m -f '{{.Version}}' github.com/cilium/cilium)"
CGO_ENABLED=0 go run -trimpath . | tee seen
diff expected seen && echo "as recorded"
