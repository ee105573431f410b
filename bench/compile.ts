/**
 * Compiling flows: 1,000 workloads with 5,000 flows to NetworkPolicies, security groups and rules, and ten times that.
 * Wanted: 250 ms at most, and at most 12 times the time for 10 times the input. Prints both, side by side.
 */
import { compileSite } from "../compile/aws/compile";
import { type AwsNetwork, DEFAULT_QUOTAS } from "../compile/aws/network";
import { siteOf } from "../compile/site";
import type { Cluster, Placement } from "../compile/cluster";
import { compileNetworkPolicies } from "../compile/networkPolicy/compile";
import { declared } from "./compileInput";

const GROUP = { id: "sg-0123456789abcdef0", egress: "open" } as const;

/** Quotas as wide as AWS makes them: what is measured is compiling, not refusing. */
const aws: AwsNetwork = {
  partition: "aws",
  region: "us-east-1",
  account: "111122223333",
  vpc: { id: "vpc-0123456789abcdef0", cidrs: ["10.0.0.0/8"] },
  ipFamily: "ipv4",
  podSecurityGroups: "on",
  networkPolicyEnforcingMode: "strict",
  externalSnat: true,
  groups: { node: GROUP, controlPlane: GROUP, dns: GROUP, platform: {} },
  endpoints: {},
  identity: { eksName: "bench" },
  quotas: { ...DEFAULT_QUOTAS, rulesPerGroup: 1e6, groupsPerRegion: 1e6 },
};

const cluster: Cluster = {
  name: "bench",
  access: { context: "bench" },
  cni: "aws-vpc-cni",
  podCidrs: ["10.0.0.0/12"],
  nodeCidrs: ["10.0.0.0/12"],
  serviceCidrs: ["172.20.0.0/16"],
  dns: {
    namespace: "kube-system",
    pods: { "k8s-app": "kube-dns" },
    nodeLocalAddresses: [],
    serviceAddresses: ["172.20.0.10"],
  },
  apiServer: { endpoints: [{ cidr: "10.16.0.0/28", port: 443 }], serviceAddresses: ["172.20.0.1"] },
  platform: {
    ingress: { namespace: "ingress", pods: { app: "ingress" } },
    monitoring: { namespace: "monitoring", pods: { app: "prometheus" } },
  },
  aws,
};

const placement: Placement = {
  application: "bench",
  environment: "dev",
  namespace: "bench",
  stage: "enforce",
  observedWorkloads: [],
  adopt: false,
  podSecurity: { enforce: "baseline", audit: "restricted", warn: "restricted" },
  databases: { main: { subnetCidrs: ["10.17.0.0/24", "10.17.1.0/24"] } },
  buckets: {},
  identity: { kind: "pod-identity" },
  aws: {
    databases: {
      main: {
        source: { kind: "existing", identifier: "main", group: { kind: "to-attach" }, resourceId: "db-MAIN" },
        credentials: { kind: "iam", user: "bench" },
      },
    },
    buckets: {},
    extraGroups: {},
    attachBy: "pod-labels",
    serviceAccountOwner: "palisade",
    podsRestarted: "bench",
  },
};

/** Processor time: other work on the machine doesn't count. In milliseconds. */
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Measured {
  readonly policies: number;
  readonly rules: number;
  readonly policiesMs: number;
  readonly rulesMs: number;
}

function compile(workloads: number, flows: number): Measured {
  const application = declared(workloads, flows);
  const site = siteOf(cluster, [{ application, placement }]);
  if (site === undefined) throw new Error("the bench's cluster is in a VPC");
  const began = cpu();
  const onAws = compileSite(site);
  const between = cpu();
  const { policies } = compileNetworkPolicies(
    onAws.tenants[0]?.application ?? application,
    placement,
    cluster,
  );
  return {
    policies: policies.length,
    rules: onAws.shared.rules.length + (onAws.tenants[0]?.rules.length ?? 0),
    rulesMs: between - began,
    policiesMs: cpu() - between,
  };
}

const total = ({ policiesMs, rulesMs }: Measured) => policiesMs + rulesMs;

/** The median of some runs, after some that let the compiler warm up: what a long preview or a second stack sees. */
function median(runs: number, workloads: number, flows: number): Measured {
  const measured = Array.from({ length: runs }, () => compile(workloads, flows)).sort(
    (a, b) => total(a) - total(b),
  );
  const middle = measured[Math.floor(runs / 2)];
  if (middle === undefined) throw new Error("at least one run");
  return middle;
}

const ms = (value: number) => `${value.toFixed(0)} ms`.padStart(9);

const cold = compile(1_000, 5_000);
const small = median(5, 1_000, 5_000);
const large = median(3, 10_000, 50_000);

const line = (name: string, one: Measured) =>
  `${name.padEnd(34)}${ms(one.policiesMs)}${ms(one.rulesMs)}${ms(total(one))}   ${one.policies} policies, ${one.rules} rules\n`;

process.stdout.write(
  `compiling flows${" ".repeat(19)} policies    rules    total\n` +
    line("1,000 workloads, 5,000 flows, cold", cold) +
    line("1,000 workloads, 5,000 flows", small) +
    line("10,000 workloads, 50,000 flows", large) +
    `250 ms wanted at most: ${(total(small) / 250).toFixed(2)} times that; 10 times the input: ${(total(large) / total(small)).toFixed(1)} times the time, 12 wanted at most\n`,
);
if (total(small) > 250 || total(large) / total(small) > 12) process.exitCode = 1;
