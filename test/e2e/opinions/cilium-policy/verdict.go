package main

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/u8proto"
)

func evaluate(asked request) (answer, error) {
	built, err := worldOf(asked)
	if err != nil {
		return answer{}, err
	}
	given := answer{Verdicts: []string{}}
	for _, ends := range asked.Packets {
		verdicts, err := built.judge(asked, ends)
		if err != nil {
			return answer{}, err
		}
		given.Verdicts = append(given.Verdicts, verdicts)
	}
	if asked.Weigh {
		for _, pod := range built.pods {
			distilled, err := built.policyOf(pod)
			if err != nil {
				return answer{}, err
			}
			given.Entries += distilled.Len()
		}
	}
	return given, nil
}

func (w *world) judge(asked request, ends [2]string) (string, error) {
	from, err := netip.ParseAddr(ends[0])
	if err != nil {
		return "", err
	}
	to, err := netip.ParseAddr(ends[1])
	if err != nil {
		return "", err
	}
	leaves, err := w.passing(from, to, policy.EgressKey())
	if err != nil {
		return "", err
	}
	enters, err := w.passing(to, from, policy.IngressKey())
	if err != nil {
		return "", err
	}
	var verdicts strings.Builder
	for _, name := range asked.Protocols {
		protocol, err := u8proto.ParseProtocol(name)
		if err != nil {
			return "", err
		}
		for _, port := range asked.Ports {
			if tracked(protocol, leaves, enters) && leaves.passes(protocol, port) && enters.passes(protocol, port) {
				verdicts.WriteByte('1')
			} else {
				verdicts.WriteByte('0')
			}
		}
	}
	return verdicts.String(), nil
}

// Without enable-sctp, which is off by default, connection tracking drops SCTP from and to every pod, whatever its
// policies say (bpf/lib/conntrack.h, ct_extract_ports: DROP_CT_UNKNOWN_PROTO).
func tracked(protocol u8proto.U8proto, leaves, enters side) bool {
	return protocol != u8proto.SCTP || leaves.policy == nil && enters.policy == nil
}

// What one end's policy says about the other; an end without a policy of its own passes everything.
type side struct {
	policy *policy.EndpointPolicy
	key    policy.Key
}

func (s side) passes(protocol u8proto.U8proto, port uint16) bool {
	if s.policy == nil {
		return true
	}
	entry, _, _ := s.policy.Lookup(s.key.WithPortProto(protocol, port))
	return entry.IsAllow()
}

func (w *world) passing(own, other netip.Addr, key policy.Key) (side, error) {
	pod, ok := w.pods[own]
	if !ok {
		return side{}, nil
	}
	peer, err := w.identityOf(other, pod.node)
	if err != nil {
		return side{}, err
	}
	distilled, err := w.policyOf(pod)
	return side{policy: distilled, key: key.WithIdentity(peer)}, err
}

func (w *world) identityOf(address netip.Addr, node string) (identity.NumericIdentity, error) {
	if pod, ok := w.pods[address]; ok {
		return pod.identity.ID, nil
	}
	if name, ok := w.nodes[address]; ok {
		if name == node {
			return identity.ReservedIdentityHost, nil
		}
		return identity.ReservedIdentityRemoteNode, nil
	}
	for _, each := range w.outside {
		if each.prefix.Contains(address) {
			return each.identity.ID, nil
		}
	}
	return 0, fmt.Errorf("%v: no identity", address)
}

func (w *world) policyOf(pod *endpoint) (*policy.EndpointPolicy, error) {
	if known, ok := w.policies[pod]; ok {
		return known, nil
	}
	selected, _, err := w.repository.ComputeSelectorPolicy(pod.identity)
	if err != nil {
		return nil, err
	}
	distilled := selected.DistillPolicy(quiet, pod, nil)
	if err := distilled.Ready(); err != nil {
		return nil, err
	}
	distilled.Detach(quiet)
	selected.Supersede()
	w.policies[pod] = distilled
	return distilled, nil
}

// What the policy code asks of an endpoint.

func (e *endpoint) GetID() uint64 { return uint64(e.identity.ID) }

func (e *endpoint) GetIngressNamedPort(name string, protocol u8proto.U8proto) uint16 {
	port, err := e.namedPorts.GetNamedPort(name, protocol)
	if err != nil {
		return 0
	}
	return port
}

func (e *endpoint) PolicyDebug(string, ...any) {}

func (e *endpoint) IsHost() bool { return false }

func (e *endpoint) PreviousMapStateSizes() policy.MapStateSizes { return policy.MapStateSizes{} }

func (e *endpoint) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}
