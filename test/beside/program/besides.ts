// What somebody may write by hand beside our policies and groups, one object for each of ../ways.ts.
import type { SecurityGroup } from "@pulumi/aws/ec2";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { Provider } from "@pulumi/kubernetes";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { input } from "@pulumi/kubernetes/types";
import type { ProviderResource, Resource } from "@pulumi/pulumi";

type Spec = input.networking.v1.NetworkPolicySpec;
type Peer = input.networking.v1.NetworkPolicyPeer;

const WRITE = { matchLabels: { app: "fineract", instance: "write" } };
const REDIS = { matchLabels: { app: "fineract-redis" } };
const PROXY = { matchLabels: { app: "oauth2-proxy" } };
const INGRESS = { "app.kubernetes.io/name": "ingress-nginx" };
const inNamespace = (name: string) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });
const tcp = (port: number, endPort?: number) => [{ protocol: "TCP", port, ...(endPort && { endPort }) }];

const into = (podSelector: Spec["podSelector"], from: Peer[], ports = tcp(8080)): Spec => ({
  podSelector,
  policyTypes: ["Ingress"],
  ingress: [{ from, ports }],
});
const outOf = (podSelector: Spec["podSelector"], to: Peer[], ports = tcp(443)): Spec => ({
  podSelector,
  policyTypes: ["Egress"],
  egress: [{ to, ports }],
});

/** By what is wider than declared, or other. */
const POLICIES: Readonly<Record<string, Spec>> = {
  "wider addresses": outOf(WRITE, [{ ipBlock: { cidr: "10.40.208.0/26" } }]),
  "other labels": into(WRITE, [
    { namespaceSelector: inNamespace("ingress-nginx"), podSelector: { matchLabels: { app: "debug" } } },
  ]),
  "another namespace": into(WRITE, [
    { namespaceSelector: inNamespace("elsewhere"), podSelector: { matchLabels: INGRESS } },
  ]),
  "every pod": into(REDIS, [{ podSelector: {} }], tcp(6379)),
  "another port": into(
    PROXY,
    [{ namespaceSelector: inNamespace("ingress-nginx"), podSelector: { matchLabels: INGRESS } }],
    tcp(4181),
  ),
  "a range of ports": into(
    PROXY,
    [{ namespaceSelector: inNamespace("ingress-nginx"), podSelector: { matchLabels: INGRESS } }],
    tcp(4180, 4189),
  ),
  "a direction that policyTypes leaves to the API server": {
    podSelector: PROXY,
    egress: [{ to: [{ namespaceSelector: inNamespace("elsewhere") }], ports: tcp(443) }],
  },
  "an empty list of peers": into(PROXY, [], tcp(4180)),
  "a namespace's egress": outOf({}, [{ namespaceSelector: inNamespace("elsewhere") }]),
  "a database's subnets": outOf(PROXY, [{ ipBlock: { cidr: "10.40.192.0/26" } }], tcp(5432)),
};

/** Registers one of them with the application's own providers. `made`: what the program has made, by type and name. */
export function besides(way: string, made: ReadonlyMap<string, Resource>): void {
  const spec = POLICIES[way];
  if (spec !== undefined) {
    const provider = made.get("pulumi:providers:kubernetes eks") as Provider;
    new NetworkPolicy(
      "by-hand",
      { metadata: { name: "by-hand", namespace: "fineract" }, spec },
      { provider },
    );
    return;
  }
  if (way !== "a security group's rule") throw new Error(`PALISADE_BESIDE=${way}: no such object`);
  const group = made.get(
    "aws:ec2/securityGroup:SecurityGroup eks/fineract/keycloak/db-keycloak",
  ) as SecurityGroup;
  const rule = {
    cidrIpv4: "10.40.0.0/19",
    ipProtocol: "tcp",
    fromPort: 5432,
    toPort: 5432,
    description: "by hand",
  };
  new SecurityGroupIngressRule(
    "by-hand",
    { securityGroupId: group.id, ...rule },
    { provider: made.get("pulumi:providers:aws eks-aws") as ProviderResource },
  );
}
