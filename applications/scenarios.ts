// Tests: test/verify/questions.test.ts
import type { FlowEnd } from "../flows";

type EndOf<Kind extends FlowEnd["kind"]> = Extract<FlowEnd, { readonly kind: Kind }>;

/** Pods of the application: of a workload, or of one instance. */
export type ScenarioPods = EndOf<"workload">;

/**
 * Who tries: pods of the application; a stranger, a pod of a namespace that has nothing to do with it; or an unlabelled one,
 * without any of its workloads' labels.
 */
export type ScenarioSource = ScenarioPods | { readonly kind: "stranger" } | { readonly kind: "unlabelled" };

/** What is tried. */
export type ScenarioDestination = ScenarioPods | EndOf<"internet" | "database" | "bucket">;

/** One of an owner's own tests: whether a connection is made. */
export interface Scenario {
  readonly from: ScenarioSource;
  readonly to: ScenarioDestination;
  /** TCP. */
  readonly port: number;
  readonly expected: "allowed" | "blocked";
  /** In the owner's words. */
  readonly because: string;
}

/** Pods of a workload, or of one instance of it. */
export const pods = (workload: string, instance?: string): ScenarioPods => ({
  kind: "workload",
  workload,
  ...(instance === undefined ? {} : { instance }),
});
const STRANGER = { kind: "stranger" } as const;
const UNLABELLED = { kind: "unlabelled" } as const;

/**
 * What the owners of the applications test after each deployment, by application. The jewelry shop's first test, that the
 * policies exist, is every application's.
 */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  "jewelry-shop": [
    {
      from: pods("django"),
      to: pods("postgresql"),
      port: 5432,
      expected: "allowed",
      because: "Django can connect to PostgreSQL",
    },
    {
      from: pods("django"),
      to: pods("redis"),
      port: 6379,
      expected: "allowed",
      because: "Django can connect to Redis",
    },
    {
      from: pods("nginx"),
      to: pods("django"),
      port: 8000,
      expected: "allowed",
      because: "Nginx can connect to Django",
    },
    {
      from: pods("celery-worker"),
      to: pods("postgresql"),
      port: 5432,
      expected: "allowed",
      because: "Celery can connect to PostgreSQL",
    },
    {
      from: pods("celery-worker"),
      to: pods("redis"),
      port: 6379,
      expected: "allowed",
      because: "Celery can connect to Redis",
    },
    {
      from: STRANGER,
      to: pods("postgresql"),
      port: 5432,
      expected: "blocked",
      because: "external pods cannot connect to PostgreSQL",
    },
    {
      from: STRANGER,
      to: pods("redis"),
      port: 6379,
      expected: "blocked",
      because: "external pods cannot connect to Redis",
    },
  ],
  fineract: [
    {
      from: pods("fineract", "read"),
      to: pods("fineract-redis"),
      port: 6379,
      expected: "allowed",
      because: "Fineract to Redis succeeds",
    },
    {
      from: pods("fineract", "read"),
      to: pods("keycloak"),
      port: 8080,
      expected: "allowed",
      because: "Fineract to Keycloak succeeds",
    },
    {
      from: pods("fineract", "read"),
      to: { kind: "database", database: "fineract" },
      port: 5432,
      expected: "allowed",
      because: "Fineract to RDS succeeds",
    },
    {
      from: pods("fineract-redis"),
      to: { kind: "internet" },
      port: 443,
      expected: "blocked",
      because: "Redis to the internet fails",
    },
    {
      from: UNLABELLED,
      to: pods("fineract", "write"),
      port: 8080,
      expected: "blocked",
      because: "a random pod to Fineract fails",
    },
  ],
};
