// Longer than most: one plan that has a flow with every kind of end.
import { compileClusterBaseline } from "../../compile";
import { compileSite } from "../../compile/aws/compile";
import { type GroupRef, groupKey, groupLabel, applicationOf } from "../../compile/aws/groupRef";
import type { PodSecurityGroups } from "../../compile/aws/network";
import type { CompiledGroupRule as GroupRule } from "../../compile/aws/rule";
import type { Cluster, CniProfile, Placement } from "../../compile/cluster";
import { compileNetworkPolicies } from "../../compile/networkPolicy/compile";
import { siteOf } from "../../compile/site";
import { declarationOf } from "../../declared";
import type { Application } from "../../flows/model";
import type { PlannedResource } from "../../proof";
import { UNKNOWN } from "../../kubernetes";
import { awsPlacement, eks } from "../compile/aws/lab";
import { application, cluster, flow, placement, ports, workload } from "../compile/worlds";

/** Two applications with a flow to, and where it can be from, every kind of end. */
const WEB = workload("web", ["read", "write"]);

const SHOP = application(
  [
    { ...WEB, instances: WEB.instances.map((one) => ({ ...one, serviceAccount: one.id.replace("/", "-") })) },
    workload("db"),
    workload("agent"),
  ],
  [
    flow("web", "db", ["tcp/5432"]),
    flow("web/write", { kind: "internet" }, ["tcp/443"]),
    flow({ kind: "platform", service: "ingress" }, "web", ["tcp/8080"]),
    flow({ kind: "pods", namespace: "tools", pods: { app: "backup" } }, "db", ["tcp/5432"]),
    flow("agent", { kind: "pods", namespace: "tools", pods: "every-pod" }, ["tcp/9000"]),
    flow({ kind: "cidr", cidrs: ["203.0.113.0/24"] }, "web", ["tcp/8443"]),
    flow("agent", { kind: "cidr", cidrs: ["198.51.100.0/25", "198.51.100.192/26"] }, ["udp/514"]),
    flow("agent", { kind: "application", application: "bank", workload: "teller" }, ["tcp/7000-7010"]),
    flow({ kind: "kubernetes-api" }, "agent", ["tcp/9443"]),
    flow("agent", { kind: "kubernetes-api" }, ["tcp/443"]),
    flow("web/write", { kind: "database", database: "main" }, ["tcp/5432"]),
    flow("web/write", { kind: "bucket", bucket: "files", access: "read-write" }, ["tcp/443"]),
    flow("web/write", { kind: "cloud-identity" }, ["tcp/443"]),
  ],
  {
    databases: { main: { engine: "postgres", port: 5432 } },
    buckets: { files: {} },
  },
);

const BANK = application([workload("teller")], [], {
  name: "bank",
  accepted: [
    {
      from: { application: "shop", workload: "agent" },
      to: { kind: "workload", workload: "teller" },
      ports: ports("tcp/7000-7010"),
      because: "agents report",
      names: [],
    },
  ],
});

const PLACED: Partial<Placement> = {
  databases: { main: { subnetCidrs: ["10.9.0.0/24", "10.9.1.0/24"] } },
  buckets: { files: { endpoint: { kind: "gateway", prefixListCidrs: ["3.5.0.0/19", "52.216.0.0/15"] } } },
  identity: { kind: "irsa", stsSubnetCidrs: ["10.20.1.0/24"] },
};

const NOT_ON_CILIUM = new Set(["kubernetes-api"]);

/** What a profile can't express is left out of its world. */
function expressible(given: Application, cni: CniProfile): Application {
  if (cni !== "cilium") return given;
  const kept = given.flows.filter(
    ({ from, to }) => !NOT_ON_CILIUM.has(from.kind) && !NOT_ON_CILIUM.has(to.kind),
  );
  return { ...given, flows: kept };
}

interface Placed {
  readonly application: Application;
  readonly placement: Placement;
}

const component = (name: string) => `lab/${name}`;

const resource = (
  type: string,
  name: string,
  inputs: object,
  more: Partial<PlannedResource> = {},
): PlannedResource => ({
  urn: `urn:pulumi:dev::p::${type}::${name}`,
  type,
  name,
  parent: "",
  provider: "urn:pulumi:dev::p::pulumi:providers:kubernetes::lab::id",
  read: false,
  inputs: inputs as PlannedResource["inputs"],
  outputs: inputs as PlannedResource["outputs"],
  propertyDependencies: {},
  ...more,
});

const urnOf = (type: string, name: string): string => `urn:pulumi:dev::p::${type}::${name}`;
const APPLICATION = "palisade:index:IsolatedApplication";
export const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const CLUSTER_POLICY = "kubernetes:policy.networking.k8s.io/v1alpha2:ClusterNetworkPolicy";
export const RULES = {
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
} as const;
export const ATTACHMENT = "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy";

/** The plan of both applications on a cluster of a profile: what the compilers make, and what is declared. */
export function planOn(cni: CniProfile): PlannedResource[] {
  const placed = placedOn(cni);
  return policiesOf(placed, cluster(cni));
}

/** The plan of both on a cluster with a baseline, whose policies are in it. */
export function planWithBaseline(): PlannedResource[] {
  const baseline = { version: "v1alpha2", exempt: ["kube-system"], databaseClients: [] } as const;
  const placed = placedOn("calico");
  const on = cluster("calico", { baseline });
  return [
    ...policiesOf(placed, on),
    ...compileClusterBaseline(on, placed).map((manifest) =>
      resource(CLUSTER_POLICY, `lab/baseline/${manifest.metadata.name}`, manifest),
    ),
  ];
}

/** The plan of both on EKS, with security groups; `identity`: where the shop's pods get their credentials. */
export function planOnEks(
  podSecurityGroups: PodSecurityGroups,
  identity: Placement["identity"] = PLACED.identity,
): PlannedResource[] {
  const on = eks({ podSecurityGroups });
  const placed = placedOn("aws-vpc-cni", {
    aws: awsPlacement({ podsRestarted: "2026-01-01, the team" }),
    ...(identity && { identity }),
  });
  return [...policiesOf(placed, on), ...groupsOf(placed, on)];
}

function placedOn(cni: CniProfile, more: Partial<Placement> = {}): Placed[] {
  return [
    { application: expressible(SHOP, cni), placement: placement({ ...PLACED, ...more }) },
    { application: BANK, placement: placement({ application: "bank", namespace: "bank" }) },
  ];
}

function policiesOf(placed: readonly Placed[], on: Cluster): PlannedResource[] {
  const neighbours = placed.map(({ application: one, placement: { namespace } }) => ({
    application: one,
    namespace,
  }));
  const site = siteOf(on, placed);
  const compiled = new Map(
    site === undefined
      ? []
      : compileSite(site).tenants.map((one) => [one.tenant.application.name, one.application]),
  );
  return placed.flatMap(({ application: one, placement: where }) => {
    const { policies } = compileNetworkPolicies(compiled.get(one.name) ?? one, where, on, neighbours);
    const name = component(one.name);
    const declared = declarationOf({
      component: name,
      application: one,
      placement: where,
      cluster: on,
      neighbours,
    });
    return [
      resource(APPLICATION, name, {}, { outputs: { declared } }),
      ...policies.map((manifest) =>
        resource(POLICY, `${name}/${manifest.metadata.name}`, manifest, { parent: urnOf(APPLICATION, name) }),
      ),
    ];
  });
}

function groupsOf(placed: readonly Placed[], on: Cluster): PlannedResource[] {
  const site = siteOf(on, placed);
  if (site === undefined) return [];
  const { tenants, shared } = compileSite(site);
  const urn = (ref: GroupRef) => urnOf(GROUP, groupKey(ref));
  const id = (ref: GroupRef) => (ref.kind === "given" ? ref.id : UNKNOWN);
  const from = (property: string, ref: GroupRef) => (ref.kind === "given" ? {} : { [property]: [urn(ref)] });
  const made = [...tenants.flatMap(({ groups }) => groups), ...shared.groups];
  const rules = [...tenants.flatMap((one) => one.rules), ...shared.rules];
  const ofWorkloads = (name: string) =>
    made.filter((ref) => ref.kind === "workload" && applicationOf(ref) === name) as {
      id: string;
      kind: "workload";
      application: string;
    }[];
  return [
    resource(
      "palisade:index:ClusterAccess",
      on.name,
      {},
      {
        outputs: { groups: Object.fromEntries(shared.groups.map((ref) => [groupLabel(ref), urn(ref)])) },
      },
    ),
    ...placed.map(({ application: { name } }) =>
      resource(
        "palisade:index:WorkloadSecurityGroups",
        component(name),
        {},
        {
          outputs: { groups: Object.fromEntries(ofWorkloads(name).map((ref) => [ref.id, urn(ref)])) },
        },
      ),
    ),
    ...made
      .filter((ref) => ref.kind === "database")
      .map((ref) =>
        resource(
          "palisade:index:DatabaseAccess",
          `${component(ref.application)}/${ref.database}`,
          {},
          {
            outputs: { groups: { [ref.database]: urn(ref) } },
          },
        ),
      ),
    ...made.map((ref) => resource(GROUP, groupKey(ref), {}, { urn: urn(ref), outputs: { id: UNKNOWN } })),
    ...rules.map((rule) => ruleResource(rule, id, from)),
    ...tenants.flatMap(({ attachments }) =>
      attachments.map(({ name, namespace, selects, groups }) =>
        resource(
          ATTACHMENT,
          `${namespace}/${name}`,
          {
            apiVersion: "vpcresources.k8s.aws/v1beta1",
            kind: "SecurityGroupPolicy",
            metadata: { name, namespace },
            spec: {
              podSelector: { matchLabels: selects.labels },
              securityGroups: { groupIds: groups.map(id) },
            },
          },
          { propertyDependencies: { spec: groups.filter(({ kind }) => kind !== "given").map(urn) } },
        ),
      ),
    ),
  ];
}

function ruleResource(
  { name, on, direction, peer, traffic }: GroupRule,
  id: (ref: GroupRef) => unknown,
  from: (property: string, ref: GroupRef) => Record<string, string[]>,
): PlannedResource {
  const inputs = {
    securityGroupId: id(on),
    ...(peer.kind === "group" ? { referencedSecurityGroupId: id(peer.group) } : {}),
    ...(peer.kind === "prefix-list" ? { prefixListId: peer.id } : {}),
    ...(peer.kind === "cidr" ? { cidrIpv4: peer.cidr } : {}),
    ...(traffic.kind === "everything"
      ? { ipProtocol: "-1" }
      : { ipProtocol: traffic.protocol, fromPort: traffic.from, toPort: traffic.to }),
  };
  return resource(RULES[direction], `${groupKey(on)}/${name}`, inputs, {
    propertyDependencies: {
      ...from("securityGroupId", on),
      ...(peer.kind === "group" ? from("referencedSecurityGroupId", peer.group) : {}),
    },
  });
}
