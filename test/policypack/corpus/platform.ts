// Longer than most: a list.
import {
  AGENT,
  cronJob,
  daemonSet,
  deployment,
  dns,
  from,
  fromNamespace,
  hook,
  namespace,
  networkPolicy,
  openByDefault,
  operator,
  service,
  type Shape,
  site,
  statefulSet,
  store,
  tcp,
  web,
} from "./build";

const HOST = "workload-no-host-network";
const agent = (name: string): Readonly<Record<string, string>> => ({ [`${HOST} ${name}`]: AGENT });
const NODE = { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" };
const PRIVILEGED = { securityContext: { privileged: true } };
const hostPort = (...ports: readonly number[]) => ({
  ports: ports.map((port) => ({ containerPort: port, hostPort: port })),
});
const balanced = { type: "LoadBalancer", externalTrafficPolicy: "Local" };

/** What makes a cluster: ingress, certificates, names, secrets, storage, networks, their operators. */
export const PLATFORM: readonly Shape[] = [
  {
    name: "ingress-nginx, controller behind a load balancer",
    objects: [
      namespace("ingress-nginx"),
      deployment("ingress-nginx-controller", "ingress-nginx", { ports: [80, 443, 8443] }),
      service("ingress-nginx-controller", "ingress-nginx", [80, 443], balanced),
      hook("ingress-nginx-admission-create", "ingress-nginx"),
      networkPolicy("ingress-nginx-admission", "ingress-nginx", { egress: [{}] }),
    ],
  },
  {
    name: "ingress-nginx, a controller on every node",
    objects: [daemonSet("ingress-nginx-controller", "ingress-nginx", { container: hostPort(80, 443) })],
    right: agent("ingress-nginx/ingress-nginx-controller"),
  },
  {
    name: "ingress-nginx on NodePorts",
    objects: [
      deployment("ingress-nginx-controller", "ingress-nginx", { ports: [80, 443] }),
      service("ingress-nginx-controller", "ingress-nginx", [80, 443], { type: "NodePort" }),
    ],
  },
  { name: "ingress-nginx, default backend", objects: web("defaultbackend", "ingress-nginx", 8080) },
  {
    name: "traefik",
    objects: [
      deployment("traefik", "traefik", { ports: [8000, 8443, 9100] }),
      service("traefik", "traefik", [80, 443], balanced),
    ],
  },
  {
    name: "haproxy-ingress with a policy for its webhook",
    objects: [
      ...web("haproxy-ingress", "ingress-controller", 80),
      networkPolicy("haproxy-ingress", "ingress-controller", {
        ingress: [{ ports: tcp(80, 443) }, { from: [fromNamespace("monitoring")], ports: tcp(9101) }],
      }),
    ],
  },
  { name: "kong, proxy and admin", objects: web("kong", "kong", 8000, { ports: [8000, 8443, 8444] }) },
  {
    name: "emissary",
    objects: [...web("emissary-ingress", "emissary", 8080), ...web("agent", "emissary", 8081)],
  },
  {
    name: "apisix with etcd",
    objects: [...web("apisix", "apisix", 9080), ...store("etcd", "apisix", [2379, 2380])],
  },
  {
    name: "contour with Envoy on the nodes' ports",
    objects: [
      ...web("contour", "projectcontour", 8001),
      daemonSet("envoy", "projectcontour", { container: hostPort(8080, 8443) }),
    ],
    right: agent("projectcontour/envoy"),
  },
  {
    name: "envoy-gateway",
    objects: [...operator("envoy-gateway", "envoy-gateway-system"), hook("certgen", "envoy-gateway-system")],
  },
  { name: "nginx-gateway-fabric", objects: operator("nginx-gateway", "nginx-gateway") },
  {
    name: "cert-manager",
    objects: [
      deployment("cert-manager", "cert-manager", { ports: [9402] }),
      deployment("cainjector", "cert-manager"),
      ...operator("webhook", "cert-manager"),
      hook("startupapicheck", "cert-manager"),
    ],
  },
  {
    name: "cert-manager, its webhook's policies",
    objects: [
      ...operator("webhook", "cert-manager"),
      networkPolicy("webhook", "cert-manager", {
        ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }],
        egress: [
          {
            ports: [...tcp(80, 443, 53, 6443), { protocol: "UDP", port: 53 }],
            to: [{ ipBlock: { cidr: "0.0.0.0/0" } }],
          },
        ],
      }),
    ],
  },
  { name: "trust-manager", objects: operator("trust-manager", "cert-manager") },
  { name: "step-certificates", objects: store("step-certificates", "step", [9000]) },
  {
    name: "external-dns",
    objects: [
      deployment("external-dns", "external-dns", { ports: [7979] }),
      service("external-dns", "external-dns", [7979]),
    ],
  },
  {
    name: "external-dns with a policy to the internet's HTTPS",
    objects: [
      deployment("external-dns", "external-dns", { ports: [7979] }),
      networkPolicy("external-dns", "external-dns", {
        ingress: [{ from: [fromNamespace("monitoring")], ports: tcp(7979) }],
        egress: [dns, { ports: tcp(443) }],
      }),
    ],
  },
  { name: "metrics-server", objects: web("metrics-server", "kube-system", 10250) },
  {
    name: "metrics-server in the node's network",
    objects: web("metrics-server", "kube-system", 4443, { pod: NODE }),
  },
  {
    name: "coredns",
    objects: [
      deployment("coredns", "kube-system", { ports: [53, 9153] }),
      service("kube-dns", "kube-system", [53]),
    ],
  },
  {
    name: "node-local-dns",
    objects: [daemonSet("node-local-dns", "kube-system", { pod: NODE, container: PRIVILEGED })],
  },
  {
    name: "kube-proxy",
    objects: [daemonSet("kube-proxy", "kube-system", { pod: NODE, container: PRIVILEGED })],
  },
  {
    name: "cluster-autoscaler",
    objects: [deployment("cluster-autoscaler", "kube-system", { ports: [8085] })],
  },
  {
    name: "vertical-pod-autoscaler",
    objects: [
      deployment("recommender", "kube-system"),
      deployment("updater", "kube-system"),
      ...operator("vpa-webhook", "kube-system"),
    ],
  },
  { name: "descheduler", objects: [cronJob("descheduler", "kube-system")] },
  {
    name: "cilium, agent and operator",
    objects: [
      daemonSet("cilium", "kube-system", { pod: NODE, container: PRIVILEGED }),
      deployment("cilium-operator", "kube-system", { pod: NODE }),
    ],
  },
  {
    name: "cilium, hubble",
    objects: [...web("hubble-relay", "kube-system", 4245), ...web("hubble-ui", "kube-system", 8081)],
  },
  {
    name: "calico by its operator",
    objects: [deployment("tigera-operator", "tigera-operator", { pod: NODE })],
    right: agent("tigera-operator/tigera-operator"),
  },
  {
    name: "calico, node agent in a namespace of its own",
    objects: [
      daemonSet("calico-node", "calico-system", { pod: NODE, container: PRIVILEGED }),
      deployment("calico-kube-controllers", "calico-system"),
    ],
    right: agent("calico-system/calico-node"),
  },
  {
    name: "calico, Typha",
    objects: [deployment("calico-typha", "calico-system", { pod: NODE, ports: [5473] })],
    right: agent("calico-system/calico-typha"),
  },
  {
    name: "flannel",
    objects: [
      namespace("kube-flannel", { "pod-security.kubernetes.io/enforce": "privileged" }),
      daemonSet("kube-flannel-ds", "kube-flannel", {
        pod: NODE,
        container: {
          securityContext: { privileged: false, capabilities: { add: ["NET_ADMIN", "NET_RAW"] } },
        },
      }),
    ],
    right: agent("kube-flannel/kube-flannel-ds"),
  },
  {
    name: "multus",
    objects: [daemonSet("kube-multus-ds", "kube-system", { pod: NODE, container: PRIVILEGED })],
  },
  {
    name: "metallb",
    objects: [
      deployment("controller", "metallb-system"),
      daemonSet("speaker", "metallb-system", {
        pod: NODE,
        container: { securityContext: { capabilities: { drop: ["ALL"], add: ["NET_RAW"] } } },
      }),
    ],
    right: agent("metallb-system/speaker"),
  },
  {
    name: "kube-vip",
    objects: [
      daemonSet("kube-vip", "kube-system", {
        pod: NODE,
        container: { securityContext: { capabilities: { add: ["NET_ADMIN", "NET_RAW"] } } },
      }),
    ],
  },
  { name: "aws-load-balancer-controller", objects: operator("aws-load-balancer-controller", "kube-system") },
  {
    name: "aws-node-termination-handler",
    objects: [daemonSet("aws-node-termination-handler", "kube-system", { pod: NODE })],
  },
  { name: "karpenter", objects: operator("karpenter", "kube-system") },
  {
    name: "istio, control plane and gateway",
    objects: [
      ...operator("istiod", "istio-system"),
      deployment("istio-ingressgateway", "istio-system", { ports: [8080, 8443] }),
      service("istio-ingressgateway", "istio-system", [80, 443], balanced),
    ],
  },
  {
    name: "istio, CNI agent",
    objects: [
      daemonSet("istio-cni-node", "istio-system", {
        container: {
          securityContext: {
            privileged: false,
            capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "NET_RAW", "SYS_ADMIN"] },
          },
        },
      }),
    ],
    right: agent("istio-system/istio-cni-node"),
  },
  {
    name: "istio, ztunnel",
    objects: [
      daemonSet("ztunnel", "istio-system", {
        container: { securityContext: { capabilities: { add: ["NET_ADMIN", "SYS_ADMIN", "NET_RAW"] } } },
      }),
    ],
    right: agent("istio-system/ztunnel"),
  },
  {
    name: "an application with a mesh's sidecar and its init container",
    objects: [
      deployment("cart", "shop", {
        ports: [8080],
        pod: {
          initContainers: [
            {
              name: "istio-init",
              image: "proxy",
              securityContext: { capabilities: { add: ["NET_ADMIN", "NET_RAW"], drop: ["ALL"] } },
            },
          ],
        },
      }),
    ],
    right: {
      [`${HOST} shop/cart`]:
        "its init container may change its pod's networks: the mesh's CNI agent does without",
    },
  },
  {
    name: "linkerd, control plane",
    objects: [
      ...web("linkerd-destination", "linkerd", 8086),
      ...web("linkerd-identity", "linkerd", 8080),
      ...operator("linkerd-proxy-injector", "linkerd"),
      cronJob("linkerd-heartbeat", "linkerd"),
    ],
  },
  {
    name: "consul, servers and injector",
    objects: [
      ...store("consul-server", "consul", [8500, 8502, 8300]),
      ...operator("consul-connect-injector", "consul"),
    ],
  },
  {
    name: "sealed-secrets",
    objects: [
      ...web("sealed-secrets", "kube-system", 8080),
      networkPolicy("sealed-secrets", "kube-system", { ingress: [{ ports: tcp(8080) }] }),
    ],
  },
  {
    name: "external-secrets",
    objects: [
      ...operator("external-secrets", "external-secrets"),
      ...operator("external-secrets-webhook", "external-secrets"),
      deployment("external-secrets-cert-controller", "external-secrets"),
    ],
  },
  {
    name: "secrets-store-csi-driver",
    objects: [daemonSet("secrets-store-csi-driver", "kube-system", { container: PRIVILEGED })],
  },
  {
    name: "vault with its agent injector",
    objects: [...store("vault", "vault", [8200, 8201]), ...operator("vault-agent-injector", "vault")],
  },
  {
    name: "vault, its policy",
    objects: [
      ...store("vault", "vault", [8200, 8201]),
      networkPolicy("vault", "vault", {
        ingress: [{ from: [{ namespaceSelector: {} }], ports: tcp(8200, 8201) }],
      }),
    ],
  },
  { name: "reloader", objects: [deployment("reloader", "reloader", { ports: [9090] })] },
  {
    name: "kured",
    objects: [daemonSet("kured", "kured", { pod: { hostPID: true }, container: PRIVILEGED })],
    right: agent("kured/kured"),
  },
  {
    name: "kyverno",
    objects: [
      ...operator("kyverno-admission-controller", "kyverno"),
      deployment("kyverno-background-controller", "kyverno"),
      deployment("kyverno-cleanup-controller", "kyverno"),
      cronJob("kyverno-cleanup-admission-reports", "kyverno"),
    ],
  },
  {
    name: "kyverno, its policies",
    objects: [
      ...operator("kyverno", "kyverno"),
      networkPolicy("kyverno", "kyverno", { ingress: [{ ports: tcp(9443, 8000) }], egress: [{}] }),
    ],
  },
  {
    name: "gatekeeper",
    objects: [
      ...operator("gatekeeper-controller-manager", "gatekeeper-system"),
      deployment("gatekeeper-audit", "gatekeeper-system"),
    ],
  },
  {
    name: "keda",
    objects: [
      deployment("keda-operator", "keda"),
      ...web("keda-operator-metrics-apiserver", "keda", 6443),
      ...operator("keda-admission-webhooks", "keda"),
    ],
  },
  {
    name: "crossplane",
    objects: [
      ...operator("crossplane", "crossplane-system"),
      deployment("crossplane-rbac-manager", "crossplane-system"),
    ],
  },
  {
    name: "cluster-api",
    objects: [namespace("capi-system"), ...operator("capi-controller-manager", "capi-system")],
  },
  {
    name: "aws-ebs-csi-driver",
    objects: [
      deployment("ebs-csi-controller", "kube-system"),
      daemonSet("ebs-csi-node", "kube-system", { container: PRIVILEGED }),
    ],
  },
  {
    name: "aws-efs-csi-driver",
    objects: [
      deployment("efs-csi-controller", "kube-system", { pod: NODE }),
      daemonSet("efs-csi-node", "kube-system", { pod: NODE, container: PRIVILEGED }),
    ],
  },
  {
    name: "azure disk CSI",
    objects: [
      deployment("csi-azuredisk-controller", "kube-system", { pod: NODE }),
      daemonSet("csi-azuredisk-node", "kube-system", { pod: NODE, container: PRIVILEGED }),
    ],
  },
  {
    name: "csi-driver-nfs",
    objects: [daemonSet("csi-nfs-node", "kube-system", { pod: NODE, container: PRIVILEGED })],
  },
  {
    name: "csi-driver-smb in a namespace of its own",
    objects: [daemonSet("csi-smb-node", "csi-smb", { pod: NODE, container: PRIVILEGED })],
    right: agent("csi-smb/csi-smb-node"),
  },
  { name: "local-path-provisioner", objects: [deployment("local-path-provisioner", "local-path-storage")] },
  {
    name: "longhorn",
    objects: [
      daemonSet("longhorn-manager", "longhorn-system", { ports: [9500], container: PRIVILEGED }),
      ...web("longhorn-ui", "longhorn-system", 8000),
    ],
    right: agent("longhorn-system/longhorn-manager"),
  },
  {
    name: "rook-ceph, operator and monitors",
    objects: [
      deployment("rook-ceph-operator", "rook-ceph"),
      ...web("rook-ceph-mon-a", "rook-ceph", 6789),
      ...web("rook-ceph-mgr-a", "rook-ceph", 9283),
    ],
  },
  {
    name: "rook-ceph, plugin on the nodes",
    objects: [
      daemonSet("csi-rbdplugin", "rook-ceph", { pod: { ...NODE, hostPID: true }, container: PRIVILEGED }),
    ],
    right: agent("rook-ceph/csi-rbdplugin"),
  },
  {
    name: "openebs, node disk manager",
    objects: [daemonSet("openebs-ndm", "openebs", { pod: { hostNetwork: true }, container: PRIVILEGED })],
    right: agent("openebs/openebs-ndm"),
  },
  { name: "snapshot-controller", objects: [deployment("snapshot-controller", "kube-system")] },
  {
    name: "velero, server and node agent",
    objects: [
      deployment("velero", "velero", { ports: [8085] }),
      daemonSet("node-agent", "velero", { container: { securityContext: { privileged: false } } }),
    ],
  },
  {
    name: "node-problem-detector",
    objects: [daemonSet("node-problem-detector", "kube-system", { container: PRIVILEGED })],
  },
  {
    name: "nvidia-device-plugin",
    objects: [
      daemonSet("nvidia-device-plugin", "nvidia", {
        container: { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
      }),
    ],
  },
  {
    name: "gpu-operator, driver",
    objects: [daemonSet("nvidia-driver", "gpu-operator", { pod: { hostPID: true }, container: PRIVILEGED })],
    right: agent("gpu-operator/nvidia-driver"),
  },
  {
    name: "node-feature-discovery",
    objects: [
      deployment("nfd-master", "node-feature-discovery"),
      daemonSet("nfd-worker", "node-feature-discovery"),
    ],
  },
  {
    name: "kubernetes-dashboard",
    objects: [
      ...web("kubernetes-dashboard", "kubernetes-dashboard", 8443),
      ...web("dashboard-metrics-scraper", "kubernetes-dashboard", 8000),
      networkPolicy("kubernetes-dashboard", "kubernetes-dashboard", { ingress: [{ ports: tcp(8443) }] }),
    ],
  },
  { name: "headlamp", objects: site("headlamp", "headlamp", 4466) },
  { name: "rancher", objects: site("rancher", "cattle-system", 80) },
  {
    name: "dex",
    objects: [...site("dex", "dex", 5556), networkPolicy("dex", "dex", { ingress: [{ ports: tcp(5556) }] })],
  },
  {
    name: "oauth2-proxy with redis",
    objects: [...site("oauth2-proxy", "oauth2-proxy", 4180), ...store("redis", "oauth2-proxy", [6379])],
  },
  {
    name: "keycloak with postgresql, policies as they are by default",
    objects: [
      ...site("keycloak", "keycloak", 8080),
      openByDefault("keycloak", "keycloak", 7800, 8080),
      ...store("postgresql", "keycloak", [5432]),
      openByDefault("postgresql", "keycloak", 5432),
    ],
  },
  {
    name: "authentik",
    objects: [
      ...site("authentik-server", "authentik", 9000),
      deployment("authentik-worker", "authentik"),
      ...store("authentik-postgresql", "authentik", [5432]),
    ],
  },
  {
    name: "authelia",
    objects: [
      ...site("authelia", "authelia", 9091),
      networkPolicy("authelia", "authelia", {
        ingress: [{ from: [fromNamespace("ingress-nginx")], ports: tcp(9091) }],
      }),
    ],
  },
  {
    name: "zitadel",
    objects: [
      ...site("zitadel", "zitadel", 8080),
      hook("zitadel-init", "zitadel"),
      hook("zitadel-setup", "zitadel"),
    ],
  },
  {
    name: "spire",
    objects: [
      statefulSet("spire-server", "spire", { ports: [8081] }),
      daemonSet("spire-agent", "spire", { pod: { ...NODE, hostPID: true } }),
    ],
    right: agent("spire/spire-agent"),
  },
  {
    name: "tailscale operator",
    objects: [
      deployment("operator", "tailscale"),
      statefulSet("proxy", "tailscale", { container: PRIVILEGED }),
    ],
    right: agent("tailscale/proxy"),
  },
  {
    name: "cloudflared",
    objects: [
      deployment("cloudflared", "cloudflared", { ports: [2000] }),
      networkPolicy("cloudflared", "cloudflared", {
        ingress: [],
        egress: [dns, { ports: [...tcp(443, 7844), { protocol: "UDP", port: 7844 }] }],
      }),
    ],
  },
  {
    name: "wireguard",
    objects: [
      deployment("wireguard", "wireguard", {
        container: { securityContext: { capabilities: { add: ["NET_ADMIN"] } } },
      }),
      service("wireguard", "wireguard", [51820], {
        type: "LoadBalancer",
        ports: [{ port: 51820, protocol: "UDP" }],
      }),
    ],
    right: agent("wireguard/wireguard"),
  },
  {
    name: "a namespace with default deny, DNS and one application",
    objects: [
      namespace("team"),
      networkPolicy("default-deny", "team", { pods: null, ingress: [], egress: [] }),
      networkPolicy("allow-dns", "team", { pods: null, egress: [dns] }),
      ...web("api", "team", 8080),
      networkPolicy("api", "team", { ingress: [{ from: [from("front")], ports: tcp(8080) }] }),
      deployment("front", "team"),
      networkPolicy("front", "team", { egress: [{ to: [from("api")], ports: tcp(8080) }] }),
    ],
  },
];
