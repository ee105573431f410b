// Vpc-cni stands in for the AWS VPC CNI's node agents and its network policy controller on the bench: the agent's own eBPF
// programs and its own computation of map entries, loaded, attached and fed by this one process for all nodes. What is ours: the
// translation of NetworkPolicies into the rules of PolicyEndpoints (policies.go, services.go), because the controller isn't on the
// module proxy, and what loads and attaches (programs.go, node.go), because the agent's own needs a library that isn't either.
//
// It speaks JSON, one request and one answer a line:
//
//	{"id":1,"node":{"name":"eks-a","address":"10.0.1.11"}}
//	{"id":2,"attach":{"node":"eks-a","namespace":"shop","pod":"web-0","mode":"standard"}}
//	{"id":3,"enforce":{"objects":[{"kind":"Namespace",…},{"kind":"Pod",…}],"mode":"standard"}}
//	{"id":4,"forget":true}
//	{"id":5,"weigh":[{"kind":"Namespace",…},{"kind":"Pod",…}]}
//
// Objects are what the API server lists: Namespaces, Pods, Services and NetworkPolicies; whatever isn't among them doesn't exist.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-network-policy-agent/pkg/logger"
	"github.com/aws/aws-network-policy-agent/pkg/utils"
)

type request struct {
	ID     int          `json:"id"`
	Node   *nodeRequest `json:"node"`
	Attach *struct {
		Node      string `json:"node"`
		Namespace string `json:"namespace"`
		Pod       string `json:"pod"`
		Mode      string `json:"mode"`
	} `json:"attach"`
	Detach    bool              `json:"detach"`
	Enforce   *enforceRequest   `json:"enforce"`
	Translate []json.RawMessage `json:"translate"`
	Weigh     []json.RawMessage `json:"weigh"`
	Forget    bool              `json:"forget"`
}

type nodeRequest struct {
	// Name of the node and of its network namespace.
	Name string `json:"name"`
	// Address that its pods have as status.hostIP.
	Address string `json:"address"`
}

type enforceRequest struct {
	Objects []json.RawMessage `json:"objects"`
	// NETWORK_POLICY_ENFORCING_MODE: "standard" or "strict".
	Mode string `json:"mode"`
}

type answer struct {
	ID      int      `json:"id"`
	Error   string   `json:"error,omitempty"`
	Rules   []string `json:"rules,omitempty"`
	Entries int      `json:"entries,omitempty"`
}

// agents are the node agents of one bench.
type agents struct {
	// Folder of the agent's programs.
	folder string
	nodes  map[string]*node
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: vpc-cni FOLDER-OF-OBJECT-FILES")
		os.Exit(2)
	}
	// The agent's code logs to a file of its own otherwise.
	logger.New("error", "", 0, 0)
	all := &agents{folder: os.Args[1], nodes: map[string]*node{}}
	output := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 64<<20)
	for lines.Scan() {
		var asked request
		var said answer
		err := json.Unmarshal(lines.Bytes(), &asked)
		if err == nil {
			said, err = all.handle(asked)
		}
		said.ID = asked.ID
		if err != nil {
			said.Error = err.Error()
		}
		if err := output.Encode(said); err != nil {
			os.Exit(1)
		}
	}
}

func (a *agents) handle(asked request) (answer, error) {
	switch {
	case asked.Node != nil:
		started, err := startNode(programsFor(a.folder, asked.Node.Address), asked.Node.Name, asked.Node.Address)
		if err == nil {
			a.nodes[asked.Node.Name] = started
		}
		return answer{}, err
	case asked.Attach != nil:
		on, found := a.nodes[asked.Attach.Node]
		if !found {
			return answer{}, fmt.Errorf("no node %q", asked.Attach.Node)
		}
		state, err := unselectedState(asked.Attach.Mode)
		if err != nil {
			return answer{}, err
		}
		return answer{}, on.attach(asked.Attach.Namespace, asked.Attach.Pod, state)
	case asked.Detach:
		return answer{}, a.each((*node).detach)
	case asked.Forget:
		return answer{}, a.each((*node).forget)
	case asked.Translate != nil:
		read, err := readCluster(asked.Translate)
		if err != nil {
			return answer{}, err
		}
		endpoints, err := read.policyEndpoints()
		return answer{Rules: texts(endpoints)}, err
	case asked.Weigh != nil:
		entries, err := weigh(asked.Weigh)
		return answer{Entries: entries}, err
	case asked.Enforce != nil:
		return answer{}, a.enforce(*asked.Enforce)
	}
	return answer{}, fmt.Errorf("nothing is asked")
}

// weigh counts the entries of all identifiers' maps, on all nodes that objects have pods on. It loads no program.
func weigh(objects []json.RawMessage) (int, error) {
	read, err := readCluster(objects)
	if err != nil {
		return 0, err
	}
	endpoints, err := read.policyEndpoints()
	if err != nil {
		return 0, err
	}
	sum := 0
	seen := map[[2]string]bool{}
	for _, pod := range read.pods {
		on := [2]string{utils.GetPodIdentifier(pod.Name, pod.Namespace), pod.Status.HostIP}
		if seen[on] {
			continue
		}
		seen[on] = true
		rules, selected := rulesOf(endpoints, on[0], on[1])
		if !selected {
			continue
		}
		processor := processorFor(on[1])
		for _, each := range rules {
			entries, err := processor.ComputeMapEntriesFromEndpointRules(each)
			if err != nil {
				return 0, err
			}
			sum += len(entries)
		}
	}
	return sum, nil
}

func (a *agents) each(do func(*node) error) error {
	for name, each := range a.nodes {
		if err := do(each); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// unselectedState is the state of pods that no policy selects, in a NETWORK_POLICY_ENFORCING_MODE.
func unselectedState(mode string) (byte, error) {
	state, known := map[string]byte{"standard": defaultAllow, "strict": defaultDeny}[mode]
	if !known {
		return 0, fmt.Errorf("no mode %q: standard or strict", mode)
	}
	return state, nil
}

func (a *agents) enforce(asked enforceRequest) error {
	state, err := unselectedState(asked.Mode)
	if err != nil {
		return err
	}
	read, err := readCluster(asked.Objects)
	if err != nil {
		return err
	}
	endpoints, err := read.policyEndpoints()
	if err != nil {
		return err
	}
	return a.each(func(each *node) error { return each.enforce(endpoints, state) })
}
