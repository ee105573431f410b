import { z } from "zod";
import { atPath, type Problem, quote } from "../problems";
import { ENVIRONMENTS } from "../compile";
import { remedyForUnknown } from "../flows";
import { choice, list, text } from "./builders";
import { expected, problemsOf } from "./configIssues";

const NAMESPACE = "palisade:";
const KEYS = ["environment", "clusters", "applications"] as const;

/** The stack's config as it was written: structures read from their JSON, nothing checked but their outermost shape. */
export interface StackValues {
  readonly environment: (typeof ENVIRONMENTS)[number] | undefined;
  readonly clusters: readonly unknown[];
  /** Absent: every application. */
  readonly selection: readonly string[] | undefined;
}

/** Reads the keys of Pulumi's config; other projects' keys are not ours to judge. */
export function readValues(values: Readonly<Record<string, string>>, problems: Problem[]): StackValues {
  for (const key of Object.keys(values).filter((name) => name.startsWith(NAMESPACE))) {
    const name = key.slice(NAMESPACE.length);
    if (KEYS.some((known) => known === name)) continue;
    const remedy = remedyForUnknown(name, KEYS, "Remove it");
    problems.push({ place: atPath(key), message: "isn't a key of the stack's config", remedy });
  }
  const read = <T>(key: (typeof KEYS)[number], schema: z.ZodType<T>): T | undefined => {
    const value = decoded(values, `${NAMESPACE}${key}`);
    if (key !== "environment" && typeof value === "string") {
      // Not quoted: it may be what stands for a secret.
      problems.push({
        place: atPath(`${NAMESPACE}${key}`),
        message: "isn't a JSON list",
        remedy: `If it is encrypted, the embedded preview can't decrypt it: keep ${key} in plain text; nothing in it is secret`,
      });
      return undefined;
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    problems.push(...problemsOf(result.error, atPath(`${NAMESPACE}${key}`)));
    return undefined;
  };
  const environment = read("environment", choice("an environment", ENVIRONMENTS));
  const clusters = read(
    "clusters",
    atLeastOne(z.unknown(), "cluster", "Add one; docs/config.md has an example"),
  );
  const names = text("an application's name", "Write the name of an application");
  return {
    environment,
    clusters: (clusters ?? []).filter((cluster) => !holdsPrototype(cluster, problems)),
    selection: read(
      "applications",
      atLeastOne(
        names,
        "application",
        "Name those to provision, or remove the key to provision all",
      ).optional(),
    ),
  };
}

/** An empty list would silently mean nothing, or everything. */
const atLeastOne = <T extends z.ZodType>(item: T, what: string, remedy: string) =>
  list(item).refine((items) => items.length > 0, { error: expected(`at least one ${what}`, remedy) });

/** Pulumi hands structures over as JSON, texts as they are. */
function decoded(values: Readonly<Record<string, string>>, key: string): unknown {
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (value === undefined) return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** JSON may have a key that JavaScript reads as an object's prototype: what it says would get lost. */
function holdsPrototype(value: unknown, problems: Problem[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Object.hasOwn(value, "__proto__")) {
    problems.push({
      place: atPath(`${NAMESPACE}clusters`),
      message: `${quote("__proto__")} isn't a key of anything`,
      remedy: "Remove it",
    });
    return true;
  }
  return Object.values(value).some((item) => holdsPrototype(item, problems));
}
