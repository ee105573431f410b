import { strict as assert } from "node:assert";
import fc from "fast-check";
import { type CompiledSite, compileSite } from "../../../compile/aws/compile";
import type { PodSecurityGroups } from "../../../compile/aws/network";
import type { Placement } from "../../../compile/cluster";
import { compileNetworkPolicies } from "../../../compile/networkPolicy/compile";
import type { Application, Flow } from "../../../flows/model";
import { connected } from "../../twin/twin";
import type { TwinPolicy, TwinWorld } from "../../twin/world";
import { flow, workload } from "../worlds";
import { allRules, groupsAdmit, podGroups } from "./judge";
import { NODES, eks, place, shop, site } from "./lab";

const DATABASES = ["main", "books", "audit"] as const;
const WORKLOADS = ["web", "api", "job"] as const;
const PORTS = { main: 5432, books: 3306, audit: 5432 } as const;
const ADDRESSES = { main: "10.30.0.9", books: "10.31.0.9", audit: "10.32.0.9" } as const;

/** Instances by workload: some have none. */
const INSTANCES: Readonly<Record<string, readonly string[]>> = { web: ["read", "write"], api: [], job: [] };

const ids = WORKLOADS.flatMap((name) => {
  const instances = INSTANCES[name] ?? [];
  return instances.length === 0 ? [name] : instances.map((instance) => `${name}/${instance}`);
});

const sources = fc.constantFrom(...WORKLOADS, ...ids);

const databaseFlow = fc
  .tuple(sources, fc.constantFrom(...DATABASES))
  .map(([from, database]) => flow(from, { kind: "database", database }, [`tcp/${PORTS[database]}`]));

const podFlow = fc
  .tuple(sources, sources, fc.constantFrom("tcp/80", "tcp/81", "udp/90"))
  .map(([from, to, port]) => flow(from, to, [port]));

const flows = fc.uniqueArray(fc.oneof(databaseFlow, podFlow), { selector: ({ id }) => id, maxLength: 8 });

const app = (list: readonly Flow[]): Application =>
  shop(
    WORKLOADS.map((name) => workload(name, INSTANCES[name])),
    list,
    {
      databases: {
        main: { engine: "postgres", port: 5432 },
        books: { engine: "mysql", port: 3306 },
        audit: { engine: "aurora-postgresql", port: 5432 },
      },
    },
  );

const placed: Placement = place(
  {
    databases: Object.fromEntries(
      DATABASES.map((name) => [
        name,
        {
          source: {
            kind: "existing",
            identifier: name,
            group: { kind: "to-attach" },
            resourceId: `db-${name}`,
          },
          credentials: { kind: "iam", user: name },
        },
      ]),
    ),
  },
  {
    databases: {
      main: { subnetCidrs: ["10.30.0.0/24"] },
      books: { subnetCidrs: ["10.31.0.0/24"] },
      audit: { subnetCidrs: ["10.32.0.0/24"] },
    },
  },
);

/** Labels of a pod of "web/read" or "api". */
function labelsOf(id: string): Record<string, string> {
  const [name = "", instance] = id.split("/");
  return instance === undefined ? { app: name } : { app: name, instance };
}

interface Compiled {
  readonly onAws: CompiledSite;
  readonly policies: readonly TwinPolicy[];
}

function compiled(list: readonly Flow[], mode: PodSecurityGroups): Compiled {
  const on = eks({ podSecurityGroups: mode });
  const onAws = compileSite(site(app(list), on, placed));
  const [tenant] = onAws.tenants;
  if (tenant === undefined) throw new Error("one application was compiled");
  return {
    onAws,
    policies: compileNetworkPolicies(tenant.application, placed, on).policies,
  };
}

const world = (policies: readonly TwinPolicy[]): TwinWorld => ({
  namespaces: [{ name: "shop" }],
  pods: [...ids, "stranger"].map((id) => ({
    namespace: "shop",
    name: id.replace("/", "-"),
    labels: labelsOf(id),
    ips: [`10.42.0.${String(10 + [...ids, "stranger"].indexOf(id))}`],
  })),
  networkPolicies: policies,
});

/** Groups of a pod that started under a mode: its own, or the nodes' where nothing attaches any. */
const groupsOf = ({ onAws }: Compiled, id: string, restarted = true) =>
  restarted && onAws.tenants[0] !== undefined
    ? podGroups(onAws.tenants[0], labelsOf(id), NODES.id)
    : [{ kind: "given" as const, id: NODES.id }];

/** Whether the groups alone let a pod reach a database. */
const groupsLet = (
  result: Compiled,
  id: string,
  database: (typeof DATABASES)[number],
  port: number,
  restarted = true,
) =>
  groupsAdmit(
    allRules(result.onAws),
    new Set([NODES.id]),
    { groups: groupsOf(result, id, restarted), address: "10.42.0.10" },
    { groups: [{ kind: "database", application: "shop", database }], address: ADDRESSES[database] },
    "tcp",
    port,
  );

const declares = (list: readonly Flow[], id: string, database: string, port: number) =>
  list.some(
    ({ from, to, ports }) =>
      from.kind === "workload" &&
      id.split("/")[0] === from.workload &&
      (from.instance === undefined || id === `${from.workload}/${from.instance}`) &&
      to.kind === "database" &&
      to.database === database &&
      ports.some((range) => range.from <= port && port <= range.to),
  );

const PROBED = [5432, 3306, 22];

describe("NetworkPolicies and security groups together", () => {
  it("admit (workload, database, port) exactly as declared, in every mode, by the judges of both", () => {
    fc.assert(
      fc.property(
        flows,
        fc.constantFrom<PodSecurityGroups>("off", "migrating", "on", "leaving"),
        (list, mode) => {
          const result = compiled(list, mode);
          const twin = world(result.policies);
          for (const id of ids) {
            for (const database of DATABASES) {
              for (const port of PROBED) {
                const policies =
                  connected(
                    twin,
                    { namespace: "shop", name: id.replace("/", "-") },
                    { address: ADDRESSES[database] },
                    "TCP",
                    port,
                  ) === "allowed";
                const both = policies && groupsLet(result, id, database, port);
                const what = `${id} → ${database}:${port} under ${mode}`;
                assert.equal(both, declares(list, id, database, port), what);
              }
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it("are exact on the groups' side alone where only pods' groups are admitted, for strangers too", () => {
    fc.assert(
      fc.property(flows, (list) => {
        const result = compiled(list, "on");
        for (const id of [...ids, "stranger"]) {
          for (const database of DATABASES) {
            for (const port of PROBED) {
              const what = `${id} → ${database}:${port}`;
              assert.equal(groupsLet(result, id, database, port), declares(list, id, database, port), what);
            }
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it("let every declared flow between pods through the groups, whatever has groups, in every mode", () => {
    fc.assert(
      fc.property(
        flows,
        fc.constantFrom<PodSecurityGroups>("off", "migrating", "on", "leaving"),
        (list, mode) => {
          const result = compiled(list, mode);
          const rules = allRules(result.onAws);
          const restarts = mode === "on" || mode === "off" ? [true] : [true, false];
          for (const { id: flowId, from, to, ports } of list) {
            if (from.kind !== "workload" || to.kind !== "workload") continue;
            const pods = (end: typeof from) =>
              ids.filter(
                (id) =>
                  id.split("/")[0] === end.workload &&
                  (end.instance === undefined || id.endsWith(`/${end.instance}`)),
              );
            for (const [a, b] of pods(from).flatMap((one) =>
              pods(to).map((other) => [one, other] as const),
            )) {
              for (const range of ports) {
                for (const [here, there] of restarts.flatMap((x) => restarts.map((y) => [x, y] as const))) {
                  const works = groupsAdmit(
                    rules,
                    new Set([NODES.id]),
                    { groups: groupsOf(result, a, here), address: "10.42.0.10" },
                    { groups: groupsOf(result, b, there), address: "10.42.0.11" },
                    range.protocol === "UDP" ? "udp" : "tcp",
                    range.from,
                  );
                  assert.ok(works, `${flowId}: ${a} → ${b} under ${mode}, restarted ${here}, ${there}`);
                }
              }
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
