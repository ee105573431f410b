package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/aws/aws-network-policy-agent/pkg/fwruleprocessor"
	"github.com/aws/aws-network-policy-agent/pkg/utils"
	"github.com/cilium/ebpf"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

var directions = [...]string{"ingress", "egress"}

// node is one node's agent.
type node struct {
	namespace string
	address   string
	programs  *programs
	shared    *nodeMaps
	processor *fwruleprocessor.FirewallRuleProcessor
	// By pod identifier, as the agent keeps them: pods whose names differ only after the last dash share one.
	identifiers map[string]*identifier
}

// identifier is what pods of one pod identifier share on a node: a program with its maps for each direction.
type identifier struct {
	sides [len(directions)]*side
	// Names of the links that the programs are attached to.
	links []string
}

func startNode(from *programs, name, address string) (*node, error) {
	shared, err := from.nodeMaps()
	if err != nil {
		return nil, err
	}
	return &node{
		namespace:   name,
		address:     address,
		programs:    from,
		shared:      shared,
		processor:   processorFor(address),
		identifiers: map[string]*identifier{},
	}, nil
}

// processorFor computes the map entries of the node that has an address, which tells its cluster's address family.
func processorFor(address string) *fwruleprocessor.FirewallRuleProcessor {
	if isIPv6(address) {
		return fwruleprocessor.NewFirewallRuleProcessor(address, "/128", true)
	}
	return fwruleprocessor.NewFirewallRuleProcessor(address, "/32", false)
}

// attach puts the programs on the host's end of a pod's link. The first pod of an identifier has the state that is given until
// something is enforced; another one has what the first has.
func (n *node) attach(podNamespace, pod string, unselected byte) error {
	name := utils.GetPodIdentifier(pod, podNamespace)
	has, found := n.identifiers[name]
	if !found {
		has = &identifier{}
		for i, direction := range directions {
			loaded, err := n.programs.load(direction, n.shared)
			if err != nil {
				return err
			}
			has.sides[i] = loaded
			if err := loaded.setState(unselected); err != nil {
				return err
			}
		}
		n.identifiers[name] = has
	}
	return inNamespace(n.namespace, func() error {
		link, err := utils.GetHostVethName(pod, podNamespace, 0, []string{"eni"})
		if err != nil {
			return err
		}
		has.links = append(has.links, link)
		return attach(link, has)
	})
}

// attach adds the filters: what goes to the pod is the host's end's egress, and the other way round.
func attach(name string, has *identifier) error {
	link, err := netlink.LinkByName(name)
	if err != nil {
		return err
	}
	index := link.Attrs().Index
	clsact := &netlink.GenericQdisc{
		QdiscType: "clsact",
		QdiscAttrs: netlink.QdiscAttrs{
			LinkIndex: index,
			Handle:    netlink.MakeHandle(0xffff, 0),
			Parent:    netlink.HANDLE_CLSACT,
		},
	}
	if err := netlink.QdiscAdd(clsact); err != nil {
		return fmt.Errorf("no clsact: %w", err)
	}
	for i, parent := range []uint32{netlink.HANDLE_MIN_EGRESS, netlink.HANDLE_MIN_INGRESS} {
		filter := &netlink.BpfFilter{
			FilterAttrs: netlink.FilterAttrs{
				LinkIndex: index,
				Parent:    parent,
				Handle:    1,
				Protocol:  unix.ETH_P_ALL,
				Priority:  1,
			},
			Fd:           has.sides[i].program.FD(),
			Name:         filterNames[directions[i]],
			DirectAction: true,
		}
		if err := netlink.FilterAdd(filter); err != nil {
			return fmt.Errorf("%s: %w", filter.Name, err)
		}
	}
	return nil
}

// enforce computes what every identifier's maps are to hold and writes it, in the order of the agent's reconciler
// (controllers/policyendpoints_controller.go): entries first, then the state.
// @param unselected the state of pods that no policy selects
func (n *node) enforce(endpoints []policyEndpoint, unselected byte) error {
	for name, has := range n.identifiers {
		rules, selected := rulesOf(endpoints, name, n.address)
		state := policiesApplied
		if !selected {
			state = unselected
		}
		for i, each := range has.sides {
			if !selected && len(each.contents) == 0 {
				// The maps of a pod that no policy has ever selected are empty: not even the node is in them.
				continue
			}
			entries, err := n.processor.ComputeMapEntriesFromEndpointRules(rules[i])
			if err != nil {
				return err
			}
			if err := each.fill(entries); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		for _, each := range has.sides {
			if err := each.setState(state); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// forget empties the table of known flows.
func (n *node) forget() error {
	var keys [][]byte
	var key, value []byte
	entries := n.shared.conntrack.Iterate()
	for entries.Next(&key, &value) {
		keys = append(keys, bytes.Clone(key))
	}
	for _, each := range keys {
		if err := n.shared.conntrack.Delete(each); err != nil && !errors.Is(err, ebpf.ErrKeyNotExist) {
			return err
		}
	}
	return entries.Err()
}

// detach takes all programs away.
func (n *node) detach() error {
	for name, has := range n.identifiers {
		err := inNamespace(n.namespace, func() error {
			for _, name := range has.links {
				link, err := netlink.LinkByName(name)
				if err != nil {
					return err
				}
				clsact := &netlink.GenericQdisc{
					QdiscType: "clsact",
					QdiscAttrs: netlink.QdiscAttrs{
						LinkIndex: link.Attrs().Index,
						Handle:    netlink.MakeHandle(0xffff, 0),
						Parent:    netlink.HANDLE_CLSACT,
					},
				}
				if err := netlink.QdiscDel(clsact); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, each := range has.sides {
			each.close()
		}
		delete(n.identifiers, name)
	}
	return nil
}

// inNamespace runs a function on a thread of its own inside a network namespace; the thread isn't used again.
func inNamespace(name string, do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		file, err := os.Open("/run/netns/" + name)
		if err == nil {
			defer file.Close()
			err = unix.Setns(int(file.Fd()), unix.CLONE_NEWNET)
		}
		if err == nil {
			err = do()
		}
		done <- err
	}()
	return <-done
}
