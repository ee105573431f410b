import { ask, type Verdict } from "../../../reachability/compute/analysis";
import type { Analysis } from "../../../reachability/compute/analysis";
import type { ReportedEnd } from "../../../reachability/compute/ends";
import type { WorldOptions } from "../../../reachability/read/readWorld";
import { analysisOfObjects } from "../worlds";

type Labels = Readonly<Record<string, string>>;

export const namespace = (name: string, labels: Labels = {}) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels },
});

export const pod = (labels: Labels, spec: object = {}) => ({
  metadata: { labels },
  spec: { containers: [{ name: "main", image: "main" }], ...spec },
});

export const deployment = (home: string, name: string, spec: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: home, name },
  spec: { selector: { matchLabels: { app: name } }, template: pod({ app: name }, spec) },
});

/** A NetworkPolicy: db of shop admits web of shop on tcp/5432, and nobody else. */
export const DB_ADMITS_WEB = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { namespace: "shop", name: "db" },
  spec: {
    podSelector: { matchLabels: { app: "db" } },
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }] }],
  },
};

/** Namespace shop (team=shop) with web and db, namespace ops (team=ops) with tool, and db's policy. */
export const SHOP: readonly object[] = [
  namespace("shop", { team: "shop" }),
  namespace("ops", { team: "ops" }),
  deployment("shop", "web"),
  deployment("shop", "db"),
  deployment("ops", "tool"),
  DB_ADMITS_WEB,
];

/** What is asked of each world: web → db 5432, tool → db 5432, web → tool 80, tool → web 80, web → outside, outside → web. */
const QUESTIONS: readonly (readonly [from: string, to: string, port: number])[] = [
  ["shop/web", "shop/db", 5432],
  ["ops/tool", "shop/db", 5432],
  ["shop/web", "ops/tool", 80],
  ["ops/tool", "shop/web", 80],
  ["shop/web", "0.0.0.0/0", 443],
  ["0.0.0.0/0", "shop/web", 80],
];

/** An end by its id without its kind. */
export function endNamed({ ends }: Analysis, name: string): ReportedEnd {
  const [found, ...others] = ends.filter(({ id }) => id === name || id.replace(/\[[\w.]+\]$/, "") === name);
  if (found !== undefined && others.length === 0) return found;
  throw new Error(`${name}: ${others.length + 1} of ${ends.map(({ id }) => id).join(" ")}`);
}

export const verdictIn = (analysis: Analysis, from: string, to: string, port: number): Verdict =>
  ask(analysis, endNamed(analysis, from), endNamed(analysis, to), "TCP", port);

const SIGN: Readonly<Record<Verdict, string>> = { allowed: "+", blocked: "-", unknown: "?" };

/** The answers to the six questions as one text: `+` allowed, `-` blocked, `?` unknown. Alone the shop says `+-++++`. */
export function shopAnswers(more: readonly object[], options: WorldOptions = {}): string {
  const analysis = analysisOfObjects([...SHOP, ...more], options);
  return QUESTIONS.map(([from, to, port]) => SIGN[verdictIn(analysis, from, to, port)]).join("");
}
