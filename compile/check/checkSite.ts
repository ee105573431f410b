import { about, atApplication, atCluster, below, type Place, type Problem, quote } from "../../problems";
import { formatPortSpec } from "../../net";
import type { Flow } from "../../flows";
import { checkBucket } from "./checkBucket";
import { checkDatabase } from "./checkDatabase";
import type { Parties } from "../aws/parties";
import { compileRoles } from "../aws/roles";
import { podsToRestart } from "../aws/restarts";
import type { Site, Tenant } from "../site";

/** What is wrong with what a cluster's applications have on AWS: all of it at once. */
export function checkSite(site: Site, parties: Parties): Problem[] {
  return site.tenants.flatMap((tenant) => {
    const at = atApplication(tenant.application.name, site.cluster.name);
    return [
      ...tenant.application.flows.flatMap((flow) => checkFlow(flow, tenant, site, at)),
      ...Object.keys(tenant.application.databases).flatMap((name) => checkDatabase(name, tenant, site, at)),
      ...Object.keys(tenant.application.buckets).flatMap((name) => checkBucket(name, tenant, site, at)),
      ...checkGroups(tenant, site, parties, at),
      ...checkRoles(tenant, site, parties, at),
    ];
  });
}

/** Groups filter TCP and UDP ports only; and a flow to a database must name the port on which it listens. */
function checkFlow(flow: Flow, { application }: Tenant, { cluster }: Site, at: Place): Problem[] {
  const place = about(at, `flow ${flow.id}`);
  if (flow.ports.some(({ protocol }) => protocol === "SCTP") && cluster.aws.podSecurityGroups !== "off") {
    return [
      {
        place,
        message: "security groups can't filter SCTP ports, only admit all of them",
        remedy: "Use TCP or UDP, or set podSecurityGroups: off on this cluster",
      },
    ];
  }
  const wanted = portOf(flow, application.databases);
  if (wanted === undefined) return [];
  const written = flow.ports.map(formatPortSpec).join(", ");
  if (written === wanted.port) return [];
  return [
    {
      place,
      message: `opens ${written}, but ${wanted.of} listens on ${wanted.port}`,
      remedy: `Write ${wanted.port}`,
    },
  ];
}

function portOf({ to }: Flow, databases: Tenant["application"]["databases"]) {
  if (to.kind === "bucket") return { of: "S3", port: "tcp/443" };
  const declared = to.kind === "database" ? databases[to.database] : undefined;
  if (to.kind !== "database" || declared === undefined) return undefined;
  return { of: `database ${to.database}`, port: `tcp/${declared.port}` };
}

const GROUP_ID = /^sg-[0-9a-f]{8,17}$/;

/** AWS attaches at most 16 groups to an interface, whatever the quota. */
function checkGroups(tenant: Tenant, { cluster }: Site, parties: Parties, at: Place): Problem[] {
  const members = parties.membersOf(tenant.application.name)?.all ?? [];
  const problems: Problem[] = [];
  for (const [workload, groups] of Object.entries(tenant.aws.extraGroups)) {
    const place = below(at, "extraGroups", workload);
    const theirs = members.filter((member) => member.workload.name === workload);
    if (theirs.length === 0) {
      problems.push({ place, message: "no such workload", remedy: "Name a workload of the application" });
    } else if (!theirs.some((member) => parties.hasGroup(member))) {
      problems.push({
        place,
        message:
          "its pods get no groups: it has no flow to a database or bucket, or podSecurityGroups is off",
        remedy: "Remove it",
      });
    }
    for (const id of groups.filter((one) => !GROUP_ID.test(one))) {
      problems.push({ place, message: `${quote(id)} isn't a security group's id`, remedy: "Write sg-…" });
    }
    const limit = cluster.aws.quotas.groupsPerInterface;
    const all = groups.length + 2;
    if (all > limit) {
      problems.push({
        place,
        message: `${all} groups on a pod (its own, dns-client and ${groups.length} more) exceed the quota of ${limit} per interface`,
        remedy: "Attach fewer, or have AWS raise the quota and set aws.quotas.groupsPerInterface",
      });
    }
  }
  return [...problems, ...podsToRestart(tenant, cluster, parties, at)];
}

function checkRoles(tenant: Tenant, site: Site, parties: Parties, at: Place): Problem[] {
  const members = parties.membersOf(tenant.application.name);
  if (members === undefined) return [];
  const { roles, shared } = compileRoles(site, tenant, members);
  const { identity } = tenant.placement;
  const { aws } = site.cluster;
  const problems: Problem[] = shared.map(({ serviceAccount, right, lacking }) => ({
    place: about(at, `ServiceAccount ${serviceAccount}`),
    message: `its role may ${right}, and ${lacking}, which has no such flow, runs with it too`,
    remedy: `Give ${lacking} a ServiceAccount of its own`,
  }));
  for (const member of members.all.filter(({ talksToAws }) => talksToAws)) {
    for (const { id } of member.instances.filter(({ serviceAccount }) => serviceAccount === undefined)) {
      problems.push({
        place: about(at, `workload ${id}`),
        message: "it needs cloud credentials, which belong to a ServiceAccount, and it has none",
        remedy: "Give it a serviceAccount",
      });
    }
  }
  if (roles.length === 0) return problems;
  if (identity === undefined) {
    problems.push({
      place: below(at, "identity"),
      message: `${roles.map(({ serviceAccount }) => serviceAccount).join(", ")} need credentials, but nothing says where they come from`,
      remedy: "Give identity: { kind: irsa, … } or { kind: pod-identity }",
    });
  } else if (identity.kind === "irsa") {
    if (aws.identity.oidcProviderArn?.includes(":oidc-provider/") !== true) {
      problems.push({
        place: below(atCluster(site.cluster.name), "aws", "identity", "oidcProviderArn"),
        message: `${quote(aws.identity.oidcProviderArn)} isn't an OIDC provider, which IRSA's roles trust`,
        remedy: "Give its ARN, arn:aws:iam::…:oidc-provider/…, or identity: { kind: pod-identity }",
      });
    }
    if (aws.endpoints.sts === undefined) {
      problems.push({
        place: below(atCluster(site.cluster.name), "aws", "endpoints", "sts"),
        message: "IRSA gets its credentials from STS, but no endpoint is given",
        remedy: "Give the STS interface endpoint, or identity: { kind: pod-identity }",
      });
    }
  }
  return problems;
}
