import { strict as assert } from "node:assert";
import fc from "fast-check";
import { type Cluster, CNI_PROFILES, type CniProfile } from "../../compile/cluster";
import { compileNetworkPolicies } from "../../compile/networkPolicy/compile";
import { SPELLINGS } from "../../compile/networkPolicy/cniProfiles";
import type { Application, FlowEnd, Flow, Workload } from "../../flows/model";
import { AddressSet } from "../../net/addressSet";
import { PortSet, type Protocol } from "../../net/ports";
import { NEVER_INTERNET } from "../../net/specialRanges";
import { connected } from "../twin/twin";
import type { TwinEnd, TwinPod, TwinWorld } from "../twin/world";
import { application, cluster, flow, placement, workload } from "./worlds";

/*
 * Random applications under every profile: the relation that the policies give, computed pair by pair from the
 * Kubernetes specification's words, is the declared one. So it is also the same under every profile.
 */

const WORKLOADS: readonly Workload[] = [workload("a", ["read", "write"]), workload("b"), workload("c")];
const REFERENCES = ["a", "a/read", "a/write", "b", "c"];
const PORTS = ["tcp/80", "tcp/8000-8002", "udp/80", "sctp/9"];
const PROBED: readonly (readonly [Protocol, number])[] = [
  ["TCP", 80],
  ["TCP", 8001],
  ["UDP", 80],
  ["SCTP", 9],
  ["TCP", 53],
  ["TCP", 6443],
  ["TCP", 443],
  ["TCP", 81],
];

/** Pods by the flow ends that mean them; a stranger is meant by none. */
const PODS: readonly (TwinPod & { readonly means: readonly string[] })[] = [
  {
    namespace: "shop",
    name: "a-read",
    labels: { app: "a", instance: "read" },
    means: ["a", "a/read"],
    ips: ["10.42.0.1"],
  },
  {
    namespace: "shop",
    name: "a-write",
    labels: { app: "a", instance: "write" },
    means: ["a", "a/write"],
    ips: ["10.42.0.2"],
  },
  { namespace: "shop", name: "b", labels: { app: "b" }, means: ["b"], ips: ["10.42.0.3"] },
  { namespace: "shop", name: "c", labels: { app: "c" }, means: ["c"], ips: ["10.42.0.4"] },
  { namespace: "shop", name: "stranger", labels: { app: "x" }, means: [], ips: ["10.42.0.5"] },
  { namespace: "other", name: "b", labels: { app: "b" }, means: ["other"], ips: ["10.42.1.1"] },
  {
    namespace: "kube-system",
    name: "traefik",
    labels: { "app.kubernetes.io/name": "traefik" },
    means: ["ingress"],
    ips: ["10.42.1.2"],
  },
  {
    namespace: "kube-system",
    name: "dns",
    labels: { "k8s-app": "kube-dns" },
    means: ["dns"],
    ips: ["10.42.1.3"],
  },
];

const NODE_LOCAL = "169.254.20.10";
const API = "192.168.1.10";
const API_SERVICE = "10.43.0.1";
const ADDRESSES = [
  "1.1.1.1",
  "198.50.0.1",
  "203.0.112.7",
  "10.9.9.9",
  "192.168.1.20",
  "169.254.169.254",
  NODE_LOCAL,
  API,
  API_SERVICE,
];

const PLATFORM: FlowEnd = { kind: "platform", service: "ingress" };
const OTHER: FlowEnd = { kind: "pods", namespace: "other", pods: { app: "b" } };
const ENDS: readonly (FlowEnd | string)[] = [
  ...REFERENCES,
  PLATFORM,
  OTHER,
  { kind: "internet" },
  { kind: "cidr", cidrs: ["198.50.0.0/16", "203.0.112.0/24"] },
  { kind: "cidr", cidrs: ["10.9.9.0/24"] },
];

const flows = (): fc.Arbitrary<Flow> =>
  fc
    .tuple(
      fc.constantFrom(...ENDS),
      fc.constantFrom(...ENDS),
      fc.subarray(PORTS, { minLength: 1 }),
      fc.constantFrom("out", "in"),
      fc.constantFrom(...REFERENCES),
    )
    .map(([from, to, ports, side, own]) => (side === "out" ? flow(own, to, ports) : flow(from, own, ports)));

const api = (): fc.Arbitrary<Flow> =>
  fc.constantFrom(...REFERENCES).map((own) => flow(own, { kind: "kubernetes-api" }, ["tcp/443"]));

const clusterOf = (cni: CniProfile): Cluster => {
  const base = cluster(cni);
  return cni === "cilium" ? base : { ...base, dns: { ...base.dns, nodeLocalAddresses: [NODE_LOCAL] } };
};

const INTERNET = NEVER_INTERNET.reduce((left, { set }) => left.subtract(set), AddressSet.allV4);

/** Whether a flow's end means one end of a connection, in plain words. */
function means(end: FlowEnd, one: One, cni: CniProfile): boolean {
  if (typeof one !== "string") {
    const word =
      end.kind === "workload"
        ? [end.workload, end.instance].filter((part) => part !== undefined).join("/")
        : end.kind === "platform"
          ? end.service
          : end.kind === "pods"
            ? "other"
            : "";
    return one.means.includes(word);
  }
  if (end.kind === "internet") return INTERNET.containsAddress(one);
  if (end.kind === "cidr") return AddressSet.of(...end.cidrs).containsAddress(one);
  if (end.kind === "kubernetes-api")
    return one === API || (one === API_SERVICE && SPELLINGS[cni].seesClusterIps);
  return false;
}

type One = (typeof PODS)[number] | string;

/** What the declaration says: is there a flow from one end to the other on the port? */
function declared(
  app: Application,
  from: One,
  to: One,
  protocol: Protocol,
  port: number,
  cni: CniProfile,
): boolean {
  const resolves =
    typeof from !== "string" &&
    from.namespace === "shop" &&
    from.name !== "stranger" &&
    port === 53 &&
    protocol === "TCP";
  const dns = typeof to === "string" ? to === NODE_LOCAL && cni !== "cilium" : to.means.includes("dns");
  return (
    (resolves && dns) ||
    app.flows.some((each) => {
      const ports =
        each.to.kind === "kubernetes-api"
          ? PortSet.of([{ protocol: "TCP", from: to === API ? 6443 : 443, to: to === API ? 6443 : 443 }])
          : PortSet.of(each.ports);
      return means(each.from, from, cni) && means(each.to, to, cni) && ports.contains(protocol, port);
    })
  );
}

function relation(world: TwinWorld, app: Application, cni: CniProfile): string[] {
  const wrong: string[] = [];
  const inShop = (one: One) => typeof one !== "string" && one.namespace === "shop";
  const ends: readonly One[] = [...PODS, ...ADDRESSES];
  for (const from of ends) {
    for (const to of ends.filter((other) => other !== from && (inShop(from) || inShop(other)))) {
      for (const [protocol, port] of PROBED) {
        const verdict = connected(world, twinEnd(from), twinEnd(to), protocol, port);
        const expected = declared(app, from, to, protocol, port, cni) ? "allowed" : "blocked";
        if (verdict !== expected) wrong.push(`${name(from)} → ${name(to)} ${protocol}/${port}: ${verdict}`);
      }
    }
  }
  return wrong;
}

const twinEnd = (one: One): TwinEnd => (typeof one === "string" ? { address: one } : one);
const name = (one: One) => (typeof one === "string" ? one : `${one.namespace}/${one.name}`);

describe("NetworkPolicies of random applications", () => {
  for (const cni of CNI_PROFILES) {
    it(`admit exactly what is declared, spelled for ${cni}`, () => {
      const withApi = SPELLINGS[cni].blocksMatchNodes ? [flows(), flows(), flows(), api()] : [flows()];
      fc.assert(
        fc.property(fc.array(fc.oneof(...withApi), { maxLength: 8 }), (list) => {
          const app = application(WORKLOADS, list);
          const { policies } = compileNetworkPolicies(app, placement(), clusterOf(cni));
          const world: TwinWorld = {
            namespaces: [{ name: "shop" }, { name: "other" }, { name: "kube-system" }].map(
              ({ name: each }) => ({
                name: each,
                labels: { "kubernetes.io/metadata.name": each },
              }),
            ),
            pods: PODS,
            networkPolicies: policies,
            // What a policy means, on a cluster where SCTP is on.
            ...(cni === "cilium" ? { cni, sctp: true } : {}),
          };
          assert.deepEqual(relation(world, app, cni), []);
        }),
        { numRuns: 30 },
      );
    });
  }
});
