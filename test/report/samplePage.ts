import Elk from "elkjs";
import type { Analysis, ReportedEnd } from "../../reachability/compute";
import {
  type ChangedLine,
  encodeWorld,
  type Heading,
  pageScript,
  pictureOf,
  pictureOfChange,
  reportedIsolations,
  reportPage,
} from "../../report";
import { analysisOfObjects } from "../reachability/worlds";

export const HOSTILE = `<img src=x onerror=alert(1)></script><script>alert(2)</script>"'&`;

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

const pod = (name: string, namespace = "shop") => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace, labels: { app: name } },
  spec: { containers: [{ name: "main", image: "main" }] },
});
const policy = (name: string, spec: object) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace: "shop" },
  spec: { podSelector: { matchLabels: { app: name } }, ...spec },
});
const peer = (app: string, port: number, side: "from" | "to") => ({
  [side]: [{ podSelector: { matchLabels: { app } } }],
  ports: [{ port }],
});

/** A small shop: web → api → db, and a job that nothing isolates; a policy of the Admin tier keeps it from its node's metadata. */
export const sampleWorld = (): Analysis =>
  analysisOfObjects([
    ...["web", "api", "db", "job"].map((name) => pod(name)),
    pod("scraper", "monitoring"),
    policy("web", {
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: [{ port: 80 }] }],
      egress: [peer("api", 8080, "to")],
    }),
    policy("api", { policyTypes: ["Ingress"], ingress: [peer("web", 8080, "from")] }),
    policy("db", { policyTypes: ["Ingress"], ingress: [peer("api", 5432, "from")] }),
    {
      apiVersion: "policy.networking.k8s.io/v1alpha2",
      kind: "ClusterNetworkPolicy",
      metadata: { name: "metadata" },
      spec: {
        ...{ tier: "Admin", priority: 1 },
        subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: "job" } } } },
        egress: [{ action: "Deny", to: [{ networks: ["169.254.169.254/32"] }] }],
      },
    },
  ]);

/** A page of it, with everything that a page can hold, hostile texts among it. */
export async function samplePage(analysis = sampleWorld()): Promise<string> {
  const { units, world, ends } = analysis;
  const end = (name: string): ReportedEnd => {
    const found = ends.find((one) => one.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };
  const change: ChangedLine = {
    kind: "gained",
    from: { kind: "end", end: end("web") },
    to: { kind: "end", end: end("api") },
    gained: "TCP 8080",
    lost: "",
    because: ["NetworkPolicy shop/api spec.ingress[0] lets it in", HOSTILE],
    first: { protocol: "TCP", port: 8080 },
  };
  const gone: ChangedLine = {
    ...change,
    kind: "lost",
    to: { kind: "end", end: end("db") },
    gained: "",
    lost: "TCP 5432",
  };
  const picture = await pictureOf(units, new Elk(), { changes: [change, gone] });
  const cluster = {
    cluster: "",
    picture,
    world: encodeWorld(world),
    flows: [{ from: "web", to: "api", ports: "tcp/8080", because: HOSTILE, verdict: "allowed" }],
    changes: [change, gone].map(({ kind, gained, lost, because }) => ({
      kind,
      from: HOSTILE,
      to: "shop/api",
      gained,
      lost,
      because,
    })),
    isolation: reportedIsolations(analysis),
    access: [
      {
        to: "database shop tcp/5432",
        from: "api",
        policy: "api-egress",
        group: "api → db-shop",
        role: "no role",
      },
    ],
    quotas: [
      { what: "api egress", used: 7, limit: 60, unit: "rules" },
      { what: "web ingress", used: 58, limit: 60, unit: "rules" },
    ],
    warnings: [HOSTILE],
  };
  const heading: Heading = {
    title: HOSTILE,
    sentences: [HOSTILE, "26 declared flows, computed: exactly these are open."],
    verdict: "violations",
    asOf: `commit ${COMMIT}`,
    findings: [
      {
        ...{ level: "mandatory", policy: "rds-private", resource: HOSTILE },
        message: `${HOSTILE}. Evidence: it is public. Remedy: make it private.`,
      },
    ],
    exemptions: [
      {
        kind: "exemption",
        policy: "rds-private",
        of: HOSTILE,
        until: "2000-01-01",
        reason: HOSTILE,
        owner: "data team",
      },
    ],
    controls: [
      {
        control: "PCI DSS 4.0: 1.3.1",
        title: "inbound traffic only as necessary, all other denied",
        policies: [
          { policy: "protected-ends", result: "pass", judged: "4 NetworkPolicy", found: [] },
          { policy: "every-workload-isolated", result: "fail", judged: "4 Pod", found: [HOSTILE] },
        ],
      },
    ],
    judged: [
      { name: "shop/web", kind: "NetworkPolicy", policies: ["protected-ends"], found: [] },
      {
        name: HOSTILE,
        kind: "Pod",
        policies: ["every-workload-isolated"],
        found: ["every-workload-isolated"],
      },
    ],
    change: { since: "main", notes: [HOSTILE] },
  };
  const removed = {
    ...{ cluster: "old", picture: await pictureOfChange([gone], new Elk()), world: undefined },
    ...{ changes: cluster.changes.slice(1), flows: [], isolation: [], access: [], quotas: [], warnings: [] },
  };
  return reportPage(heading, [cluster, removed], pageScript());
}
