// The evaluator of sigs.k8s.io/kube-network-policies, the reference implementation of NetworkPolicy and of the Network Policy
// API's cluster-wide policies, on worlds from stdin: one JSON document a line, answered by one line each. It evaluates
// packets only: what its dataplane spares from evaluation (a pod's own node, a pod itself) is not spared here.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/kube-network-policies/pkg/api"
	"sigs.k8s.io/kube-network-policies/pkg/network"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
	"sigs.k8s.io/kube-network-policies/pkg/podinfo"
	olderTiers "sigs.k8s.io/kube-network-policies/plugins/npa-v1alpha1"
	tiers "sigs.k8s.io/kube-network-policies/plugins/npa-v1alpha2"
	npav1alpha1 "sigs.k8s.io/network-policy-api/apis/v1alpha1"
	npav1alpha2 "sigs.k8s.io/network-policy-api/apis/v1alpha2"
	npainformers "sigs.k8s.io/network-policy-api/pkg/client/informers/externalversions"
)

// A world, its objects as an API server stores them, and what is asked: every packet at every protocol and port.
type request struct {
	Namespaces      []*corev1.Namespace           `json:"namespaces"`
	Pods            []*corev1.Pod                 `json:"pods"`
	Nodes           []*corev1.Node                `json:"nodes"`
	NetworkPolicies []*networkingv1.NetworkPolicy `json:"networkPolicies"`
	// Of both tiers.
	ClusterNetworkPolicies []*npav1alpha2.ClusterNetworkPolicy `json:"clusterNetworkPolicies"`
	// Of the older API; a world has one or the other.
	AdminNetworkPolicies         []*npav1alpha1.AdminNetworkPolicy         `json:"adminNetworkPolicies"`
	BaselineAdminNetworkPolicies []*npav1alpha1.BaselineAdminNetworkPolicy `json:"baselineAdminNetworkPolicies"`
	// The addresses of domain names.
	Domains domains `json:"domains"`
	// Addresses, source and destination.
	Packets   [][2]string       `json:"packets"`
	Protocols []corev1.Protocol `json:"protocols"`
	Ports     []int             `json:"ports"`
}

type domains map[string][]string

// In place of what the dataplane learns of DNS answers.
func (known domains) ContainsIP(domain string, ip net.IP) bool {
	return slices.ContainsFunc(known[domain], func(address string) bool { return ip.Equal(net.ParseIP(address)) })
}

// For each packet a text of one character for each port of each protocol: 1 passes, 0 doesn't.
type answer struct {
	Verdicts []string `json:"verdicts"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var world request
		if err := json.Unmarshal(lines.Bytes(), &world); err != nil {
			log.Fatal(err)
		}
		given, err := evaluate(world)
		if err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(given); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func evaluate(world request) (answer, error) {
	engine, err := engineOf(world)
	if err != nil {
		return answer{}, err
	}
	given := answer{Verdicts: []string{}}
	for _, ends := range world.Packets {
		verdicts, err := judge(engine, world, ends)
		if err != nil {
			return answer{}, err
		}
		given.Verdicts = append(given.Verdicts, verdicts)
	}
	return given, nil
}

func judge(engine *networkpolicy.PolicyEngine, world request, ends [2]string) (string, error) {
	from, to := net.ParseIP(ends[0]), net.ParseIP(ends[1])
	if from == nil || to == nil {
		return "", fmt.Errorf("%v: not two addresses", ends)
	}
	family := corev1.IPv6Protocol
	if to.To4() != nil {
		family = corev1.IPv4Protocol
	}
	var verdicts strings.Builder
	for _, protocol := range world.Protocols {
		for _, port := range world.Ports {
			packet := network.Packet{
				Family: family, SrcIP: from, DstIP: to, Proto: protocol, SrcPort: sourcePort, DstPort: port,
			}
			passes, err := engine.EvaluatePacket(context.Background(), &packet)
			if err != nil {
				return "", err
			}
			if passes {
				verdicts.WriteByte('1')
			} else {
				verdicts.WriteByte('0')
			}
		}
	}
	return verdicts.String(), nil
}

// No policy judges it.
const sourcePort = 52345

// The engine over informers that hold the world: nothing watches, so there is no client.
func engineOf(world request) (*networkpolicy.PolicyEngine, error) {
	factory := informers.NewSharedInformerFactory(nil, 0)
	namespaces := factory.Core().V1().Namespaces()
	pods := factory.Core().V1().Pods()
	nodes := factory.Core().V1().Nodes()
	policies := factory.Networking().V1().NetworkPolicies()
	tierFactory := npainformers.NewSharedInformerFactory(nil, 0).Policy()
	clusterPolicies := tierFactory.V1alpha2().ClusterNetworkPolicies()
	adminPolicies := tierFactory.V1alpha1().AdminNetworkPolicies()
	baselinePolicies := tierFactory.V1alpha1().BaselineAdminNetworkPolicies()
	resolver, err := podinfo.NewInformerResolver(pods.Informer())
	if err != nil {
		return nil, err
	}
	// In the order of the reference implementation's own commands.
	evaluators := []api.PolicyEvaluator{
		olderTiers.NewAdminNetworkPolicy(adminPolicies, world.Domains),
		tiers.NewClusterNetworkPolicy(npav1alpha2.AdminTier, clusterPolicies, world.Domains, nodes.Lister()),
		networkpolicy.NewStandardNetworkPolicy("", namespaces, pods, policies),
		tiers.NewClusterNetworkPolicy(npav1alpha2.BaselineTier, clusterPolicies, world.Domains, nodes.Lister()),
		olderTiers.NewBaselineAdminNetworkPolicy(baselinePolicies),
	}
	provider := podinfo.NewInformerProvider(pods, namespaces, nodes, []podinfo.IPResolver{resolver})
	if err := fill(namespaces.Informer(), world.Namespaces); err != nil {
		return nil, err
	}
	if err := fill(pods.Informer(), world.Pods); err != nil {
		return nil, err
	}
	if err := fill(policies.Informer(), world.NetworkPolicies); err != nil {
		return nil, err
	}
	if err := fill(nodes.Informer(), world.Nodes); err != nil {
		return nil, err
	}
	if err := fill(clusterPolicies.Informer(), world.ClusterNetworkPolicies); err != nil {
		return nil, err
	}
	if err := fill(adminPolicies.Informer(), world.AdminNetworkPolicies); err != nil {
		return nil, err
	}
	if err := fill(baselinePolicies.Informer(), world.BaselineAdminNetworkPolicies); err != nil {
		return nil, err
	}
	return networkpolicy.NewPolicyEngine(provider, evaluators), nil
}

func fill[T any](informer cache.SharedIndexInformer, objects []T) error {
	for _, object := range objects {
		if err := informer.GetIndexer().Add(object); err != nil {
			return err
		}
	}
	return nil
}
