import { strict as assert } from "node:assert";
import { applications } from "../../../applications";
import { compileSite } from "../../../compile/aws/compile";
import type { GroupRef } from "../../../compile/aws/groupRef";
import { siteOf } from "../../../compile/site";
import { clusterAddresses } from "../../../compile/addresses";
import { compileNetworkPolicies } from "../../../compile/networkPolicy/compile";
import { type PlacedApplication, type StackCluster, readStack } from "../../../config";
import type { FlowEnd, Flow } from "../../../flows/model";
import { formatAddress } from "../../../net/cidr";
import { configOf } from "../stackConfig";
import { type Verdict, connected } from "../../twin/twin";
import type { TwinEnd, TwinPolicy, TwinWorld } from "../../twin/world";
import { type JudgedEnd, allRules, groupsAdmit, podGroups } from "./judge";

type Placed = StackCluster & { readonly application: PlacedApplication };

/** One end of a declared flow, for both judges. */
interface Both {
  readonly twin: TwinEnd;
  readonly groups: JudgedEnd;
}

interface Pair {
  readonly what: string;
  readonly from: Both;
  readonly to: Both;
  readonly protocol: "TCP" | "UDP";
  readonly port: number;
}

const NOWHERE = "203.0.113.1";

/** All that is compiled for one application of a stack, and every declared connection as the judges ask for it. */
function compiled({ cluster, application: { application, placement }, neighbours }: Placed) {
  const site = siteOf(cluster, [{ application, placement }]);
  const onAws = site && compileSite(site);
  const tenant = onAws?.tenants[0];
  const whole = tenant?.application ?? application;
  const { policies } = compileNetworkPolicies(whole, placement, cluster, neighbours);
  const nodes = cluster.aws?.groups.node.id ?? "none";
  const ids = whole.workloads.flatMap(({ instances }) => instances);
  const address = (index: number) => cluster.podCidrs[0]?.replace(/\d+\/\d+$/, String(index + 10)) ?? NOWHERE;
  const pod = (id: string, restarted: boolean): Both => {
    const index = ids.findIndex((one) => one.id === id);
    const labels = ids[index]?.labels ?? {};
    return {
      twin: { namespace: placement.namespace, name: id.replace("/", "-") },
      groups: {
        address: address(index),
        groups: tenant && restarted ? podGroups(tenant, labels, nodes) : [{ kind: "given", id: nodes }],
      },
    };
  };
  const platform = Object.entries(cluster.platform).map(([service, { namespace, pods }]) => ({
    service,
    namespace,
    labels: pods === "every-pod" ? {} : pods,
  }));
  const outside = (address: string, groups: readonly GroupRef[] = [], prefixList?: string): Both => ({
    twin: { address },
    groups: { address, groups, ...(prefixList === undefined ? {} : { prefixList }) },
  });
  const first = (cidr: string | undefined) => cidr?.replace(/\/\d+$/, "").replace(/\.0$/, ".5") ?? NOWHERE;
  const mode = cluster.aws?.podSecurityGroups;
  const restarts = mode === "migrating" || mode === "leaving" ? [true, false] : [true];
  const ends = (end: FlowEnd): readonly Both[] => {
    switch (end.kind) {
      case "workload": {
        const meant = ids.filter(
          (one) =>
            one.workload === end.workload && (end.instance === undefined || one.instance === end.instance),
        );
        return meant.flatMap(({ id }) => restarts.map((restarted) => pod(id, restarted)));
      }
      case "platform":
        return platform
          .filter(({ service }) => service === end.service)
          .map(({ service, namespace }) => ({
            twin: { namespace, name: service },
            groups: { address: "10.255.0.1", groups: [{ kind: "given", id: nodes }] },
          }));
      case "internet":
        return clusterAddresses(cluster)
          .internet.toCidrs()
          .map(({ family, first: value }) => outside(formatAddress({ family, value })));
      case "database":
        return (placement.databases[end.database]?.subnetCidrs ?? []).map((cidr) =>
          outside(first(cidr), [{ kind: "database", application: application.name, database: end.database }]),
        );
      case "bucket": {
        const endpoint = placement.buckets[end.bucket]?.endpoint;
        const s3 = cluster.aws?.endpoints.s3;
        const list = s3?.kind === "gateway" ? s3.prefixList.id : undefined;
        return endpoint?.kind === "gateway"
          ? endpoint.prefixListCidrs.map((cidr) => outside(first(cidr), [], list))
          : [];
      }
      case "cloud-identity":
        return (placement.identity?.kind === "irsa" ? placement.identity.stsSubnetCidrs : []).map((cidr) =>
          outside(first(cidr), [{ kind: "given", id: cluster.aws?.endpoints.sts?.group.id ?? "none" }]),
        );
      case "kubernetes-api":
        return cluster.apiServer.endpoints.map(({ cidr }) => outside(cidr.replace(/\/\d+$/, "")));
      case "application":
      case "pods":
      case "cidr":
        throw new Error(`no stack has a flow with ${end.kind}`);
    }
  };
  const pairsOf = ({ id, from, to, ports }: Flow): Pair[] =>
    ends(from).flatMap((source) =>
      ends(to).flatMap((destination) =>
        (to.kind === "kubernetes-api"
          ? cluster.apiServer.endpoints.map(({ port }) => port)
          : ports.map((one) => one.from)
        ).map((port, index): Pair => ({
          what: `${id}: ${JSON.stringify(source.twin)} → ${JSON.stringify(destination.twin)}:${String(port)}`,
          from: source,
          to: destination,
          protocol: ports[index]?.protocol === "UDP" ? "UDP" : "TCP",
          port,
        })),
      ),
    );
  const dns = {
    twin: { namespace: cluster.dns.namespace, name: "dns" },
    groups: { address: "10.255.0.2", groups: [{ kind: "given", id: nodes }] },
  } as const;
  const resolving = ids.flatMap(({ id }) =>
    restarts.flatMap((restarted) =>
      (["TCP", "UDP"] as const).map((protocol): Pair => ({
        what: `${id} → DNS`,
        from: pod(id, restarted),
        to: dns,
        protocol,
        port: 53,
      })),
    ),
  );
  const optional = (flow: Flow) =>
    [flow.from, flow.to].some((end) => end.kind === "platform" && !(end.service in cluster.platform));
  const pairs = [...whole.flows.filter((flow) => !optional(flow)).flatMap(pairsOf), ...resolving];
  const pods = [
    ...ids.map(({ id, labels }) => ({
      namespace: placement.namespace,
      name: id.replace("/", "-"),
      labels,
      ips: [pod(id, true).groups.address],
    })),
    { namespace: placement.namespace, name: "stranger", labels: { app: "stranger" }, ips: [address(200)] },
    ...platform.map(({ service, namespace, labels }) => ({
      namespace,
      name: service,
      labels,
      ips: ["10.255.0.1"],
    })),
    { namespace: cluster.dns.namespace, name: "dns", labels: cluster.dns.pods, ips: ["10.255.0.2"] },
  ];
  const world = (policiesNow: readonly TwinPolicy[]): TwinWorld => ({
    namespaces: [...new Set(pods.map(({ namespace }) => namespace))].map((name) => ({
      name,
      labels: { "kubernetes.io/metadata.name": name },
    })),
    pods,
    networkPolicies: policiesNow,
  });
  return {
    rules: onAws ? allRules(onAws) : [],
    policies: policies as readonly TwinPolicy[],
    pairs,
    world,
    nodes,
  };
}

const placedOn = (stack: string): Placed[] =>
  readStack(configOf(stack), applications).clusters.flatMap((cluster) =>
    cluster.applications.map((application) => ({ ...cluster, application })),
  );

const byPolicies = (world: TwinWorld, { from, to, protocol, port }: Pair): Verdict =>
  connected(world, from.twin, to.twin, protocol, port);

describe("both systems, in every stack", () => {
  for (const stack of ["dev", "uat", "prod"]) {
    for (const placed of placedOn(stack)) {
      const name = `${stack}: ${placed.application.application.name}`;

      it(`${name}: every declared flow works, through policies and groups, whatever node its ends are on`, () => {
        const { rules, policies, pairs, world, nodes } = compiled(placed);
        const twin = world(policies);
        assert.ok(pairs.length > 20);
        for (const pair of pairs) {
          assert.equal(byPolicies(twin, pair), "allowed", `policies: ${pair.what}`);
          assert.ok(admitted(rules, nodes, pair), `groups: ${pair.what}`);
        }
      });

      it(`${name}: without any one rule a declared flow breaks`, () => {
        const { rules, pairs, nodes } = compiled(placed);
        for (const rule of rules) {
          const others = rules.filter((one) => one !== rule);
          assert.ok(
            pairs.some((pair) => !admitted(others, nodes, pair)),
            `${rule.name} is superfluous`,
          );
        }
      });

      it(`${name}: without any one policy a declared flow breaks, or a stranger gets in`, () => {
        const { policies, pairs, world } = compiled(placed);
        for (const policy of policies) {
          const twin = world(policies.filter((one) => one !== policy));
          const stranger = { namespace: placed.application.placement.namespace, name: "stranger" };
          const opened = connected(twin, stranger, { address: "198.51.100.7" }, "TCP", 443) === "allowed";
          const broken = () => pairs.some((pair) => byPolicies(twin, pair) !== "allowed");
          assert.ok(opened || broken(), `${policy.metadata?.name ?? ""} is superfluous`);
        }
      });
    }
  }
});

function admitted(
  rules: Parameters<typeof groupsAdmit>[0],
  nodes: string,
  { from, to, protocol, port }: Pair,
): boolean {
  if (rules.length === 0) return true;
  return groupsAdmit(
    rules,
    new Set([nodes]),
    from.groups,
    to.groups,
    protocol === "UDP" ? "udp" : "tcp",
    port,
  );
}
