import type { Flow, Workload } from "../flows";
import type { PortRange } from "../net";
import { awsGroups, withNodes } from "./aws";
import type { DeclaredEnd } from "./declaration";
import type { ApplicationToDeclare } from "./toDeclare";
import { endOf } from "./ends";

/** A flow that follows from another: who talks to a database or a bucket needs credentials. */
interface CredentialFlow {
  readonly from: DeclaredEnd;
  readonly to: DeclaredEnd;
  readonly ports: readonly PortRange[];
  readonly because: string;
}

const HTTPS: readonly PortRange[] = [{ protocol: "TCP", from: 443, to: 443 }];

interface Pods {
  readonly workload: string;
  readonly instance?: string;
}

/** What pods need credentials for. */
interface Needs {
  readonly tokens: readonly string[];
  readonly passwords: readonly string[];
}

/** The flows for credentials that an application doesn't declare itself, by the stack's config; on AWS only. */
export function impliedFlows(declared: ApplicationToDeclare): CredentialFlow[] {
  if (declared.cluster.aws === undefined) return [];
  return declared.application.workloads.flatMap((workload) => {
    const each = workload.instances.map((instance) => ({
      pods: {
        workload: workload.name,
        ...(instance.instance === undefined ? {} : { instance: instance.instance }),
      },
      needs: needsOf(workload, instance.instance, declared),
    }));
    // Instances with the same needs are told as their workload.
    const alike = new Set(each.map(({ needs }) => JSON.stringify(needs))).size === 1;
    const [first] = each;
    if (alike && first !== undefined) return flowsFor({ workload: workload.name }, first.needs, declared);
    return each.flatMap(({ pods, needs }) => flowsFor(pods, needs, declared));
  });
}

function needsOf(
  { name }: Workload,
  instance: string | undefined,
  { application, placement }: ApplicationToDeclare,
): Needs {
  const own = application.flows.filter(
    ({ from }) =>
      from.kind === "workload" &&
      from.workload === name &&
      (from.instance === undefined || from.instance === instance),
  );
  const databases = placement.aws?.databases ?? {};
  const tokens = own.flatMap(({ to }: Flow) => {
    if (to.kind === "bucket") return [`bucket ${to.bucket}`];
    return to.kind === "database" && databases[to.database] !== undefined ? [`database ${to.database}`] : [];
  });
  const passwords = own.flatMap(({ to }) =>
    to.kind === "database" && databases[to.database]?.credentials.kind === "secret"
      ? [`database ${to.database}`]
      : [],
  );
  const declares = own.some(({ to }) => to.kind === "cloud-identity");
  return { tokens: declares ? [] : [...new Set(tokens)], passwords: [...new Set(passwords)] };
}

function flowsFor(
  pods: Pods,
  { tokens, passwords }: Needs,
  declared: ApplicationToDeclare,
): CredentialFlow[] {
  const from = endOf({ kind: "workload", ...pods }, "source", declared);
  if (from === undefined) return [];
  const between = (to: DeclaredEnd, because: string): CredentialFlow => ({
    from: withNodes(from, to, declared.cluster),
    to,
    ports: HTTPS,
    because,
  });
  const identity = endOf({ kind: "cloud-identity" }, "destination", declared);
  const secrets = secretsManager(declared);
  return [
    ...(tokens.length > 0 && identity !== undefined
      ? [between(identity, `credentials for ${tokens.join(", ")}`)]
      : []),
    ...(passwords.length > 0 && secrets !== undefined
      ? [between(secrets, `passwords of ${passwords.join(", ")}`)]
      : []),
  ];
}

function secretsManager(declared: ApplicationToDeclare): DeclaredEnd | undefined {
  const endpoint = declared.cluster.aws?.endpoints.secretsManager;
  if (endpoint === undefined) return undefined;
  return {
    name: "Secrets Manager",
    kind: "secrets-manager",
    pods: [],
    addresses: [{ kind: "blocks", cidrs: endpoint.subnetCidrs }],
    groups: awsGroups({ kind: "secrets-manager" }, declared),
  };
}
