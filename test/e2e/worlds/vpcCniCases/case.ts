import type { TwinPolicy } from "../../../twin/world";

/** A NetworkPolicy's parts that cases differ in. */
type Spec = NonNullable<TwinPolicy["spec"]>;

/** What one kind of rule becomes, and what packets do then. */
export interface VpcCniCase {
  readonly what: string;
  readonly policies: readonly TwinPolicy[];
  /** Services with the cluster IP that leads to w-b/p2. */
  readonly services?: readonly object[];
  /** The pod that is asked about: w-a/p0 unless said. */
  readonly target?: string;
  /** The rules that the policies become. */
  readonly rules: readonly string[];
  /** What is open at the target ("in") and from it ("out"), as the agent's programs have it: peers, then ports. */
  readonly open: readonly string[];
}

/** Labels of the cases' namespaces. */
export const namespaceLabels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "w-a": { team: "a" },
  "w-b": { team: "b", env: "prod" },
  "w-c": { env: "prod" },
  "w-d": {},
};

/** Labels of the first, second and third pod of each namespace. */
export const podLabels: readonly Readonly<Record<string, string>>[] = [
  { app: "web", tier: "front" },
  { app: "api" },
  { app: "db", tier: "" },
];

/** A policy of w-a. */
export const inA = (spec: Spec, name = "np"): TwinPolicy => ({ metadata: { name, namespace: "w-a" }, spec });

/** A policy of w-a for the target, of one type. */
export const ingress = (...rules: NonNullable<Spec["ingress"]>): TwinPolicy =>
  inA({ podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"], ingress: rules });
export const egress = (...rules: NonNullable<Spec["egress"]>): TwinPolicy =>
  inA({ podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Egress"], egress: rules });

/** The same policy under another name. */
export const named = (name: string, policy: TwinPolicy): TwinPolicy => ({
  ...policy,
  metadata: { ...policy.metadata, name },
});

export const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
export const block = (cidr: string, ...except: readonly string[]) => ({
  ipBlock: { cidr, ...(except.length > 0 ? { except } : {}) },
});
export const tcp = (port: number | string, endPort?: number) => ({
  ...{ protocol: "TCP", port },
  ...(endPort === undefined ? {} : { endPort }),
});
export const udp = (port: number | string) => ({ protocol: "UDP", port });
