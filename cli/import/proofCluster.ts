// Tests: test/adopt/random.test.ts, test/cli/import/command.test.ts
import type { ImportPlan } from "../../adopt";
import type { Cluster } from "../../compile";
import { cidr } from "../../flows";
import { AddressSet, type Family, formatCidr, width } from "../../net";
import type { World } from "../../reachability/read";

/** Ranges for what an import isn't told of its cluster, such as nothing in the input is about. */
const CANDIDATES: Readonly<Record<Family, readonly string[]>> = {
  4: [
    ...Array.from({ length: 64 }, (_, i) => `10.${255 - i}.0.0/16`),
    ...Array.from({ length: 16 }, (_, i) => `172.${16 + i}.0.0/16`),
    ...Array.from({ length: 64 }, (_, i) => `192.168.${255 - i}.0/24`),
    ...Array.from({ length: 64 }, (_, i) => `100.${127 - i}.0.0/16`),
  ],
  6: Array.from({ length: 16 }, (_, i) => `fd${(255 - i).toString(16)}:ffff:ffff::/64`),
};

/** A cluster that the applications are compiled for: the proposal, and ranges of its own that no flow is about. */
export function clusterFor({ cluster: { platform, dns }, applications }: ImportPlan, world: World): Cluster {
  const ranges = world.podRanges.reduce((sum, set) => sum.union(set), AddressSet.empty);
  const named = applications
    .flatMap(({ application, databases }) => [
      ...application.flows.flatMap(({ from, to }) => [from, to].flat()),
      ...Object.values(databases).map(({ subnetCidrs }) => cidr("192.0.2.0/24", ...subnetCidrs)),
    ])
    .flatMap((end) => (typeof end === "object" && end.kind === "cidr" ? end.cidrs : []));
  const avoided = AddressSet.of(...named).union(ranges);
  const told = ranges.isEmpty() ? world.podFamilies : ranges.families();
  const families = told.length > 0 ? told : familiesOf(world);
  const taken = families.map((family) =>
    CANDIDATES[family].filter((text) => !avoided.overlaps(AddressSet.of(text))),
  );
  const nodes = taken.flatMap(([, , third]) => third ?? []);
  const [server = ""] = nodes.map((text) => text.replace(/\/\d+$/, text.includes(":") ? "/128" : "/32"));
  const resolvers = resolverAddresses(dns, world);
  return {
    name: "imported",
    access: { context: "imported" },
    cni: world.cni === "any" ? "calico" : world.cni,
    podCidrs: ranges.isEmpty() ? taken.flatMap(([first]) => first ?? []) : ranges.toString().split(", "),
    serviceCidrs: [
      ...taken.flatMap(([, second]) => second ?? []),
      ...resolvers.map((text) => `${text}/${text.includes(":") ? 128 : 32}`),
    ],
    nodeCidrs: nodes,
    dns: { ...dns, nodeLocalAddresses: [], serviceAddresses: resolvers },
    apiServer: { endpoints: [{ cidr: server, port: 6443 }], serviceAddresses: [] },
    platform,
  };
}

/** The families that policies are about, where nothing tells those of pods: as the proposal takes them. */
function familiesOf({ policies }: World): readonly Family[] {
  const named = policies
    .flatMap(({ ingress, egress }) => [...ingress.rules, ...egress.rules])
    .flatMap(({ peers }) => (peers === "everyone" ? [] : peers))
    .flatMap((peer) => (peer.kind === "block" ? peer.set.families() : []));
  const families = ([4, 6] as const).filter((family) => named.includes(family));
  return families.length === 0 ? [4] : families;
}

/** The addresses of the Services that lead to the cluster's DNS: some CNIs see these. */
const resolverAddresses = (
  { namespace, pods }: ImportPlan["cluster"]["dns"],
  { services }: World,
): string[] =>
  services
    .filter(
      (one) =>
        one.namespace === namespace &&
        one.selector !== undefined &&
        Object.entries(pods).every(([key, value]) => one.selector?.[key] === value),
    )
    .flatMap(({ clusterIPs }) => clusterIPs.toCidrs())
    .filter(({ family, prefix }) => prefix === width(family))
    .map((cidr) => formatCidr(cidr).replace(/\/\d+$/, ""));
