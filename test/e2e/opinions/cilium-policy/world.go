package main

import (
	"fmt"
	"net/netip"
	"sort"
	"sync"

	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	slimcore "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/core/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/policy"
	policytypes "github.com/cilium/cilium/pkg/policy/types"
	policyutils "github.com/cilium/cilium/pkg/policy/utils"
	"github.com/cilium/cilium/pkg/types"
)

// What the agents of a cluster know: which identity an address has, and which policies there are.
type world struct {
	repository *policy.Repository
	namedPorts types.NamedPortMultiMap
	// Pods with a network of their own, by address.
	pods map[netip.Addr]*endpoint
	// Names of nodes, by address.
	nodes map[netip.Addr]string
	// Identities of addresses outside, the longest prefix first.
	outside []block
	// The packets' policies, computed once for each pod.
	policies map[*endpoint]*policy.EndpointPolicy
}

type endpoint struct {
	identity   *identity.Identity
	node       string
	namedPorts types.NamedPortMap
}

type block struct {
	prefix   netip.Prefix
	identity *identity.Identity
}

func worldOf(asked request) (*world, error) {
	namedPorts := types.NewNamedPortMultiMap()
	built := &world{
		namedPorts: namedPorts,
		pods:       map[netip.Addr]*endpoint{},
		nodes:      map[netip.Addr]string{},
		policies:   map[*endpoint]*policy.EndpointPolicy{},
	}
	built.repository = policy.NewPolicyRepository(quiet, nil, nil, nil, identitymanager.NewIDManager(quiet), nil)
	built.repository.SetNamedPortsGetter(built)
	known := identity.IdentityMap{}
	for _, reserved := range []identity.NumericIdentity{
		identity.ReservedIdentityHost, identity.ReservedIdentityRemoteNode,
	} {
		known[reserved] = identity.LookupReservedIdentity(reserved).LabelArray
	}
	if err := built.addNodes(asked.Nodes); err != nil {
		return nil, err
	}
	if err := built.addPods(asked, known, func(id identity.NumericIdentity, ports types.NamedPortMap) {
		namedPorts.Update(id, nil, ports)
	}); err != nil {
		return nil, err
	}
	if err := built.addPolicies(asked, known); err != nil {
		return nil, err
	}
	var done sync.WaitGroup
	built.repository.GetSelectorCache().UpdateIdentities(known, nil, &done)
	done.Wait()
	built.repository.UpdateIdentities(known, nil)
	return built, nil
}

// GetNamedPorts is how the policy code asks for ports of peers.
func (w *world) GetNamedPorts() types.NamedPortMultiMap { return w.namedPorts }

// Pods of the same labels and named ports share an identity, as in a cluster.
func (w *world) addPods(
	asked request, known identity.IdentityMap, tell func(identity.NumericIdentity, types.NamedPortMap),
) error {
	namespaces := map[string]*slimcore.Namespace{}
	for _, namespace := range asked.Namespaces {
		namespaces[namespace.Name] = namespace
	}
	shared := map[string]*identity.Identity{}
	for _, pod := range asked.Pods {
		addresses, err := addressesOf(pod)
		if err != nil {
			return err
		}
		// It has no endpoint of its own: its packets are its node's.
		if pod.Spec.HostNetwork {
			continue
		}
		namespace, ok := namespaces[pod.Namespace]
		if !ok {
			return fmt.Errorf("pod %s/%s: no such namespace", pod.Namespace, pod.Name)
		}
		ports, all := k8s.GetPodMetadata(quiet, namespace, pod)
		kept, _ := labelsfilter.Filter(labels.Map2Labels(all, labels.LabelSourceK8s))
		for _, label := range k8s.NamedPortsIdentityLabels(ports) {
			kept[label.Key] = label
		}
		key := string(kept.SortedList())
		id, ok := shared[key]
		if !ok {
			id = identity.NewIdentity(identity.MinimalNumericIdentity+identity.NumericIdentity(len(shared)), kept)
			shared[key] = id
			known[id.ID] = id.LabelArray
			tell(id.ID, ports)
		}
		own := &endpoint{identity: id, node: pod.Spec.NodeName, namedPorts: ports}
		for _, address := range addresses {
			w.pods[address] = own
		}
	}
	return nil
}

func (w *world) addNodes(nodes []*slimcore.Node) error {
	for _, node := range nodes {
		for _, each := range node.Status.Addresses {
			address, err := netip.ParseAddr(each.Address)
			if err != nil {
				return err
			}
			w.nodes[address] = node.Name
		}
	}
	return nil
}

func addressesOf(pod *slimcore.Pod) ([]netip.Addr, error) {
	var addresses []netip.Addr
	for _, each := range pod.Status.PodIPs {
		address, err := netip.ParseAddr(each.IP)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, address)
	}
	return addresses, nil
}

// Policies, and an identity for each block that they name, excepted ones too.
func (w *world) addPolicies(asked request, known identity.IdentityMap) error {
	prefixes := map[netip.Prefix]bool{
		netip.MustParsePrefix("0.0.0.0/0"): true,
		netip.MustParsePrefix("::/0"):      true,
	}
	add := func(entries policytypes.PolicyEntries, kind ipcachetypes.ResourceKind, namespace, name string) {
		for _, entry := range entries {
			for _, selector := range entry.L3 {
				for _, prefix := range selector.GetCIDRPrefixes() {
					prefixes[prefix.Masked()] = true
				}
			}
		}
		w.repository.ReplaceByResource(entries, ipcachetypes.NewResourceID(kind, namespace, name))
	}
	for _, each := range asked.NetworkPolicies {
		entries, err := k8s.ParseNetworkPolicy(quiet, clusterName, each)
		if err != nil {
			return err
		}
		add(entries, ipcachetypes.ResourceKindNetpol, each.Namespace, each.Name)
	}
	for _, each := range asked.CiliumPolicies {
		rules, err := each.Parse(quiet, clusterName)
		if err != nil {
			return err
		}
		add(policyutils.RulesToPolicyEntries(rules), ipcachetypes.ResourceKindCNP, each.Namespace, each.Name)
	}
	for prefix := range prefixes {
		w.outside = append(w.outside, w.outsideBlock(prefix))
	}
	sort.Slice(w.outside, func(i, j int) bool { return w.outside[i].prefix.Bits() > w.outside[j].prefix.Bits() })
	for _, each := range w.outside {
		known[each.identity.ID] = each.identity.LabelArray
	}
	return nil
}

func (w *world) outsideBlock(prefix netip.Prefix) block {
	if prefix.Bits() == 0 {
		world := identity.GetWorldIdentityFromIP(prefix.Addr())
		return block{prefix, identity.LookupReservedIdentity(world)}
	}
	number := identity.IdentityScopeLocal + identity.NumericIdentity(len(w.outside)+1)
	return block{prefix, identity.NewIdentity(number, labels.GetCIDRLabels(prefix))}
}
