package main

import (
	"errors"

	"github.com/aws/aws-network-policy-agent/api/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// clusterIPs are the Services through which a peer's pods are reached. The egress program sees a packet before the Service's
// address becomes a pod's, so the controller admits the address too: of the Services with a selector that, read as labels, the
// peer's pod selector selects.
func (c *cluster) clusterIPs(
	peer networking.NetworkPolicyPeer, own string, ports []networking.NetworkPolicyPort,
) ([]v1alpha1.EndpointInfo, error) {
	namespaces, err := c.namespacesOf(peer, own)
	if err != nil {
		return nil, err
	}
	selects, err := selectorOf(peer.PodSelector)
	if err != nil {
		return nil, err
	}
	var all []v1alpha1.EndpointInfo
	for _, namespace := range namespaces {
		for _, service := range c.services {
			headless := service.Spec.ClusterIP == "" || service.Spec.ClusterIP == corev1.ClusterIPNone
			if service.Namespace != namespace || headless || !selects.Matches(labels.Set(service.Spec.Selector)) {
				continue
			}
			if listening := c.servicePorts(service, ports); len(listening) > 0 || len(ports) == 0 {
				all = append(all, endpoint(service.Spec.ClusterIP, listening))
			}
		}
	}
	return all, nil
}

// servicePorts are a rule's ports as a Service has them: the ports whose targets they are.
func (c *cluster) servicePorts(service corev1.Service, ports []networking.NetworkPolicyPort) []v1alpha1.Port {
	var all []v1alpha1.Port
	for _, each := range ports {
		if each.Port == nil {
			all = append(all, v1alpha1.Port{Protocol: each.Protocol})
			continue
		}
		port, err := c.listenPort(service, *each.Port, *each.Protocol)
		if err != nil || (each.Port.Type == intstr.Int && c.leadsElsewhere(service, port, ports)) {
			continue
		}
		number := port.Port
		all = append(all, v1alpha1.Port{Protocol: each.Protocol, Port: &number, EndPort: each.EndPort})
	}
	return all
}

var errNoPort = errors.New("no port of the Service leads there")

// listenPort finds the Service's port by its target, as written or as a pod that is behind the Service has it.
func (c *cluster) listenPort(service corev1.Service, target intstr.IntOrString, protocol corev1.Protocol) (corev1.ServicePort, error) {
	for _, port := range service.Spec.Ports {
		if port.TargetPort == target && port.Protocol == protocol {
			return port, nil
		}
	}
	for _, pod := range c.behind(service) {
		number, name, found := containerPort(pod, target, protocol)
		for _, port := range service.Spec.Ports {
			if !found || port.Protocol != protocol {
				continue
			}
			if port.TargetPort.Type == intstr.Int && port.TargetPort.IntVal == number {
				return port, nil
			}
			if port.TargetPort.Type == intstr.String && port.TargetPort.StrVal == name {
				return port, nil
			}
		}
	}
	return corev1.ServicePort{}, errNoPort
}

func (c *cluster) behind(service corev1.Service) []corev1.Pod {
	selects := labels.SelectorFromSet(service.Spec.Selector)
	var all []corev1.Pod
	for _, pod := range c.pods {
		if pod.Namespace == service.Namespace && selects.Matches(labels.Set(pod.Labels)) {
			all = append(all, pod)
		}
	}
	return all
}

// containerPort is a port's number and name on a pod: by either, where a container declares it.
func containerPort(pod corev1.Pod, port intstr.IntOrString, protocol corev1.Protocol) (int32, string, bool) {
	for _, container := range pod.Spec.Containers {
		for _, each := range container.Ports {
			named := port.Type == intstr.String && each.Name == port.StrVal
			numbered := port.Type == intstr.Int && each.ContainerPort == port.IntVal
			if each.Protocol == protocol && (named || numbered) {
				return each.ContainerPort, each.Name, true
			}
		}
	}
	return port.IntVal, "", port.Type == intstr.Int
}

// leadsElsewhere says whether a Service's port whose target is a name leads to a number, on any pod, that the rule doesn't admit.
func (c *cluster) leadsElsewhere(service corev1.Service, port corev1.ServicePort, ports []networking.NetworkPolicyPort) bool {
	if port.TargetPort.Type != intstr.String {
		return false
	}
	for _, pod := range c.behind(service) {
		number, found := namedPort(pod, port.TargetPort.StrVal, port.Protocol)
		if found && !admits(ports, number, port.Protocol) {
			return true
		}
	}
	return false
}

func admits(ports []networking.NetworkPolicyPort, number int32, protocol corev1.Protocol) bool {
	for _, each := range ports {
		switch {
		case *each.Protocol != protocol:
		case each.Port == nil:
			return true
		case each.Port.Type == intstr.Int && number >= each.Port.IntVal && (number == each.Port.IntVal || (each.EndPort != nil && number <= *each.EndPort)):
			return true
		}
	}
	return false
}
