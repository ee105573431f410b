import { Pack } from "../../../policypack/pack";
import { checkedObjects } from "../../../cli/check/objects";
import { type CheckReport, judge } from "../../../cli/check/report";
import { parseFiles } from "../../../cli/manifests/input";

const NAMESPACE = `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    palisade.dev/owner: team-shop
    palisade.dev/environment: dev
    app.kubernetes.io/part-of: shop
    pod-security.kubernetes.io/enforce: restricted
`;

const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: isolation, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
`;

/** Manifests that break nothing. */
export const COMPLIANT = `${NAMESPACE}---\n${DENY}`;

/** A policy that lets everyone in, by its second rule: line 15. */
export const OPEN = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector:
    matchLabels: { app: web }
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels: { app: proxy }
      ports: [{ port: 80 }]
    - ports: [{ port: 8080 }]
`;

/** A ConfigMap, which no policy judges. */
export const CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n";

/** The second rule of OPEN left out: a policy for pods with the label `app`, which admits some that have it too. */
export const NARROW = OPEN.replace("    - ports: [{ port: 8080 }]\n", "");

/** By it nobody can say whether NARROW admits others: whether the end's pods have that label, it doesn't tell. */
export const PROTECTED = {
  "protected-ends": { ends: [{ name: "the tier", namespace: "shop", labels: { tier: "front" }, from: [] }] },
};

/** What the policies say about files, by name and text, on a day when nothing has expired. */
export function check(
  files: Readonly<Record<string, string>>,
  config: Readonly<Record<string, object>> = {},
): CheckReport {
  const inputs = Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
  const pack = new Pack(() => new Date("2026-11-22T12:00:00Z"));
  pack.configure(new Map(Object.entries(config).map(([name, properties]) => [name, { properties }])));
  return judge(pack, checkedObjects(parseFiles(inputs, true).parsed), inputs);
}

/** `policy file:line`, in the report's order. */
export const places = ({ findings }: CheckReport): string[] =>
  findings.map(({ policy, place }) => `${policy.name} ${place ? `${place.file}:${place.line ?? "?"}` : "-"}`);
