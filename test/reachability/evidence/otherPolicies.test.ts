// Longer than most: one case a kind of policy that other CNIs bring.
import { strict as assert } from "node:assert";
import { shopAnswers } from "./shop";

const object = (apiVersion: string, kind: string, spec?: object, home?: string, name = "p") => ({
  apiVersion,
  kind,
  metadata: { name, ...(home === undefined ? {} : { namespace: home }) },
  ...(spec === undefined ? {} : { spec }),
});

const ADMIN = "policy.networking.k8s.io/v1alpha1";
const CLUSTER = "policy.networking.k8s.io/v1alpha2";
const SHOP_NAMESPACES = { namespaces: { matchLabels: { team: "shop" } } };
const WEB_PODS = {
  pods: {
    namespaceSelector: { matchLabels: { team: "shop" } },
    podSelector: { matchLabels: { app: "web" } },
  },
};
const deny = [{ action: "Deny" }];
const allow = [{ action: "Allow" }];
const admin = (spec: object) => object(ADMIN, "AdminNetworkPolicy", spec);
const cnp = (spec: object, home = "shop") => object("cilium.io/v2", "CiliumNetworkPolicy", spec, home);
const calico = (spec: object, home?: string) =>
  object("projectcalico.org/v3", home === undefined ? "GlobalNetworkPolicy" : "NetworkPolicy", spec, home);
const istio = (kind: string, spec: object, home = "shop") => object("security.istio.io/v1", kind, spec, home);

/**
 * Answers, in this order: web → db, tool → db, web → tool, tool → web, web → outside, outside → web.
 * Without the policy they are `+-++++`. `any` CNI: the kind's own controller is what decides.
 */
const ROWS: readonly (readonly [claim: string, cni: string, policy: object, answers: string])[] = [
  // network-policy-api
  [
    "an Admin deny of ingress may close what is open, and opens nothing",
    "any",
    admin({ subject: SHOP_NAMESPACES, ingress: deny }),
    "?-+?+?",
  ],
  [
    "an Admin allow of ingress may open what a NetworkPolicy denies, and closes nothing",
    "any",
    admin({ subject: SHOP_NAMESPACES, ingress: allow }),
    "+?++++",
  ],
  [
    "an Admin policy of both actions may do either",
    "any",
    admin({ subject: SHOP_NAMESPACES, ingress: [...deny, ...allow] }),
    "??+?+?",
  ],
  [
    "an Admin policy that only passes changes nothing",
    "any",
    admin({ subject: SHOP_NAMESPACES, ingress: [{ action: "Pass" }] }),
    "+-++++",
  ],
  [
    "an action that isn't known may do either",
    "any",
    admin({ subject: SHOP_NAMESPACES, ingress: [{ action: "Later" }] }),
    "??+?+?",
  ],
  [
    "an Admin policy of some pods touches these alone",
    "any",
    admin({ subject: WEB_PODS, ingress: deny }),
    "+-+?+?",
  ],
  [
    "an Admin deny of egress touches what its subjects open",
    "any",
    admin({ subject: WEB_PODS, egress: deny }),
    "?-?+?+",
  ],
  [
    "an Admin allow of egress doesn't open what the other side denies",
    "any",
    admin({ subject: { namespaces: {} }, egress: allow }),
    "+-++++",
  ],
  ["an Admin policy without rules changes nothing", "any", admin({ subject: { namespaces: {} } }), "+-++++"],
  [
    "an Admin policy without a subject that can be read is everybody's",
    "any",
    admin({ ingress: deny }),
    "?-??+?",
  ],
  [
    "a baseline deny closes only what no NetworkPolicy isolates",
    "any",
    object(
      ADMIN,
      "BaselineAdminNetworkPolicy",
      { subject: { namespaces: {} }, ingress: deny },
      undefined,
      "default",
    ),
    "+-??+?",
  ],
  [
    "a baseline allow changes nothing",
    "any",
    object(
      ADMIN,
      "BaselineAdminNetworkPolicy",
      { subject: { namespaces: {} }, ingress: allow },
      undefined,
      "default",
    ),
    "+-++++",
  ],
  [
    "a ClusterNetworkPolicy of tier Admin is one",
    "any",
    object(CLUSTER, "ClusterNetworkPolicy", { tier: "Admin", subject: SHOP_NAMESPACES, ingress: deny }),
    "?-+?+?",
  ],
  [
    "its Accept opens",
    "any",
    object(CLUSTER, "ClusterNetworkPolicy", {
      tier: "Admin",
      subject: SHOP_NAMESPACES,
      ingress: [{ action: "Accept" }],
    }),
    "+?++++",
  ],
  [
    "a ClusterNetworkPolicy of tier Baseline yields to NetworkPolicies",
    "any",
    object(CLUSTER, "ClusterNetworkPolicy", { tier: "Baseline", subject: SHOP_NAMESPACES, ingress: deny }),
    "+-+?+?",
  ],
  [
    "v1beta1 of it is the same kind",
    "any",
    object("policy.networking.k8s.io/v1beta1", "ClusterNetworkPolicy", {
      tier: "Admin",
      subject: SHOP_NAMESPACES,
      ingress: deny,
    }),
    "?-+?+?",
  ],
  [
    "AWS's ClusterNetworkPolicy too",
    "aws-vpc-cni",
    object("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy", {
      tier: "Admin",
      subject: SHOP_NAMESPACES,
      egress: deny,
    }),
    "?-?+?+",
  ],
  // AWS, GKE
  [
    "an ApplicationNetworkPolicy isolates and admits its pods",
    "aws-vpc-cni",
    object(
      "networking.k8s.aws/v1alpha1",
      "ApplicationNetworkPolicy",
      { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"], egress: [] },
      "shop",
    ),
    "?-?+?+",
  ],
  [
    "one without types is for ingress, and for egress where it has rules",
    "aws-vpc-cni",
    object(
      "networking.k8s.aws/v1alpha1",
      "ApplicationNetworkPolicy",
      { podSelector: {}, ingress: [] },
      "shop",
    ),
    "??+?+?",
  ],
  [
    "an FQDNNetworkPolicy judges egress",
    "gke",
    object(
      "networking.gke.io/v1alpha1",
      "FQDNNetworkPolicy",
      { podSelector: { matchLabels: { app: "web" } }, egress: [] },
      "shop",
    ),
    "?-?+?+",
  ],
  // Cilium
  [
    "a CiliumNetworkPolicy isolates and admits its endpoints",
    "cilium",
    cnp({ endpointSelector: { matchLabels: { app: "db" } }, ingress: [{}] }),
    "??++++",
  ],
  [
    "its selector may name the source of a label",
    "cilium",
    cnp({ endpointSelector: { matchLabels: { "k8s:app": "db" } }, ingress: [{}] }),
    "??++++",
  ],
  [
    "or any source, in an expression",
    "cilium",
    cnp({
      endpointSelector: { matchExpressions: [{ key: "any:app", operator: "In", values: ["db"] }] },
      ingress: [{}],
    }),
    "??++++",
  ],
  [
    "one of another namespace doesn't bear on this one",
    "cilium",
    cnp({ endpointSelector: { matchLabels: { app: "db" } }, ingress: [{}] }, "ops"),
    "+-++++",
  ],
  [
    "an empty endpointSelector is the whole namespace",
    "cilium",
    cnp({ endpointSelector: {}, egress: [{}] }),
    "?-?+?+",
  ],
  [
    "a deny section alone only closes",
    "cilium",
    cnp({ endpointSelector: {}, ingressDeny: [{ fromEntities: ["world"] }] }),
    "?-+?+?",
  ],
  [
    "without default deny a section only opens",
    "cilium",
    cnp({
      endpointSelector: {},
      enableDefaultDeny: { ingress: false },
      ingress: [{ fromEntities: ["all"] }],
    }),
    "+?++++",
  ],
  ["a policy without sections does nothing", "cilium", cnp({ endpointSelector: {} }), "+-++++"],
  [
    "each of several specs counts",
    "cilium",
    {
      ...cnp({ endpointSelector: {} }),
      spec: undefined,
      specs: [
        { endpointSelector: { matchLabels: { app: "web" } }, egress: [{}] },
        { endpointSelector: { matchLabels: { app: "db" } }, ingress: [{}] },
      ],
    },
    "???+?+",
  ],
  [
    "a clusterwide one names its namespace by a label",
    "cilium",
    object("cilium.io/v2", "CiliumClusterwideNetworkPolicy", {
      endpointSelector: { matchLabels: { "k8s:io.kubernetes.pod.namespace": "ops" } },
      ingress: [{}],
    }),
    "+-?+++",
  ],
  [
    "or by the namespace's labels",
    "cilium",
    object("cilium.io/v2", "CiliumClusterwideNetworkPolicy", {
      endpointSelector: { matchLabels: { "k8s:io.cilium.k8s.namespace.labels.team": "ops" } },
      ingress: [{}],
    }),
    "+-?+++",
  ],
  [
    "what it says of identities by other labels is left out: it is wider",
    "cilium",
    object("cilium.io/v2", "CiliumClusterwideNetworkPolicy", {
      endpointSelector: { matchLabels: { "k8s:io.cilium.k8s.policy.serviceaccount": "x" } },
      ingress: [{}],
    }),
    "????+?",
  ],
  [
    "the nodes' firewall doesn't judge pods",
    "cilium",
    object("cilium.io/v2", "CiliumClusterwideNetworkPolicy", { nodeSelector: {}, ingress: [{}] }),
    "+-++++",
  ],
  // Calico
  [
    "a Calico NetworkPolicy isolates, admits and denies in its namespace",
    "calico",
    calico({ selector: "app == 'db'", types: ["Ingress"] }, "shop"),
    "??++++",
  ],
  [
    "also in the group that its datastore has",
    "calico",
    object(
      "crd.projectcalico.org/v1",
      "NetworkPolicy",
      { selector: 'app == "db"', types: ["Ingress"] },
      "shop",
    ),
    "??++++",
  ],
  [
    "its selector's terms are joined",
    "calico",
    calico({ selector: "has(app) && app != 'web'", types: ["Ingress"] }, "shop"),
    "??++++",
  ],
  [
    "in and not in",
    "calico",
    calico({ selector: "app in {'db', 'x'} && app not in { \"web\" }", types: ["Ingress"] }, "shop"),
    "??++++",
  ],
  [
    "what label selectors can't say is the whole namespace",
    "calico",
    calico({ selector: "app == 'db' || app == 'x'", types: ["Ingress"] }, "shop"),
    "??+?+?",
  ],
  ["without types it is for ingress", "calico", calico({ selector: "all()" }, "shop"), "??+?+?"],
  [
    "without types and with egress rules alone for egress",
    "calico",
    calico({ selector: "app == 'web'", egress: [{ action: "Deny" }] }, "shop"),
    "?-?+?+",
  ],
  ["a GlobalNetworkPolicy is everybody's", "calico", calico({ types: ["Egress"] }), "?-???+"],
  [
    "unless a namespaceSelector says whose",
    "calico",
    calico({ namespaceSelector: "team == 'ops'", types: ["Ingress"] }),
    "+-?+++",
  ],
  [
    "a staged policy does nothing",
    "calico",
    object("projectcalico.org/v3", "StagedGlobalNetworkPolicy", { types: ["Ingress"] }),
    "+-++++",
  ],
  [
    "a HostEndpoint isolates nodes, not pods",
    "calico",
    object("projectcalico.org/v3", "HostEndpoint", { node: "n" }),
    "+-++++",
  ],
  // Antrea
  [
    "Antrea's NetworkPolicy drops at those it applies to",
    "antrea",
    object(
      "crd.antrea.io/v1beta1",
      "NetworkPolicy",
      { appliedTo: [{ podSelector: { matchLabels: { app: "web" } } }], ingress: [{ action: "Drop" }] },
      "shop",
    ),
    "+-+?+?",
  ],
  [
    "its ClusterNetworkPolicy by namespace",
    "antrea",
    object("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", {
      appliedTo: [{ namespaceSelector: { matchLabels: { team: "ops" } } }],
      ingress: [{ action: "Reject" }],
    }),
    "+-?+++",
  ],
  [
    "or as its rules say",
    "antrea",
    object("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", {
      ingress: [{ action: "Allow", appliedTo: [{ podSelector: { matchLabels: { app: "db" } } }] }],
    }),
    "+?++++",
  ],
  [
    "a group that it applies to may be anybody",
    "antrea",
    object("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", {
      appliedTo: [{ group: "g" }],
      ingress: [{ action: "Drop" }],
    }),
    "?-??+?",
  ],
  // Istio, Linkerd, Kuma, Consul
  [
    "an AuthorizationPolicy only closes, towards its pods",
    "any",
    istio("AuthorizationPolicy", { selector: { matchLabels: { app: "web" } } }),
    "+-+?+?",
  ],
  ["without a selector the whole namespace", "any", istio("AuthorizationPolicy", {}), "?-+?+?"],
  ["in the root namespace the whole mesh", "any", istio("AuthorizationPolicy", {}, "istio-system"), "?-??+?"],
  [
    "one of a Service or Gateway any pod of its namespace",
    "any",
    istio("AuthorizationPolicy", { targetRefs: [{ kind: "Service", name: "web" }] }),
    "?-+?+?",
  ],
  [
    "strict mutual TLS may shut out who isn't in the mesh",
    "any",
    istio("PeerAuthentication", { mtls: { mode: "STRICT" } }),
    "?-+?+?",
  ],
  [
    "permissive TLS shuts out nobody",
    "any",
    istio("PeerAuthentication", { mtls: { mode: "PERMISSIVE" } }),
    "+-++++",
  ],
  [
    "strict on one port counts",
    "any",
    istio("PeerAuthentication", {
      selector: { matchLabels: { app: "web" } },
      mtls: { mode: "PERMISSIVE" },
      portLevelMtls: { 80: { mode: "STRICT" } },
    }),
    "+-+?+?",
  ],
  [
    "a Sidecar may shut its pods in",
    "any",
    object(
      "networking.istio.io/v1",
      "Sidecar",
      { workloadSelector: { labels: { app: "web" } }, egress: [{ hosts: ["./*"] }] },
      "shop",
    ),
    "?-????",
  ],
  [
    "a Linkerd Server closes its port to whom nothing authorizes",
    "any",
    object(
      "policy.linkerd.io/v1beta3",
      "Server",
      { podSelector: { matchLabels: { app: "web" } }, port: 80 },
      "shop",
    ),
    "+-+?+?",
  ],
  [
    "an authorization of Linkerd closes nothing by itself",
    "any",
    object("policy.linkerd.io/v1alpha1", "AuthorizationPolicy", { targetRef: {} }, "shop"),
    "+-++++",
  ],
  ["Kuma's TrafficPermission", "any", object("kuma.io/v1alpha1", "TrafficPermission", {}), "?-??+?"],
  [
    "Kuma's MeshTrafficPermission",
    "any",
    object("kuma.io/v1alpha1", "MeshTrafficPermission", {}, "kuma-system"),
    "?-??+?",
  ],
  [
    "Consul's ServiceIntentions",
    "any",
    object("consul.hashicorp.com/v1alpha1", "ServiceIntentions", { destination: { name: "web" } }, "shop"),
    "?-??+?",
  ],
  // OVN, OpenShift
  [
    "an EgressFirewall closes addresses outside to its namespace, nothing else",
    "ovn-kubernetes",
    object(
      "k8s.ovn.org/v1",
      "EgressFirewall",
      { egress: [{ type: "Deny", to: { cidrSelector: "0.0.0.0/0" } }] },
      "shop",
      "default",
    ),
    "+-++?+",
  ],
  [
    "an EgressNetworkPolicy too",
    "openshift-sdn",
    object("network.openshift.io/v1", "EgressNetworkPolicy", { egress: [] }, "shop"),
    "+-++?+",
  ],
  [
    "a NetNamespace may part its namespace from others",
    "openshift-sdn",
    { apiVersion: "network.openshift.io/v1", kind: "NetNamespace", metadata: { name: "ops" }, netid: 7 },
    "+-??++",
  ],
  [
    "a primary user-defined network parts a namespace",
    "ovn-kubernetes",
    object(
      "k8s.ovn.org/v1",
      "UserDefinedNetwork",
      { topology: "Layer3", layer3: { role: "Primary" } },
      "ops",
    ),
    "+-??++",
  ],
  [
    "a secondary one doesn't",
    "ovn-kubernetes",
    object(
      "k8s.ovn.org/v1",
      "UserDefinedNetwork",
      { topology: "Layer2", layer2: { role: "Secondary" } },
      "ops",
    ),
    "+-++++",
  ],
  [
    "a ClusterUserDefinedNetwork parts the namespaces that it selects",
    "ovn-kubernetes",
    object("k8s.ovn.org/v1", "ClusterUserDefinedNetwork", {
      namespaceSelector: { matchLabels: { team: "ops" } },
      network: { topology: "Layer2", layer2: { role: "Primary" } },
    }),
    "+-??++",
  ],
  [
    "a private subnet of Kube-OVN",
    "kube-ovn",
    object("kubeovn.io/v1", "Subnet", { private: true }),
    "?-????",
  ],
  [
    "a plain one changes nothing",
    "kube-ovn",
    object("kubeovn.io/v1", "Subnet", { cidrBlock: "10.16.0.0/16" }),
    "+-++++",
  ],
  // What makes NetworkPolicies
  [
    "a Kyverno policy that generates NetworkPolicies may do anything",
    "any",
    object("kyverno.io/v1", "ClusterPolicy", {
      rules: [{ name: "r", generate: { kind: "NetworkPolicy", name: "deny" } }],
    }),
    "??????",
  ],
  [
    "one that validates does nothing",
    "any",
    object("kyverno.io/v1", "ClusterPolicy", {
      rules: [{ name: "r", validate: { message: "needs a NetworkPolicy" } }],
    }),
    "+-++++",
  ],
  [
    "a namespaced one acts there",
    "any",
    object("kyverno.io/v1", "Policy", { rules: [{ generate: { kind: "NetworkPolicy" } }] }, "ops"),
    "+-??++",
  ],
  ["Kyverno's GeneratingPolicy", "any", object("policies.kyverno.io/v1", "GeneratingPolicy", {}), "??????"],
  [
    "a Capsule Tenant with NetworkPolicies",
    "any",
    object("capsule.clastix.io/v1beta2", "Tenant", { networkPolicies: { items: [] } }),
    "??????",
  ],
  ["one without", "any", object("capsule.clastix.io/v1beta2", "Tenant", { owners: [] }), "+-++++"],
  ["Otterize's intents", "any", object("k8s.otterize.com/v1alpha3", "ClientIntents", {}, "shop"), "??????"],
  [
    "a Package of UDS Core acts in its namespace",
    "any",
    object("uds.dev/v1alpha1", "Package", {}, "ops"),
    "+-??++",
  ],
  // All others
  [
    "a NetworkPolicy of a project that isn't known here may do anything in its namespace",
    "any",
    object("example.org/v1", "NetworkPolicy", {}, "ops"),
    "+-??++",
  ],
  ["one of the whole cluster anything", "any", object("example.org/v1", "GlobalNetworkPolicy", {}), "??????"],
  [
    "a policy of a secondary network changes nothing",
    "any",
    object("k8s.cni.cncf.io/v1beta2", "MultiNetworkPolicy", { podSelector: {} }, "shop"),
    "+-++++",
  ],
  [
    "a policy about images changes nothing",
    "any",
    object("policy.sigstore.dev/v1beta1", "ClusterImagePolicy", {}),
    "+-++++",
  ],
];

describe("reachability: policies of kinds that aren't computed make what they may change unknown", () => {
  it("the shop alone is known", () => assert.equal(shopAnswers([]), "+-++++"));
  for (const [claim, cni, policy, answers] of ROWS)
    it(`${claim} (${cni})`, () => assert.equal(shopAnswers([policy]), answers));
});
