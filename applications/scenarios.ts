/** One of an owner's own tests: whether a connection is made. */
export interface Scenario {
  /**
   * Who tries: a workload or instance ("django", "fineract/write"); "stranger", a pod of a namespace that has nothing to do
   * with the application; "unlabelled", a pod without any of its workloads' labels.
   */
  readonly from: string;
  /** A workload or instance, "internet", "database/NAME" or "bucket/NAME". */
  readonly to: string;
  /** TCP. */
  readonly port: number;
  readonly expected: "allowed" | "blocked";
  /** In the owner's words. */
  readonly because: string;
}

/**
 * What the owners of the applications test after each deployment, by application. The jewelry shop's first test, that the
 * policies exist, is every application's.
 */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  "jewelry-shop": [
    {
      from: "django",
      to: "postgresql",
      port: 5432,
      expected: "allowed",
      because: "Django can connect to PostgreSQL",
    },
    { from: "django", to: "redis", port: 6379, expected: "allowed", because: "Django can connect to Redis" },
    { from: "nginx", to: "django", port: 8000, expected: "allowed", because: "Nginx can connect to Django" },
    {
      from: "celery-worker",
      to: "postgresql",
      port: 5432,
      expected: "allowed",
      because: "Celery can connect to PostgreSQL",
    },
    {
      from: "celery-worker",
      to: "redis",
      port: 6379,
      expected: "allowed",
      because: "Celery can connect to Redis",
    },
    {
      from: "stranger",
      to: "postgresql",
      port: 5432,
      expected: "blocked",
      because: "external pods cannot connect to PostgreSQL",
    },
    {
      from: "stranger",
      to: "redis",
      port: 6379,
      expected: "blocked",
      because: "external pods cannot connect to Redis",
    },
  ],
  fineract: [
    {
      from: "fineract/read",
      to: "fineract-redis",
      port: 6379,
      expected: "allowed",
      because: "Fineract to Redis succeeds",
    },
    {
      from: "fineract/read",
      to: "keycloak",
      port: 8080,
      expected: "allowed",
      because: "Fineract to Keycloak succeeds",
    },
    {
      from: "fineract/read",
      to: "database/fineract",
      port: 5432,
      expected: "allowed",
      because: "Fineract to RDS succeeds",
    },
    {
      from: "fineract-redis",
      to: "internet",
      port: 443,
      expected: "blocked",
      because: "Redis to the internet fails",
    },
    {
      from: "unlabelled",
      to: "fineract/write",
      port: 8080,
      expected: "blocked",
      because: "a random pod to Fineract fails",
    },
  ],
};
