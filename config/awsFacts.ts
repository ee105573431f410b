import { below, type Place, type Problem } from "../problems";
import type {
  BucketEndpoint,
  BucketPlacement,
  CloudIdentity,
  DatabasePlacement,
  NetworkFacts,
} from "../compile";
import { type AwsNetwork, type AwsPlacement, type S3Endpoint, snapshotOf } from "../compile/aws";
import type { AwsConfig } from "./awsSchema";
import type { PlacementConfig } from "./placementSchema";

/** A key that a mapping has, or hasn't: `undefined` as a value is not the same as absent. */
const present = <K extends string, T>(key: K, value: T | undefined): Readonly<Partial<Record<K, T>>> =>
  (value === undefined ? {} : { [key]: value }) as Readonly<Partial<Record<K, T>>>;

/** What the config says of a VPC, as the checks take it. `at` is its place: "clusters[0].aws.". */
export function networkFacts(config: AwsConfig, at: Place, problems: Problem[]): NetworkFacts {
  const { groups, endpoints, principals, identity, podSecurityGroupEnforcingMode, nodes, ...rest } = config;
  const { controlPlane, node = controlPlane, dns = controlPlane } = groups;
  const network: AwsNetwork = {
    ...rest,
    identity: { eksName: identity.eksName, ...present("oidcProviderArn", identity.oidcProviderArn) },
    groups: {
      controlPlane: groupOf(controlPlane),
      node: groupOf(node),
      dns: groupOf(dns),
      platform: Object.fromEntries(
        Object.entries(groups.platform).map(([name, group]) => [name, groupOf(group)]),
      ),
      ...present("dnsClient", groups.dnsClient),
    },
    endpoints: {
      ...present("s3", s3Of(config, below(at, "endpoints", "s3"), problems)),
      ...present("sts", endpointOf(endpoints.sts)),
      ...present("secretsManager", endpointOf(endpoints.secretsManager)),
    },
    ...present("principals", principals),
  };
  return { network, podSecurityGroupEnforcingMode, nodes };
}

type GroupConfig = AwsConfig["groups"]["controlPlane"];

const groupOf = ({ ownersRules, ...group }: GroupConfig) => ({
  ...group,
  ...present("ownersRules", ownersRules),
});

function endpointOf(config: AwsConfig["endpoints"]["sts"]) {
  return config === undefined ? undefined : { ...config, group: groupOf(config.group) };
}

/** S3's endpoint; where the config has no prefix list, the snapshot's of its region. */
function s3Of(
  { endpoints: { s3 }, region }: AwsConfig,
  at: Place,
  problems: Problem[],
): S3Endpoint | undefined {
  if (s3 === undefined) return undefined;
  if (s3.kind === "interface") {
    const { source } = s3;
    return {
      ...s3,
      source: source.kind === "existing" ? { ...source, group: groupOf(source.group) } : source,
    };
  }
  const { prefixList = snapshotOf(region), lookUp, ...rest } = s3;
  if (prefixList === undefined) {
    problems.push({
      place: below(at, "prefixList"),
      message: `the S3 prefix list of ${region} hasn't been recorded`,
      remedy: "Record it (docs/aws.md), or give its id and cidrs",
    });
  }
  const { id, cidrs } = prefixList ?? { id: "pl-00000000", cidrs: [] };
  return { ...rest, prefixList: { id, cidrs, lookUp } };
}

/** What follows of a placement from the cluster's VPC: where buckets are reached, and where credentials come from. */
export interface PlacedOnAws {
  readonly databases: Readonly<Record<string, DatabasePlacement>>;
  readonly buckets: Readonly<Record<string, BucketPlacement>>;
  readonly identity?: CloudIdentity;
  readonly aws?: AwsPlacement;
}

/**
 * An application's databases, buckets and identity as compilers take them. On a cluster in a VPC the endpoints' addresses
 * come from there; elsewhere the placement gives them itself. `at` is the placement's place, with a dot.
 */
export function placedOnAws(
  given: PlacementConfig,
  network: AwsNetwork | undefined,
  at: Place,
  problems: Problem[],
): PlacedOnAws {
  const { s3, sts } = network?.endpoints ?? {};
  const buckets = Object.entries(given.buckets).map(([name, { endpoint }]): [string, BucketPlacement] => {
    const where = endpoint ?? (s3 === undefined ? undefined : endpointAddresses(s3));
    if (where === undefined) {
      problems.push({
        place: below(at, "buckets", name, "endpoint"),
        message: "is missing",
        remedy: "Give it here, or the cluster's aws.endpoints.s3",
      });
    }
    return [name, { endpoint: where ?? { kind: "gateway", prefixListCidrs: [] } }];
  });
  const identity = identityOf(given, sts?.subnetCidrs, at, problems);
  return {
    databases: Object.fromEntries(
      Object.entries(given.databases).map(([name, { subnetCidrs }]) => [name, { subnetCidrs }]),
    ),
    buckets: Object.fromEntries(buckets),
    ...present("identity", identity),
    ...present("aws", network === undefined ? undefined : awsPlacementOf(given)),
  };
}

/** The addresses behind an endpoint, as NetworkPolicies need them. */
const endpointAddresses = (s3: S3Endpoint): BucketEndpoint =>
  s3.kind === "gateway"
    ? { kind: "gateway", prefixListCidrs: s3.prefixList.cidrs }
    : { kind: "interface", subnetCidrs: s3.subnetCidrs };

function identityOf(
  { identity }: PlacementConfig,
  sts: readonly string[] | undefined,
  at: Place,
  problems: Problem[],
): CloudIdentity | undefined {
  if (identity?.kind !== "irsa") return identity;
  const stsSubnetCidrs = identity.stsSubnetCidrs ?? sts;
  if (stsSubnetCidrs === undefined) {
    problems.push({
      place: below(at, "identity", "stsSubnetCidrs"),
      message: "is missing",
      remedy: "Give it here, or the cluster's aws.endpoints.sts",
    });
  }
  return { kind: "irsa", stsSubnetCidrs: stsSubnetCidrs ?? [] };
}

function awsPlacementOf({ databases, buckets, aws }: PlacementConfig): AwsPlacement {
  const { podsRestarted, ...rest } = aws;
  return {
    ...rest,
    databases: Object.fromEntries(
      Object.entries(databases).flatMap(([name, { source, credentials }]) =>
        source === undefined || credentials === undefined
          ? []
          : [[name, { source: databaseSourceOf(source), credentials }] as const],
      ),
    ),
    buckets: Object.fromEntries(
      Object.entries(buckets).flatMap(([name, { source }]) =>
        source === undefined ? [] : [[name, { source: bucketSourceOf(source) }] as const],
      ),
    ),
    ...present("podsRestarted", podsRestarted),
  };
}

type SourceConfig = NonNullable<PlacementConfig["databases"][string]["source"]>;

function databaseSourceOf(source: SourceConfig): AwsPlacement["databases"][string]["source"] {
  if (source.kind === "new") {
    const { kmsKeyArn, ...rest } = source;
    return { ...rest, ...present("kmsKeyArn", kmsKeyArn) };
  }
  const { group, resourceId, secretArn, ...rest } = source;
  return {
    ...rest,
    group: group.kind === "given" ? { kind: "given", group: groupOf(group.group) } : group,
    ...present("resourceId", resourceId),
    ...present("secretArn", secretArn),
  };
}

function bucketSourceOf({
  kmsKeyArn,
  ...rest
}: NonNullable<PlacementConfig["buckets"][string]["source"]>): AwsPlacement["buckets"][string]["source"] {
  return { ...rest, ...present("kmsKeyArn", kmsKeyArn) };
}
