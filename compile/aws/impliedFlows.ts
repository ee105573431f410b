import type { PortRange } from "../../net";
import type { Application, Flow } from "../../flows";
import type { Member } from "./membership";
import type { Parties } from "./parties";
import type { Site, Tenant } from "../site";

/**
 * A flow that nobody declares because another one needs it: credentials. It exists where the stack's config says how
 * pods log in, so the application's declaration can't know it.
 */
export interface ImpliedFlow {
  readonly id: string;
  readonly from: Member;
  readonly to: "cloud-identity" | "secrets-manager";
  readonly ports: readonly PortRange[];
  readonly because: string;
}

const HTTPS: readonly PortRange[] = [{ protocol: "TCP", from: 443, to: 443 }];

/** The flows that a tenant's members need to get their credentials, beyond those that it declares; sorted. */
export function impliedFlows(site: Site, tenant: Tenant, parties: Parties): ImpliedFlow[] {
  const members = parties.membersOf(tenant.application.name);
  return (members?.all ?? [])
    .filter(({ talksToAws }) => talksToAws)
    .flatMap((from) => credentials(from, members?.flowsFrom(from) ?? [], tenant, site));
}

function credentials(
  from: Member,
  needed: readonly Flow[],
  { aws }: Tenant,
  { cluster }: Site,
): ImpliedFlow[] {
  const passwords = needed.flatMap(({ to }) =>
    to.kind === "database" && aws.databases[to.database]?.credentials.kind === "secret" ? [to.database] : [],
  );
  const tokens = needed.flatMap(({ to }) =>
    to.kind === "bucket"
      ? [`bucket ${to.bucket}`]
      : to.kind === "database" && aws.databases[to.database] !== undefined
        ? [`database ${to.database}`]
        : [],
  );
  const declared = needed.some(({ to }) => to.kind === "cloud-identity");
  const flows: ImpliedFlow[] = [];
  if (tokens.length > 0 && !declared) {
    flows.push({
      id: `${from.id} → cloud-identity tcp/443`,
      from,
      to: "cloud-identity",
      ports: HTTPS,
      because: `credentials for ${[...new Set(tokens)].join(", ")}`,
    });
  }
  if (passwords.length > 0 && cluster.aws.endpoints.secretsManager !== undefined) {
    flows.push({
      id: `${from.id} → Secrets Manager tcp/443`,
      from,
      to: "secrets-manager",
      ports: HTTPS,
      because: `passwords of ${[...new Set(passwords)].map((name) => `database ${name}`).join(", ")}`,
    });
  }
  return flows;
}

/** An application with the implied flows as flows of its own, as NetworkPolicies see them. */
export function withImpliedFlows(site: Site, tenant: Tenant, parties: Parties): Application {
  const { application } = tenant;
  const cidrs = site.cluster.aws.endpoints.secretsManager?.subnetCidrs ?? [];
  const implied = impliedFlows(site, tenant, parties).flatMap(({ id, from, to, ports, because }): Flow[] =>
    (from.instances.length === from.workload.instances.length ? [undefined] : from.instances).map((one) => ({
      id,
      from: {
        kind: "workload",
        workload: from.workload.name,
        ...(one?.instance === undefined ? {} : { instance: one.instance }),
      },
      to: to === "cloud-identity" ? { kind: "cloud-identity" } : { kind: "cidr", cidrs },
      ports,
      because,
      origin: "declared",
      names: [],
    })),
  );
  return implied.length === 0 ? application : { ...application, flows: [...application.flows, ...implied] };
}
