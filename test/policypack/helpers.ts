// Longer than most: the fixtures that tests of every invariant share.
import { NOT_YET_KNOWN } from "../../policypack/finding";
import type { ResourceInput } from "../../policypack/facts/subject";
import { Pack } from "../../policypack/pack";
import type { PolicyReport as PackReport, PolicySetting } from "../../policypack/policyReport";
import { POLICIES } from "../../policypack/policies";
import { reveal } from "../../policypack/values/reveal";

/** A resource of any program, as tests write it. */
export interface TestResource {
  readonly type: string;
  readonly name: string;
  readonly props: object;
  readonly provider?: { readonly name: string; readonly props: object };
  readonly secretOutputs?: readonly string[];
  /** The names of the resources that a property was made from. */
  readonly madeFrom?: Readonly<Record<string, readonly string[]>>;
}

/** What a policy reported. `undecided` is a report about something not yet known. */
export interface Report {
  readonly policy: string;
  readonly message: string;
  readonly urn: string | undefined;
  readonly level: string;
  readonly undecided: boolean;
}

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const urnOf = ({ type, name }: TestResource) => `urn:pulumi:test::test::${type}::${name}`;

/** A pack as it begins to serve. It reports a wrong configuration once. */
export const freshPack = () => new Pack(() => new Date("2026-11-22T12:00:00Z"));
const PACK = freshPack();

/** Policies about what several objects make of a stack: a test that changes one rule would meet them too. */
const CONNECTIVITY: ReadonlySet<string> = new Set([
  "dns-reachable",
  "every-workload-isolated",
  "flows-have-both-sides",
  "tenant-isolation",
]);

/**
 * Runs the pack over a stack as the engine does: each resource, then all of them.
 * @param only the policies that are of interest, besides the settings; all but those of CONNECTIVITY by default. The others
 *   count as enforced, except those that are `disabled`.
 */
export function run(
  resources: readonly TestResource[],
  config: Readonly<Record<string, object>> = {},
  {
    only,
    disabled = [],
    pack = PACK,
  }: { only?: string | readonly string[]; disabled?: readonly string[]; pack?: Pack } = {},
): Report[] {
  const runs = (name: string) =>
    only === undefined ? !CONNECTIVITY.has(name) : [only].flat().includes(name) || name === "settings";
  const settings = POLICIES.map(({ name }): [string, PolicySetting] => {
    const properties = structuredClone(config[name] ?? {});
    if (disabled.includes(name)) return [name, { level: "disabled", properties }];
    return [name, runs(name) ? { properties } : { judgedElsewhere: true, properties }];
  });
  pack.configure(new Map(settings));
  const alone = resources.flatMap((resource) =>
    pack.judgeResource(inputOf(resource)).map((report) => reportOf(report, urnOf(resource))),
  );
  return [...alone, ...pack.judgeStack(stackOf(resources)).map((report) => reportOf(report))];
}

/** The engine takes what names no resource for the one that it asked about. */
const reportOf = ({ policy, message, urn, level }: PackReport, asked?: string): Report => ({
  policy: policy.name,
  message,
  urn: urn ?? asked,
  level,
  undecided: message.includes(NOT_YET_KNOWN),
});

/** What one policy's remediation makes of a resource; undefined where it does nothing. */
export function remediate(resource: TestResource, policy: string, properties: object = {}): unknown {
  const pack = freshPack();
  pack.configure(new Map([[policy, { level: "remediate", properties }]]));
  const [made] = pack.remediate(
    inputOf(resource),
    structuredClone(resource.props) as Record<string, unknown>,
  );
  return made?.properties;
}

function inputOf(resource: TestResource): ResourceInput {
  const { type, name, props, provider, secretOutputs } = resource;
  return {
    type,
    name,
    secretOutputs,
    urn: urnOf(resource),
    props: reveal(props),
    provider: provider && {
      name: provider.name,
      urn: `urn:pulumi:test::test::pulumi:providers:kubernetes::${provider.name}`,
      props: reveal(provider.props),
    },
  };
}

function stackOf(resources: readonly TestResource[]): ResourceInput[] {
  return resources.map((resource) => {
    const entries = Object.entries(resource.madeFrom ?? {}).map(([property, names]) => [
      property,
      resources.filter(({ name }) => names.includes(name)).map(urnOf),
    ]);
    return {
      ...inputOf(resource),
      propertyDependencies: Object.fromEntries(entries) as Record<string, readonly string[]>,
    };
  });
}

/** `policy resource` for violations and `policy resource?` for what isn't known yet, sorted. */
export function verdicts(reports: readonly Report[]): string[] {
  return reports
    .map(({ policy, urn, undecided }) => `${policy} ${urn?.split("::").at(-1) ?? "-"}${undecided ? "?" : ""}`)
    .sort();
}

const NAMESPACE = "kubernetes:core/v1:Namespace";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

export const LABELS = {
  "palisade.dev/owner": "team-shop",
  "palisade.dev/environment": "dev",
  "app.kubernetes.io/part-of": "shop",
  "pod-security.kubernetes.io/enforce": "restricted",
};

export const namespace = (name = "shop", labels: object = LABELS): TestResource => ({
  type: NAMESPACE,
  name,
  props: { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } },
});

export const policy = (name: string, spec: object, namespaceName: unknown = "shop"): TestResource => ({
  type: POLICY,
  name,
  props: {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace: namespaceName },
    spec,
  },
});

export const defaultDeny = (namespaceName: unknown = "shop", name = "isolation"): TestResource =>
  policy(name, { podSelector: {}, policyTypes: ["Ingress", "Egress"] }, namespaceName);

/** A ClusterNetworkPolicy about every pod, unless its spec says otherwise. */
export const clusterPolicy = (name: string, spec: object): TestResource => ({
  type: "kubernetes:policy.networking.k8s.io/v1alpha2:ClusterNetworkPolicy",
  name,
  props: {
    apiVersion: "policy.networking.k8s.io/v1alpha2",
    kind: "ClusterNetworkPolicy",
    metadata: { name },
    spec: { tier: "Admin", priority: 10, subject: { namespaces: {} }, ...spec },
  },
});

/** The internet as our components write it, where the CNI takes exceptions. */
export const INTERNET = {
  ipBlock: {
    cidr: "0.0.0.0/0",
    except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  },
};

export const DNS = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
    { ipBlock: { cidr: "169.254.20.10/32" } },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

/** A workload's policy that breaks nothing: what each test breaks once. */
export const WEB = {
  podSelector: { matchLabels: { app: "web" } },
  policyTypes: ["Ingress", "Egress"],
  ingress: [
    {
      from: [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } },
          podSelector: { matchLabels: { app: "nginx" } },
        },
      ],
      ports: [{ protocol: "TCP", port: 8080 }],
    },
  ],
  egress: [
    DNS,
    { to: [INTERNET], ports: [{ protocol: "TCP", port: 443 }] },
    {
      to: [{ ipBlock: { cidr: "10.20.0.0/24" } }, { podSelector: { matchLabels: { app: "db" } } }],
      ports: [{ protocol: "TCP", port: 5432 }],
    },
    {
      to: [{ ipBlock: { cidr: "169.254.170.23/32" } }],
      ports: [
        { protocol: "TCP", port: 80 },
        { protocol: "TCP", port: 2703 },
      ],
    },
  ],
};

/** A stack that breaks nothing. */
export const COMPLIANT: readonly TestResource[] = [namespace(), defaultDeny(), policy("web", WEB)];

/** The compliant stack with the web policy's spec changed. */
export const withWeb = (change: object): TestResource[] => [
  namespace(),
  defaultDeny(),
  policy("web", { ...WEB, ...change }),
];

/** An egress rule to some peers on TCP 443. */
export const egressTo = (...to: unknown[]) => ({ egress: [{ to, ports: [{ protocol: "TCP", port: 443 }] }] });

/** An ingress rule from some peers on TCP 443. */
export const ingressFrom = (...from: unknown[]) => ({
  ingress: [{ from, ports: [{ protocol: "TCP", port: 443 }] }],
});

export const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });

/** A workload of some kind with a pod spec and pod labels. */
export const workload = (
  type: string,
  podSpec: object = {},
  {
    name = "web",
    namespaceName = "shop",
    labels = { app: "web" },
  }: { name?: string; namespaceName?: string; labels?: unknown } = {},
): TestResource => {
  const template = { metadata: { labels }, spec: { containers: [], ...podSpec } };
  const kind = type.split(":").at(-1) ?? "";
  const metadata = { name, namespace: namespaceName };
  const bodies: Readonly<Record<string, object>> = {
    Pod: { metadata: { ...metadata, labels }, spec: template.spec },
    CronJob: { metadata, spec: { jobTemplate: { spec: { template } } } },
  };
  return {
    type: `kubernetes:${type}`,
    name,
    props: { kind, ...(bodies[kind] ?? { metadata, spec: { template } }) },
  };
};

/** Every type token whose resource makes pods. */
export const WORKLOAD_TYPES = [
  "core/v1:Pod",
  "core/v1:ReplicationController",
  "apps/v1:Deployment",
  "apps/v1:StatefulSet",
  "apps/v1:DaemonSet",
  "apps/v1:ReplicaSet",
  "batch/v1:Job",
  "batch/v1:CronJob",
] as const;

export const service = (spec: object, namespaceName = "shop"): TestResource => ({
  type: "kubernetes:core/v1:Service",
  name: "web",
  props: { metadata: { name: "web", namespace: namespaceName }, spec },
});
