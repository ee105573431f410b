import { formatPortSpec } from "../../net";
import { policyName, subjectOf } from "../networkPolicy/names";
import type { Member } from "./membership";
import type { Parties } from "./parties";
import type { WorkloadRole } from "./roles";
import type { Site, Tenant } from "../site";

/** How one workload reaches one database or bucket: the pair, as the plan shows it. */
export interface AccessLine {
  /** "database fineract tcp/5432", "bucket documents (write)". */
  readonly target: string;
  /** The member: "fineract/write". */
  readonly workload: string;
  /** Names that its NetworkPolicy may have: its instance's where instances differ, else its workload's. */
  readonly policies: readonly string[];
  /** "group fineract.write → db-fineract". */
  readonly groups: string;
  /** "role … (IAM token as fineract)", "no role". */
  readonly role: string;
}

/** One line for each (member, database or bucket), sorted by target. */
export function accessOf(
  site: Site,
  tenant: Tenant,
  parties: Parties,
  roles: readonly WorkloadRole[],
): AccessLine[] {
  const members = parties.membersOf(tenant.application.name);
  const rolesOf = new Map<string, string[]>();
  for (const { name, members: ids } of roles) {
    for (const id of ids) rolesOf.set(id, [...(rolesOf.get(id) ?? []), name]);
  }
  return (members?.all ?? [])
    .flatMap((member) =>
      (members?.flowsFrom(member) ?? []).flatMap(({ to, ports }): AccessLine[] => {
        const role = rolesOf.get(member.id) ?? [];
        const line = { workload: member.id, policies: policiesOf(member) };
        if (to.kind === "database") {
          const how = loginOf(tenant, to.database);
          const target = `database ${to.database} ${ports.map(formatPortSpec).join(", ")}`;
          return [
            {
              ...line,
              target,
              groups: groupsText(member, databaseGroup(tenant, to.database), site, parties),
              role: `${roleText(role)} (${how})`,
            },
          ];
        }
        if (to.kind !== "bucket") return [];
        const under = to.prefix === undefined ? "" : ` under ${to.prefix}`;
        const target = `bucket ${to.bucket} (${to.access}${under})`;
        return [
          { ...line, target, groups: groupsText(member, s3Text(site), site, parties), role: roleText(role) },
        ];
      }),
    )
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

const key = ({ target, workload }: AccessLine) => `${target} ${workload}`;

const roleText = (names: readonly string[]) => (names.length === 0 ? "no role" : `role ${names.join(", ")}`);

function policiesOf({ workload, instances }: Member): readonly string[] {
  const own = instances.map(({ instance }) =>
    subjectOf({ workload: workload.name, ...(instance === undefined ? {} : { instance }) }),
  );
  return [...new Set([...own, workload.name])].map((subject) => policyName(subject, "egress"));
}

function loginOf({ aws }: Tenant, database: string): string {
  const credentials = aws.databases[database]?.credentials;
  if (credentials === undefined) return "no credentials";
  return credentials.kind === "iam" ? `IAM token as ${credentials.user}` : "password from Secrets Manager";
}

function databaseGroup({ aws }: Tenant, database: string): string {
  const source = aws.databases[database]?.source;
  return source?.kind === "existing" && source.group.kind === "given"
    ? source.group.group.id
    : `db-${database}`;
}

function s3Text({ cluster }: Site): string {
  const { s3 } = cluster.aws.endpoints;
  if (s3 === undefined) return "no endpoint";
  if (s3.kind === "gateway") return `prefix list ${s3.prefixList.id}`;
  return s3.source.kind === "new" ? "s3-endpoint" : s3.source.group.id;
}

function groupsText(member: Member, to: string, { cluster }: Site, parties: Parties): string {
  const own = member.id.replace("/", ".");
  const nodes = `the nodes' ${cluster.aws.groups.node.id}`;
  if (!parties.hasGroup(member)) return `group ${nodes} → ${to}`;
  return cluster.aws.podSecurityGroups === "on"
    ? `group ${own} → ${to}`
    : `group ${own} and ${nodes} → ${to}`;
}

/** A line as the plan prints it; `existing` are the names of the policies that were compiled, by what they are called in
 * every version: none under stage off. */
export function renderAccess(line: AccessLine, existing: ReadonlyMap<string, string>): string {
  const [policy] = line.policies.flatMap((name) => existing.get(name) ?? []);
  const by = policy === undefined ? "no policy (stage off)" : `policy ${policy}`;
  return `${line.target} ← ${line.workload}: ${by}, ${line.groups}, ${line.role}`;
}
