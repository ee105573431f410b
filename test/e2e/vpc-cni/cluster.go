package main

import (
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// cluster is what the controller sees.
type cluster struct {
	namespaces []corev1.Namespace
	pods       []corev1.Pod
	services   []corev1.Service
	policies   []networking.NetworkPolicy
}

// readCluster sorts objects by kind; others are passed over.
func readCluster(objects []json.RawMessage) (*cluster, error) {
	read := &cluster{}
	for _, each := range objects {
		var meta metav1.TypeMeta
		if err := json.Unmarshal(each, &meta); err != nil {
			return nil, err
		}
		var err error
		switch meta.Kind {
		case "Namespace":
			read.namespaces, err = appended(read.namespaces, each)
		case "Pod":
			read.pods, err = appended(read.pods, each)
		case "Service":
			read.services, err = appended(read.services, each)
		case "NetworkPolicy":
			read.policies, err = appended(read.policies, each)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", meta.Kind, err)
		}
	}
	for i := range read.pods {
		withDefaults(&read.pods[i])
	}
	for i := range read.policies {
		withPolicyDefaults(&read.policies[i].Spec)
	}
	return read, nil
}

func appended[T any](all []T, object json.RawMessage) ([]T, error) {
	var read T
	err := json.Unmarshal(object, &read)
	return append(all, read), err
}

// withDefaults fills in what the API server would, for pods that haven't been through it.
func withDefaults(pod *corev1.Pod) {
	for i := range pod.Spec.Containers {
		for j := range pod.Spec.Containers[i].Ports {
			port := &pod.Spec.Containers[i].Ports[j]
			if port.Protocol == "" {
				port.Protocol = corev1.ProtocolTCP
			}
		}
	}
}

func withPolicyDefaults(spec *networking.NetworkPolicySpec) {
	if len(spec.PolicyTypes) == 0 {
		spec.PolicyTypes = []networking.PolicyType{networking.PolicyTypeIngress}
		if len(spec.Egress) > 0 {
			spec.PolicyTypes = append(spec.PolicyTypes, networking.PolicyTypeEgress)
		}
	}
	for _, rule := range spec.Ingress {
		withPortDefaults(rule.Ports)
	}
	for _, rule := range spec.Egress {
		withPortDefaults(rule.Ports)
	}
}

func withPortDefaults(ports []networking.NetworkPolicyPort) {
	for i := range ports {
		if ports[i].Protocol == nil {
			protocol := corev1.ProtocolTCP
			ports[i].Protocol = &protocol
		}
	}
}

// podsOf lists the pods of a namespace that a selector selects and that have an address; nil selects all.
func (c *cluster) podsOf(namespace string, selector *metav1.LabelSelector) ([]corev1.Pod, error) {
	selects, err := selectorOf(selector)
	if err != nil {
		return nil, err
	}
	var found []corev1.Pod
	for _, pod := range c.pods {
		if pod.Namespace == namespace && selects.Matches(labels.Set(pod.Labels)) && pod.Status.PodIP != "" {
			found = append(found, pod)
		}
	}
	return found, nil
}

// namespacesOf lists the namespaces that a peer means: the policy's own where it names none.
func (c *cluster) namespacesOf(peer networking.NetworkPolicyPeer, own string) ([]string, error) {
	if peer.NamespaceSelector == nil {
		return []string{own}, nil
	}
	selects, err := selectorOf(peer.NamespaceSelector)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, namespace := range c.namespaces {
		all := labels.Set{corev1.LabelMetadataName: namespace.Name}
		for key, value := range namespace.Labels {
			all[key] = value
		}
		if selects.Matches(all) {
			found = append(found, namespace.Name)
		}
	}
	return found, nil
}

func selectorOf(selector *metav1.LabelSelector) (labels.Selector, error) {
	if selector == nil {
		return labels.Everything(), nil
	}
	return metav1.LabelSelectorAsSelector(selector)
}
