import type { Application, Flow } from "../flows/model";

/**
 * An application of this size, as validation would make it: every tenth workload has a flow to the database, the other
 * flows lead from workload to workload, the same for every run.
 */
export function declared(workloads: number, flows: number): Application {
  const name = (index: number) => `w${index % workloads}`;
  const ports = [{ protocol: "TCP", from: 8080, to: 8080 }] as const;
  const list = Array.from({ length: flows }, (_, index): Flow => {
    const from = { kind: "workload", workload: name(index) } as const;
    if (index < workloads && index % 10 === 0) {
      return {
        id: `${name(index)} → database main tcp/5432`,
        from,
        to: { kind: "database", database: "main" },
        ports: [{ protocol: "TCP", from: 5432, to: 5432 }],
        because: "orders are stored",
        names: [],
        origin: "declared",
      };
    }
    // A stride that shares no factor with the count: ends spread over all workloads, no flow comes twice.
    const to = name(index * 7 + Math.floor(index / workloads) * 13 + 1);
    return {
      id: `${name(index)} → ${to} tcp/8080`,
      from,
      to: { kind: "workload", workload: to },
      ports,
      because: `${name(index)} calls ${to}`,
      names: [],
      origin: "declared",
    };
  });
  return {
    name: "bench",
    owner: "bench",
    workloads: Array.from({ length: workloads }, (_, index) => {
      const labels = { app: name(index) };
      const instance = { id: name(index), workload: name(index), labels, serviceAccount: name(index) };
      return { name: name(index), labels, ports: [...ports], instances: [instance] };
    }),
    flows: list,
    accepted: [],
    removed: [],
    databases: { main: { engine: "postgres", port: 5432 } },
    buckets: {},
  };
}
