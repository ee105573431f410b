import { about, atCluster, below, type Problem, throwProblems } from "../../problems";
import type { Application } from "../../flows";
import { type AccessLine, accessOf } from "./access";
import { checkSite } from "../check/checkSite";
import { type MadeGroupRef, applicationOf, groupKey } from "./groupRef";
import { withImpliedFlows } from "./impliedFlows";
import { notesOf } from "./notes";
import { budgets, describeBudget, quotaProblems } from "./quotas";
import { type WorkloadRole, compileRoles } from "./roles";
import type { CompiledGroupRule } from "./rule";
import { type GroupAttachment, groupAttachments } from "./securityGroupPolicies";
import type { Parties } from "./parties";
import { compileRules, makesDnsClient, scopeOf } from "./securityGroups";
import type { Site, Tenant } from "../site";

/** What one application becomes on AWS. */
export interface CompiledTenant {
  readonly tenant: Tenant;
  /** The application with the flows that credentials need: what its NetworkPolicies are compiled from. */
  readonly application: Application;
  /** Groups that are made: workloads' and databases'. */
  readonly groups: readonly MadeGroupRef[];
  readonly rules: readonly CompiledGroupRule[];
  readonly attachments: readonly GroupAttachment[];
  readonly roles: readonly WorkloadRole[];
  readonly access: readonly AccessLine[];
  /** One line for each of its groups and directions, and for each interface that gets groups. */
  readonly quotas: readonly string[];
  readonly notes: readonly string[];
}

/** What a cluster's applications become on AWS, and what they share. */
export interface CompiledSite {
  readonly site: Site;
  /** Sorted by application. */
  readonly tenants: readonly CompiledTenant[];
  readonly shared: {
    /** `dns-client` where pods get groups, `s3-endpoint` where we make an interface endpoint. */
    readonly groups: readonly MadeGroupRef[];
    readonly rules: readonly CompiledGroupRule[];
    readonly quotas: readonly string[];
  };
}

/**
 * Compiles the flows of all applications on one cluster to security groups, rules, their attachment to pods and roles.
 * Pure and deterministic: nothing is registered and nothing is read.
 *
 * @throws PalisadeInputError with every problem, quotas included.
 */
export function compileSite(site: Site): CompiledSite {
  const { rules, parties } = compileRules(site);
  const at = atCluster(site.cluster.name);
  const budget = budgets(rules, site.cluster.aws);
  const made = madeGroups(site, parties);
  throwProblems([
    ...checkSite(site, parties),
    ...foreignGroups(rules, site),
    ...quotaProblems(budget, at),
    ...regionProblems(made.length, site),
  ]);
  const byScope = new Map<string | undefined, CompiledGroupRule[]>();
  for (const rule of rules) {
    const scope = scopeOf(rule);
    const others = byScope.get(scope);
    if (others === undefined) byScope.set(scope, [rule]);
    else others.push(rule);
  }
  const quotasOf = (scope: string | undefined) =>
    budget.filter(({ group }) => applicationOf(group) === scope).map(describeBudget);
  const { groupsPerInterface, groupsPerRegion } = site.cluster.aws.quotas;
  const tenants = site.tenants.map((tenant): CompiledTenant => {
    const { name } = tenant.application;
    const members = parties.membersOf(name);
    const roles = members === undefined ? [] : compileRoles(site, tenant, members).roles;
    const attachments = groupAttachments(site, tenant, parties);
    const interfaces = attachments.map(
      ({ name: of, groups }) =>
        `pods of ${of}: ${groups.length} of ${groupsPerInterface} groups on an interface`,
    );
    return {
      tenant,
      application: withImpliedFlows(site, tenant, parties),
      groups: made.filter((group) => applicationOf(group) === name),
      rules: byScope.get(name) ?? [],
      attachments,
      roles,
      access: accessOf(site, tenant, parties, roles),
      quotas: [...quotasOf(name), ...interfaces],
      notes: notesOf(site, tenant, parties),
    };
  });
  return {
    site,
    tenants,
    shared: {
      groups: made.filter((group) => applicationOf(group) === undefined),
      rules: byScope.get(undefined) ?? [],
      quotas: [
        ...quotasOf(undefined),
        `${made.length} of ${groupsPerRegion} groups in the region, besides those that others have there`,
      ],
    },
  };
}

/** A group of an application that another stack provisions has an id that nothing here knows. */
function foreignGroups(rules: readonly CompiledGroupRule[], { cluster, others }: Site): Problem[] {
  const theirs = new Set(others.map(({ name }) => name));
  return rules.flatMap(({ on, peer, flows }) => {
    const groups = peer.kind === "group" ? [on, peer.group] : [on];
    const group = groups.find((one) => theirs.has(applicationOf(one) ?? ""));
    if (group === undefined) return [];
    return flows.map((flow) => ({
      place: about(atCluster(cluster.name), `flow ${flow}`),
      message: `the security group of ${groupKey(group)} is another stack's, and this one doesn't know its id`,
      remedy: "Provision both applications by one stack",
    }));
  });
}

/** All groups of a cluster that this program makes: applications' first, then what they share. */
function madeGroups(site: Site, parties: Parties): readonly MadeGroupRef[] {
  const { s3 } = site.cluster.aws.endpoints;
  const makesEndpoint = s3?.kind === "interface" && s3.source.kind === "new";
  const ours = site.tenants.flatMap((tenant): MadeGroupRef[] => {
    const application = tenant.application.name;
    const members = parties.membersOf(application)?.all ?? [];
    const workloads = members
      .filter((member) => parties.hasGroup(member))
      .map(({ id }) => ({ kind: "workload", application, id }) as const);
    return [...workloads, ...databaseGroups(tenant)];
  });
  return [
    ...ours,
    ...(makesDnsClient(parties, site) ? [{ kind: "dns-client" } as const] : []),
    ...(makesEndpoint ? [{ kind: "s3-endpoint" } as const] : []),
  ];
}

function regionProblems(count: number, { cluster }: Site): Problem[] {
  const limit = cluster.aws.quotas.groupsPerRegion;
  if (count <= limit) return [];
  return [
    {
      place: below(atCluster(cluster.name), "aws", "quotas", "groupsPerRegion"),
      message: `${count} security groups exceed the quota of ${limit}`,
      remedy: "Have AWS raise the quota and write it here",
    },
  ];
}

/** A database's own group, unless its owner's is used. */
function databaseGroups({ application, aws }: Tenant): MadeGroupRef[] {
  return Object.entries(aws.databases)
    .filter(([, { source }]) => source.kind === "new" || source.group.kind === "to-attach")
    .map(([database]) => ({ kind: "database", application: application.name, database }) as const)
    .sort((a, b) => (a.database < b.database ? -1 : 1));
}
