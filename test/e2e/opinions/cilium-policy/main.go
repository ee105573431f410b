// Cilium's own policy code on worlds from stdin: one JSON document a line, answered by one line each. Policies are parsed,
// resolved and distilled as the agent does it, with the agent's default settings, and looked up as its datapath does.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"log/slog"
	"os"

	cilium "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	slimcore "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/core/v1"
	slimnetworking "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
)

// A world, its objects as an API server stores them, and what is asked: every packet at every protocol and port.
type request struct {
	Namespaces      []*slimcore.Namespace           `json:"namespaces"`
	Nodes           []*slimcore.Node                `json:"nodes"`
	Pods            []*slimcore.Pod                 `json:"pods"`
	NetworkPolicies []*slimnetworking.NetworkPolicy `json:"networkPolicies"`
	// Policies of Cilium's own kinds, of either: a clusterwide one has no namespace.
	CiliumPolicies []*cilium.CiliumNetworkPolicy `json:"ciliumPolicies"`
	// Addresses, source and destination.
	Packets   [][2]string `json:"packets"`
	Protocols []string    `json:"protocols"`
	Ports     []uint16    `json:"ports"`
	// Whether to count what the pods' policy maps hold.
	Weigh bool `json:"weigh"`
}

// For each packet a text of one character for each port of each protocol: 1 passes, 0 doesn't.
type answer struct {
	Verdicts []string `json:"verdicts"`
	// Entries of all pods' policy maps; 0 where nobody asked.
	Entries int `json:"entries"`
}

func main() {
	configure()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		given, err := evaluate(asked)
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

// What the agent's command line and its surroundings set.
func configure() {
	option.Config.EnableIPv4 = true
	option.Config.EnableIPv6 = true
	option.Config.ClusterName = clusterName
	option.Config.EnableNonDefaultDenyPolicies = true
	option.Config.EnableICMPRules = true
	api.InitEntities(clusterName)
	// In Kubernetes the agent turns "auto" into this.
	option.Config.UnsafeDaemonConfigOption.AllowLocalhost = option.AllowLocalhostAlways
	policy.SetPolicyEnabled(option.DefaultEnforcement)
	if err := labelsfilter.ParseLabelPrefixCfg(quiet, nil, nil, ""); err != nil {
		log.Fatal(err)
	}
}

const clusterName = "default"

var quiet = slog.New(slog.DiscardHandler)
