import type {
  Acceptance,
  ApplicationDeclaration,
  BucketDeclaration,
  DatabaseDeclaration,
  DeclaredApplication,
  FlowDeclaration,
  WorkloadDeclaration,
  WorkloadRefs,
} from "./declaration";

/** A declaration whose flows may name only what it declares: workloads and instances `W`, databases `D`, buckets `B`. */
interface CheckedDeclaration<W, D extends string, B extends string> extends Pick<
  ApplicationDeclaration,
  "owner" | "names"
> {
  readonly workloads: { readonly [K in keyof W]: WorkloadDeclaration<W[K]> };
  readonly databases?: Readonly<Record<D, DatabaseDeclaration>>;
  readonly buckets?: Readonly<Record<B, BucketDeclaration>>;
  readonly flows: readonly FlowDeclaration<NoInfer<WorkloadRefs<W>["any"]>, NoInfer<D>, NoInfer<B>>[];
  readonly accepts?: readonly Acceptance<NoInfer<WorkloadRefs<W>["any"]>>[];
}

/**
 * Declares an application: its workloads, what they listen on, and every flow with its reason. The result is the same
 * plain data with its name; `validateApplications` checks it.
 *
 * A flow to a workload, instance, database or bucket that the declaration doesn't have does not compile: the message begins with those that it has.
 *
 * @example
 * ```ts
 * import { application, database, internet } from "pulumi-palisade/flows";
 *
 * export const shop = application("shop", {
 *   owner: "shop-team",
 *   workloads: {
 *     web: { labels: { app: "web" }, ports: { http: "tcp/8080" } },
 *     api: { labels: { app: "api" }, ports: { http: "tcp/8000" }, metrics: "tcp/9100" },
 *   },
 *   databases: { orders: { engine: "postgres" } },
 *   flows: [
 *     { from: "web", to: "api", ports: ["tcp/8000"], because: "pages are made from the API" },
 *     { from: "api", to: database("orders"), ports: ["tcp/5432"], because: "orders are kept there" },
 *     { from: "api", to: internet(), ports: ["tcp/443"], because: "payments" },
 *   ],
 * });
 * ```
 */
export function application<W, D extends string = never, B extends string = never>(
  name: string,
  declaration: CheckedDeclaration<W, D, B>,
): DeclaredApplication {
  return { name, ...(declaration as ApplicationDeclaration) };
}
