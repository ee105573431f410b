package main

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/aws/aws-network-policy-agent/api/v1alpha1"
	"github.com/aws/aws-network-policy-agent/pkg/fwruleprocessor"
	"github.com/aws/aws-network-policy-agent/pkg/utils"
	corev1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// policyEndpoint is what the controller makes of one NetworkPolicy (aws/amazon-network-policy-controller-k8s, pkg/resolvers and
// pkg/policyendpoints), in one piece: the agent adds up the pieces that the controller cuts it into.
type policyEndpoint struct {
	policy  networking.NetworkPolicy
	pods    []corev1.Pod
	ingress []v1alpha1.EndpointInfo
	egress  []v1alpha1.EndpointInfo
}

func (c *cluster) policyEndpoints() ([]policyEndpoint, error) {
	var all []policyEndpoint
	for _, policy := range c.policies {
		selected, err := c.podsOf(policy.Namespace, &policy.Spec.PodSelector)
		if err != nil {
			return nil, err
		}
		ingress, err := c.ingressOf(policy, selected)
		if err != nil {
			return nil, err
		}
		egress, err := c.egressOf(policy)
		if err != nil {
			return nil, err
		}
		pods := slices.DeleteFunc(slices.Clone(selected), func(pod corev1.Pod) bool { return pod.Spec.HostNetwork })
		all = append(all, policyEndpoint{policy, pods, combined(ingress), combined(egress)})
	}
	return all, nil
}

// ingressOf resolves the rules whatever the policy's types are. A named port is the numbers that any selected pod has for it.
func (c *cluster) ingressOf(policy networking.NetworkPolicy, selected []corev1.Pod) ([]v1alpha1.EndpointInfo, error) {
	var all []v1alpha1.EndpointInfo
	for _, rule := range policy.Spec.Ingress {
		ports := numbers(rule.Ports)
		if len(ports) < len(rule.Ports) {
			ports = nil
			for _, pod := range selected {
				ports = append(ports, portsOn(pod, rule.Ports)...)
			}
			ports = withoutRepeats(ports)
		}
		if len(rule.Ports) > 0 && len(ports) == 0 {
			continue
		}
		if len(rule.From) == 0 {
			all = append(all, everywhere(ports)...)
		}
		for _, peer := range rule.From {
			if peer.IPBlock != nil {
				all = append(all, blockOf(*peer.IPBlock, ports))
				continue
			}
			pods, err := c.peersOf(peer, policy.Namespace)
			if err != nil {
				return nil, err
			}
			for _, pod := range pods {
				all = append(all, endpoint(pod.Status.PodIP, ports))
			}
		}
	}
	return all, nil
}

// egressOf resolves the rules whatever the policy's types are. A named port is each destination's own; blocks have none.
func (c *cluster) egressOf(policy networking.NetworkPolicy) ([]v1alpha1.EndpointInfo, error) {
	var all []v1alpha1.EndpointInfo
	for _, rule := range policy.Spec.Egress {
		ports := numbers(rule.Ports)
		skipped := len(rule.Ports) > 0 && len(ports) == 0
		if len(rule.To) == 0 && !skipped {
			all = append(all, everywhere(ports)...)
		}
		for _, peer := range rule.To {
			if peer.IPBlock != nil {
				if !skipped {
					all = append(all, blockOf(*peer.IPBlock, ports))
				}
				continue
			}
			pods, err := c.peersOf(peer, policy.Namespace)
			if err != nil {
				return nil, err
			}
			for _, pod := range pods {
				if own := portsOn(pod, rule.Ports); len(own) > 0 || len(rule.Ports) == 0 {
					all = append(all, endpoint(pod.Status.PodIP, own))
				}
			}
			services, err := c.clusterIPs(peer, policy.Namespace, rule.Ports)
			if err != nil {
				return nil, err
			}
			all = append(all, services...)
		}
	}
	return all, nil
}

func (c *cluster) peersOf(peer networking.NetworkPolicyPeer, own string) ([]corev1.Pod, error) {
	namespaces, err := c.namespacesOf(peer, own)
	if err != nil {
		return nil, err
	}
	var all []corev1.Pod
	for _, namespace := range namespaces {
		pods, err := c.podsOf(namespace, peer.PodSelector)
		if err != nil {
			return nil, err
		}
		all = append(all, pods...)
	}
	return all, nil
}

// endpoint has ports of its own: the agent appends to the lists that it is given.
func endpoint(address string, ports []v1alpha1.Port) v1alpha1.EndpointInfo {
	return v1alpha1.EndpointInfo{CIDR: v1alpha1.NetworkAddress(address), Ports: slices.Clone(ports)}
}

func everywhere(ports []v1alpha1.Port) []v1alpha1.EndpointInfo {
	return []v1alpha1.EndpointInfo{endpoint("0.0.0.0/0", ports), endpoint("::/0", ports)}
}

func blockOf(block networking.IPBlock, ports []v1alpha1.Port) v1alpha1.EndpointInfo {
	made := endpoint(block.CIDR, ports)
	for _, each := range block.Except {
		made.Except = append(made.Except, v1alpha1.NetworkAddress(each))
	}
	return made
}

// numbers are the ports that need no pod to be understood.
func numbers(ports []networking.NetworkPolicyPort) []v1alpha1.Port {
	var all []v1alpha1.Port
	for _, each := range ports {
		if each.Port == nil {
			all = append(all, v1alpha1.Port{Protocol: each.Protocol})
		} else if each.Port.Type == intstr.Int {
			number := each.Port.IntVal
			all = append(all, v1alpha1.Port{Protocol: each.Protocol, Port: &number, EndPort: each.EndPort})
		}
	}
	return all
}

// portsOn are a rule's ports as a pod has them: numbers as they are, a name as the first port of that name and protocol.
func portsOn(pod corev1.Pod, ports []networking.NetworkPolicyPort) []v1alpha1.Port {
	var all []v1alpha1.Port
	for _, each := range ports {
		if each.Port == nil || each.Port.Type == intstr.Int {
			all = append(all, numbers([]networking.NetworkPolicyPort{each})...)
		} else if number, found := namedPort(pod, each.Port.StrVal, *each.Protocol); found {
			all = append(all, v1alpha1.Port{Protocol: each.Protocol, Port: &number, EndPort: each.EndPort})
		}
	}
	return all
}

func namedPort(pod corev1.Pod, name string, protocol corev1.Protocol) (int32, bool) {
	for _, container := range pod.Spec.Containers {
		for _, port := range container.Ports {
			if port.Name == name && port.Protocol == protocol {
				return port.ContainerPort, true
			}
		}
	}
	return 0, false
}

// combined adds up the ports of endpoints with the same block and exceptions; no ports are all ports.
func combined(all []v1alpha1.EndpointInfo) []v1alpha1.EndpointInfo {
	var made []v1alpha1.EndpointInfo
	at := map[string]int{}
	for _, each := range all {
		except := slices.Sorted(slices.Values(each.Except))
		key := fmt.Sprint(each.CIDR, except)
		i, found := at[key]
		switch {
		case !found:
			at[key] = len(made)
			made = append(made, each)
		case len(each.Ports) == 0 || len(made[i].Ports) == 0:
			made[i].Ports = nil
		default:
			made[i].Ports = withoutRepeats(append(made[i].Ports, each.Ports...))
		}
	}
	return made
}

func withoutRepeats(ports []v1alpha1.Port) []v1alpha1.Port {
	var all []v1alpha1.Port
	seen := map[string]bool{}
	for _, each := range ports {
		if text := portText(each); !seen[text] {
			seen[text] = true
			all = append(all, each)
		}
	}
	return all
}

// rulesOf are the rules of an identifier's maps on the node that has an address, as the agent derives them
// (deriveIngressAndEgressFirewallRules): of all policies that select a pod of that identifier on any node, provided that one of them
// selects one here; false where none does. What is not isolated gets a rule for everybody.
func rulesOf(endpoints []policyEndpoint, name, address string) ([len(directions)][]fwruleprocessor.EbpfFirewallRules, bool) {
	var rules [len(directions)][]fwruleprocessor.EbpfFirewallRules
	var isolated [len(directions)]bool
	here := false
	for _, each := range endpoints {
		selects := false
		for _, pod := range each.pods {
			if utils.GetPodIdentifier(pod.Name, pod.Namespace) == name {
				selects = true
				here = here || pod.Status.HostIP == address
			}
		}
		if !selects {
			continue
		}
		for i, infos := range [...][]v1alpha1.EndpointInfo{each.ingress, each.egress} {
			for _, info := range infos {
				rules[i] = append(rules[i], fwruleprocessor.EbpfFirewallRules{
					IPCidr: info.CIDR, Except: slices.Clone(info.Except), L4Info: slices.Clone(info.Ports),
				})
			}
		}
		isolated[0] = isolated[0] || slices.Contains(each.policy.Spec.PolicyTypes, networking.PolicyTypeIngress)
		isolated[1] = isolated[1] || slices.Contains(each.policy.Spec.PolicyTypes, networking.PolicyTypeEgress)
	}
	if !here {
		return [len(directions)][]fwruleprocessor.EbpfFirewallRules{}, false
	}
	everybody := v1alpha1.NetworkAddress("0.0.0.0/0")
	if isIPv6(address) {
		everybody = "::/0"
	}
	for i := range rules {
		if len(rules[i]) == 0 && !isolated[i] {
			rules[i] = []fwruleprocessor.EbpfFirewallRules{{IPCidr: everybody}}
		}
	}
	return rules, true
}

// texts says what each policy became: "shop/web ingress 10.20.0.10 TCP/8080 UDP/53", "… 0.0.0.0/0 except 10.0.0.0/8 every port".
func texts(endpoints []policyEndpoint) []string {
	var all []string
	for _, each := range endpoints {
		for i, infos := range [...][]v1alpha1.EndpointInfo{each.ingress, each.egress} {
			for _, info := range infos {
				words := []string{each.policy.Namespace + "/" + each.policy.Name, directions[i], string(info.CIDR)}
				if len(info.Except) > 0 {
					words = append(words, "except")
				}
				for _, except := range info.Except {
					words = append(words, string(except))
				}
				if len(info.Ports) == 0 {
					words = append(words, "every port")
				}
				for _, port := range info.Ports {
					words = append(words, portText(port))
				}
				all = append(all, strings.Join(words, " "))
			}
		}
	}
	sort.Strings(all)
	return all
}

func portText(port v1alpha1.Port) string {
	text := string(*port.Protocol)
	if port.Port != nil {
		text += fmt.Sprintf("/%d", *port.Port)
	}
	if port.EndPort != nil {
		text += fmt.Sprintf("-%d", *port.EndPort)
	}
	return text
}
