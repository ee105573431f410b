import { Pack } from "../../../policypack/pack";
import { POLICIES } from "../../../policypack/policies";
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

/** What the policies say about files, by name and text, on a day when nothing has expired. */
export function check(files: Readonly<Record<string, string>>): CheckReport {
  const inputs = Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
  const pack = new Pack(() => new Date("2026-11-22T12:00:00Z"));
  return judge(pack, POLICIES, checkedObjects(parseFiles(inputs, true).parsed), inputs);
}

/** `policy file:line`, in the report's order. */
export const places = ({ findings }: CheckReport): string[] =>
  findings.map(({ policy, place }) => `${policy.name} ${place ? `${place.file}:${place.line ?? "?"}` : "-"}`);
