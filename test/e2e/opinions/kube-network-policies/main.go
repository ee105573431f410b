// The evaluator of sigs.k8s.io/kube-network-policies, the reference implementation of NetworkPolicy, on worlds from
// stdin: one JSON document a line, answered by one line each. It evaluates packets only: what its dataplane spares from
// evaluation (a pod's own node, a pod itself) is not spared here.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
	"sigs.k8s.io/kube-network-policies/pkg/api"
	"sigs.k8s.io/kube-network-policies/pkg/network"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
	"sigs.k8s.io/kube-network-policies/pkg/podinfo"
)

// A world, its objects as an API server stores them, and what is asked: every packet at every protocol and port.
type request struct {
	Namespaces      []*corev1.Namespace           `json:"namespaces"`
	Pods            []*corev1.Pod                 `json:"pods"`
	NetworkPolicies []*networkingv1.NetworkPolicy `json:"networkPolicies"`
	// Addresses, source and destination.
	Packets   [][2]string       `json:"packets"`
	Protocols []corev1.Protocol `json:"protocols"`
	Ports     []int             `json:"ports"`
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
	policies := factory.Networking().V1().NetworkPolicies()
	resolver, err := podinfo.NewInformerResolver(pods.Informer())
	if err != nil {
		return nil, err
	}
	evaluator := networkpolicy.NewStandardNetworkPolicy("", namespaces, pods, policies)
	provider := podinfo.NewInformerProvider(pods, namespaces, nil, []podinfo.IPResolver{resolver})
	if err := fill(namespaces.Informer(), world.Namespaces); err != nil {
		return nil, err
	}
	if err := fill(pods.Informer(), world.Pods); err != nil {
		return nil, err
	}
	if err := fill(policies.Informer(), world.NetworkPolicies); err != nil {
		return nil, err
	}
	return networkpolicy.NewPolicyEngine(provider, []api.PolicyEvaluator{evaluator}), nil
}

func fill[T any](informer cache.SharedIndexInformer, objects []T) error {
	for _, object := range objects {
		if err := informer.GetIndexer().Add(object); err != nil {
			return err
		}
	}
	return nil
}
