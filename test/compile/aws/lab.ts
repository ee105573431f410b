import type { Application, Flow, Workload } from "../../../flows/model";
import type { Cluster, Placement } from "../../../compile/cluster";
import {
  type AwsNetwork,
  type AwsPlacement,
  DEFAULT_QUOTAS,
  type GivenGroup,
  type S3Endpoint,
} from "../../../compile/aws/network";
import { type Site, siteOf } from "../../../compile/site";
import { application, cluster, placement } from "../worlds";

export const NODES: GivenGroup = { id: "sg-000000000000000aa", egress: "open" };
export const STS: GivenGroup = { id: "sg-000000000000000bb", egress: "open" };
export const S3_GROUP: GivenGroup = { id: "sg-000000000000000cc", egress: "open" };
const SECRETS: GivenGroup = { id: "sg-000000000000000dd", egress: "open" };
export const OWNERS_DATABASE: GivenGroup = { id: "sg-000000000000000ee", egress: "listed" };

export const S3_CIDRS = ["3.5.0.0/19", "52.216.0.0/15"];

export const gateway = (kind: "existing" | "new" = "existing"): S3Endpoint => ({
  kind: "gateway",
  source: kind === "existing" ? { kind, id: "vpce-0s3" } : { kind, routeTableIds: ["rtb-1"] },
  prefixList: { id: "pl-63a5400a", cidrs: S3_CIDRS, lookUp: false },
  takeOverPolicy: false,
  alsoBuckets: [],
});

export const interfaceEndpoint = (kind: "existing" | "new" = "existing"): S3Endpoint => ({
  kind: "interface",
  source:
    kind === "existing"
      ? { kind, id: "vpce-0s3", group: S3_GROUP, ingress: "listed" }
      : { kind, subnetIds: ["subnet-a"] },
  subnetCidrs: ["10.20.0.0/24"],
  takeOverPolicy: false,
  alsoBuckets: [],
});

/** A VPC where the nodes' group is the cluster's, as EKS makes it. */
export const network = (extra: Partial<AwsNetwork> = {}): AwsNetwork => ({
  partition: "aws",
  region: "us-east-1",
  account: "111122223333",
  vpc: { id: "vpc-1", cidrs: ["10.0.0.0/8"] },
  ipFamily: "ipv4",
  podSecurityGroups: "on",
  networkPolicyEnforcingMode: "strict",
  externalSnat: true,
  groups: { node: NODES, controlPlane: NODES, dns: NODES, platform: {} },
  endpoints: {
    s3: gateway(),
    sts: { group: STS, ingress: "listed", subnetCidrs: ["10.20.1.0/24"] },
    secretsManager: { group: SECRETS, ingress: "listed", subnetCidrs: ["10.20.2.0/24"] },
  },
  identity: {
    oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC",
    eksName: "lab",
  },
  principals: {
    deployer: "arn:aws:iam::111122223333:role/deployer",
    breakGlass: "arn:aws:iam::111122223333:role/break-glass",
  },
  quotas: DEFAULT_QUOTAS,
  ...extra,
});

export const eks = (aws: Partial<AwsNetwork> = {}, extra: Partial<Cluster> = {}): Cluster =>
  cluster("aws-vpc-cni", { aws: network(aws), ...extra });

export const awsPlacement = (extra: Partial<AwsPlacement> = {}): AwsPlacement => ({
  databases: {
    main: {
      source: {
        kind: "existing",
        identifier: "shop-main",
        group: { kind: "to-attach" },
        resourceId: "db-MAIN",
      },
      credentials: { kind: "iam", user: "shop" },
    },
  },
  buckets: { files: { source: { kind: "existing", bucketName: "shop-files", takeOverPolicy: false } } },
  extraGroups: {},
  attachBy: "pod-labels",
  serviceAccountOwner: "palisade",
  podsRestarted: "2026-11-20, all of them",
  ...extra,
});

/** Subnets of the database `main`, apart from the cluster's ranges. */
export const DB_SUBNETS = ["10.30.0.0/24", "10.30.1.0/24"];

export const place = (aws: Partial<AwsPlacement> = {}, extra: Partial<Placement> = {}): Placement =>
  placement({
    databases: { main: { subnetCidrs: DB_SUBNETS } },
    buckets: { files: { endpoint: { kind: "gateway", prefixListCidrs: S3_CIDRS } } },
    identity: { kind: "irsa", stsSubnetCidrs: ["10.20.1.0/24"] },
    aws: awsPlacement(aws),
    ...extra,
  });

/** A workload that runs as a ServiceAccount of its own name, and each of its instances as one of theirs. */
function accounted(given: Workload): Workload {
  return {
    ...given,
    instances: given.instances.map((instance) => ({
      ...instance,
      serviceAccount: instance.id.replace("/", "-"),
    })),
  };
}

/** A shop with a database `main` and a bucket `files`. */
export const shop = (
  workloads: readonly Workload[],
  flows: readonly Flow[],
  extra: Partial<Application> = {},
): Application =>
  application(workloads.map(accounted), flows, {
    databases: { main: { engine: "postgres", port: 5432 } },
    buckets: { files: {} },
    ...extra,
  });

export function site(
  app: Application,
  on: Cluster = eks(),
  placed: Placement = place(),
  others: readonly Application[] = [],
): Site {
  const made = siteOf(
    on,
    [{ application: app, placement: placed }],
    others.map((other) => ({ application: other })),
  );
  if (made === undefined) throw new Error("the lab's cluster is in a VPC");
  return made;
}

/** An object without one of its keys. */
export const without = <T extends object, K extends keyof T>(given: T, key: K): Omit<T, K> =>
  Object.fromEntries(Object.entries(given).filter(([name]) => name !== key)) as Omit<T, K>;
