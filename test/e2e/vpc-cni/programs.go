package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/aws/aws-network-policy-agent/pkg/utils"
	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
)

// Keys and values of the agent's pod state maps (pkg/ebpf/c/tc.v4ingress.bpf.c).
const (
	networkPolicyKey uint32 = 0
	clusterPolicyKey uint32 = 1

	policiesApplied byte = 0
	defaultAllow    byte = 1
	defaultDeny     byte = 2
)

const (
	conntrackMap = "aws_conntrack_map"
	eventsMap    = "policy_events"
)

// programs are the object files that the agent's C sources compile to, of one address family: "v4" or "v6".
type programs struct{ folder, family string }

// programsFor are those that judge the packets of an address's family.
func programsFor(folder, address string) *programs {
	family := "v4"
	if isIPv6(address) {
		family = "v6"
	}
	return &programs{folder, family}
}

func isIPv6(address string) bool { return strings.Contains(address, ":") }

func (p *programs) spec(name string) (*ebpf.CollectionSpec, error) {
	spec, err := ebpf.LoadCollectionSpec(filepath.Join(p.folder, name))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, each := range spec.Maps {
		// Where to pin a map, and an inner map: nothing is pinned here.
		each.Extra = nil
	}
	return spec, nil
}

// nodeMaps are the two maps that all programs of a node share.
type nodeMaps struct {
	conntrack, events *ebpf.Map
	specs             map[string]*ebpf.MapSpec
}

func (p *programs) nodeMaps() (*nodeMaps, error) {
	spec, err := p.spec(p.family + "events.bpf.o")
	if err != nil {
		return nil, err
	}
	loaded, err := ebpf.NewCollection(spec)
	if err != nil {
		return nil, err
	}
	return &nodeMaps{loaded.Maps[conntrackMap], loaded.Maps[eventsMap], spec.Maps}, nil
}

// side is the program of one direction, with the maps that are a pod identifier's own.
type side struct {
	program *ebpf.Program
	rules   *ebpf.Map
	state   *ebpf.Map
	// What rules holds, by key.
	contents map[string][]byte
}

// load makes a new instance of the program of a direction: "ingress" or "egress".
func (p *programs) load(direction string, shared *nodeMaps) (*side, error) {
	spec, err := p.spec("tc." + p.family + direction + ".bpf.o")
	if err != nil {
		return nil, err
	}
	if err := redirect(spec, shared.specs, conntrackMap, eventsMap); err != nil {
		return nil, err
	}
	loaded, err := ebpf.NewCollectionWithOptions(spec, ebpf.CollectionOptions{
		MapReplacements: map[string]*ebpf.Map{conntrackMap: shared.conntrack, eventsMap: shared.events},
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", direction, err)
	}
	return &side{
		program:  loaded.Programs["handle_"+direction],
		rules:    loaded.Maps[direction+"_map"],
		state:    loaded.Maps[direction+"_pod_state_map"],
		contents: map[string][]byte{},
	}, nil
}

// redirect makes maps of what the C sources declare without a section, for the agent's loader to find by name: the compiler takes
// them for plain variables.
func redirect(spec *ebpf.CollectionSpec, maps map[string]*ebpf.MapSpec, names ...string) error {
	const section = ".bss"
	at := map[uint64]string{}
	for _, name := range names {
		variable, found := spec.Variables[name]
		if !found || variable.SectionName != section {
			return fmt.Errorf("%s isn't among the program's variables", name)
		}
		at[uint64(variable.Offset)] = name
		spec.Maps[name] = maps[name].Copy()
		delete(spec.Variables, name)
	}
	for _, program := range spec.Programs {
		for each := program.Instructions.Iterate(); each.Next(); {
			if each.Ins.Reference() != section {
				continue
			}
			name, found := at[uint64(each.Ins.Constant)>>32]
			if !found {
				return fmt.Errorf("%v: no map is there", each.Ins)
			}
			*each.Ins = asm.LoadMapPtr(each.Ins.Dst, 0).WithMetadata(each.Ins.Metadata).WithReference(name)
		}
	}
	delete(spec.Maps, section)
	return nil
}

// fill makes the rules what they are to be, as the agent does (pkg/ebpf/bpf_mem_map.go): what is new first, then what goes.
func (s *side) fill(entries map[string][]byte) error {
	for key, value := range entries {
		if string(s.contents[key]) == string(value) {
			continue
		}
		if err := s.rules.Put([]byte(key), value); err != nil {
			return err
		}
		s.contents[key] = value
	}
	for key := range s.contents {
		if _, stays := entries[key]; stays {
			continue
		}
		if err := s.rules.Delete([]byte(key)); err != nil {
			return err
		}
		delete(s.contents, key)
	}
	return nil
}

func (s *side) setState(state byte) error {
	if err := s.state.Put(networkPolicyKey, state); err != nil {
		return err
	}
	return s.state.Put(clusterPolicyKey, defaultAllow)
}

func (s *side) close() {
	s.program.Close()
	s.rules.Close()
	s.state.Close()
}

// The names of the filters, as the agent calls them.
var filterNames = map[string]string{"ingress": utils.TC_INGRESS_PROG, "egress": utils.TC_EGRESS_PROG}
