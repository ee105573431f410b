import { outsideEnd } from "../../flows";
import { validBlocks } from "../addresses";
import { isObserved } from "./securityGroups";
import type { Parties } from "./parties";
import type { Site, Tenant } from "../site";

/** What an operator has to know of one application on AWS: full sentences. */
export function notesOf(site: Site, tenant: Tenant, parties: Parties): string[] {
  return [
    ...nodeGroupNotes(site, tenant),
    ...snatNotes(site, tenant),
    ...databaseNotes(tenant),
    ...bucketNotes(site, tenant),
    ...observedNotes(tenant, parties),
  ];
}

const usedDatabases = ({ application }: Tenant): string[] => [
  ...new Set(application.flows.flatMap(({ to }) => (to.kind === "database" ? [to.database] : []))),
];

const usedBuckets = ({ application }: Tenant): string[] => [
  ...new Set(application.flows.flatMap(({ to }) => (to.kind === "bucket" ? [to.bucket] : []))),
];

/** What the nodes' group lets through, where databases admit it. */
function nodeGroupNotes({ cluster }: Site, tenant: Tenant): string[] {
  const databases = usedDatabases(tenant);
  const { podSecurityGroups: mode, groups } = cluster.aws;
  if (databases.length === 0 || mode === "on") return [];
  const which =
    databases.length === 1 ? `database ${databases.join("")}` : `databases ${databases.join(", ")}`;
  const until = mode === "off" ? "" : " until podSecurityGroups changes";
  return [
    `podSecurityGroups is ${mode} on cluster ${cluster.name}: every pod with the nodes' group ${groups.node.id}, of any namespace, passes the security groups of ${which}${until}; only NetworkPolicies keep it out.`,
  ];
}

/** Traffic that leaves the VPC as the node's. */
function snatNotes({ cluster }: Site, tenant: Tenant): string[] {
  if (cluster.aws.externalSnat || cluster.aws.podSecurityGroups === "off") return [];
  const vpc = validBlocks(cluster.aws.vpc.cidrs);
  const { flows } = tenant.application;
  const gateway = cluster.aws.endpoints.s3?.kind === "gateway";
  const leaving = flows.filter(({ from, to }) => {
    const outside = outsideEnd(to);
    if (from.kind !== "workload" || outside === undefined) return false;
    switch (outside.kind) {
      case "internet":
        return true;
      case "bucket":
        return gateway;
      case "cidr":
        return !vpc.covers(validBlocks(outside.cidrs));
      case "database":
        return !vpc.covers(validBlocks(tenant.placement.databases[outside.database]?.subnetCidrs ?? []));
    }
  });
  if (leaving.length === 0) return [];
  const ids = leaving.map(({ id }) => id).join("; ");
  return [
    `External SNAT is off on cluster ${cluster.name}: these flows leave the VPC as the node, whose group ${cluster.aws.groups.node.id} decides, not the pods': ${ids}.`,
  ];
}

function databaseNotes(tenant: Tenant): string[] {
  return usedDatabases(tenant).flatMap((name) => {
    const place = tenant.aws.databases[name];
    if (place === undefined) return [];
    const { source, credentials } = place;
    const login =
      credentials.kind === "iam"
        ? `Pods log in to database ${name} with an IAM token as ${credentials.user}: create that user and grant it rds_iam (PostgreSQL) or AWSAuthenticationPlugin (MySQL, MariaDB).`
        : `Pods read the password of database ${name} from Secrets Manager, through its endpoint.`;
    const attach =
      source.kind === "existing" && source.group.kind === "to-attach"
        ? [`The owner of ${source.identifier} has to attach the security group db-${name} to it.`]
        : [];
    return [...attach, login];
  });
}

function bucketNotes({ cluster }: Site, tenant: Tenant): string[] {
  const buckets = usedBuckets(tenant);
  const { s3 } = cluster.aws.endpoints;
  if (buckets.length === 0 || s3 === undefined) return [];
  const reach =
    s3.kind === "gateway"
      ? `Prefix list ${s3.prefixList.id} reaches every bucket of ${cluster.aws.region}, not only ${buckets.join(", ")}: only the endpoint's policy or the workload's role narrows it.`
      : `The interface endpoint reaches every bucket of ${cluster.aws.region}, not only ${buckets.join(", ")}: only its policy or the workload's role narrows it.`;
  const owners = buckets.flatMap((name) => {
    const source = tenant.aws.buckets[name]?.source;
    if (source?.kind !== "existing") return [];
    const rest = `its public access block, encryption, versioning and ownership are its owner's, and are neither changed nor read.`;
    return [
      source.takeOverPolicy
        ? `Bucket ${source.bucketName} exists, and takeOverPolicy is set: our policy replaces the whole of its owner's; ${rest}`
        : `Bucket ${source.bucketName} has an owner's policy, which stays: add the statements of output policiesForOwners to it, or set takeOverPolicy: true; ${rest}`,
    ];
  });
  return [reach, ...owners];
}

function observedNotes(tenant: Tenant, parties: Parties): string[] {
  const members = parties.membersOf(tenant.application.name)?.all ?? [];
  const open = members.filter((member) => parties.hasGroup(member) && isObserved(tenant, member));
  if (open.length === 0) return [];
  return [
    `The security groups of ${open.map(({ id }) => id).join(", ")} let the VPC in and everything out until they are enforced.`,
  ];
}
