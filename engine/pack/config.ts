import { atSource, atSubject, inputError, type Problem, messageOf } from "../../problems";
import fs from "node:fs";
import type * as Zod from "zod";
import { isRecord } from "../project";
import { levels, type PolicyLevel } from "./findings";

/** What is configured for one policy. */
export interface PolicyConfig {
  readonly level: PolicyLevel | undefined;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What a pack says about one of its policies. */
export interface PolicyInfo {
  readonly name: string;
  readonly level: PolicyLevel;
  /** JSON schema of its properties, if it has any. */
  readonly schema:
    { readonly properties: Record<string, unknown>; readonly required: readonly string[] } | undefined;
}

/**
 * Reads a policy pack's config file: policy name (or "all") → enforcement level, or an object with `enforcementLevel` and the
 * policy's own properties. Returns the problems of single policies, for `reconcile`'s to be told with them; throws
 * PalisadeInputError if the file can't be read at all.
 */
export function readPackConfig(file: string): { config: Map<string, PolicyConfig>; problems: Problem[] } {
  let content: unknown;
  try {
    const text = fs.readFileSync(file, "utf8");
    content = text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    throw inputError(atSource(`policy pack config ${file}`), messageOf(error));
  }
  if (!isRecord(content))
    throw inputError(atSource(`policy pack config ${file}`), "must be an object of policies");
  const problems: Problem[] = [];
  const config = new Map<string, PolicyConfig>();
  for (const [policy, given] of Object.entries(content)) {
    // For editors; no policy has such a name.
    if (policy === "$schema" && typeof given === "string") continue;
    const { enforcementLevel, ...properties } = isRecord(given) ? given : { enforcementLevel: given };
    const level = levels.find((known) => known === enforcementLevel);
    if ((enforcementLevel !== undefined || !isRecord(given)) && level === undefined) {
      const value = JSON.stringify(enforcementLevel);
      problems.push({
        place: atSubject(policy),
        message: `${value} isn't an enforcement level`,
        remedy: `Use one of ${levels.join(", ")}`,
      });
    }
    if (policy === "all" && Object.keys(properties).length > 0) {
      problems.push({
        place: atSubject(policy),
        message: `takes a level only, and has ${Object.keys(properties).join(", ")}`,
        remedy: "Give each policy its own properties",
      });
    }
    config.set(policy, { level, properties });
  }
  return { config, problems };
}

/**
 * The config that a pack runs with: schema defaults, then the pack's own initial config, then what was given, in which "all" sets
 * the level of every policy. Returns problems instead if a name is unknown or properties don't fit the policy's schema.
 */
export function reconcile(
  policies: readonly PolicyInfo[],
  ...layers: ReadonlyMap<string, PolicyConfig>[]
): { config: Map<string, PolicyConfig & { level: PolicyLevel }>; problems: Problem[] } {
  const config = new Map(
    policies.map(({ name, level, schema }) => [name, { level, properties: defaultsOf(schema) }]),
  );
  const problems: Problem[] = [];
  for (const layer of layers) {
    const all = layer.get("all")?.level;
    if (all !== undefined) for (const [name, held] of config) config.set(name, { ...held, level: all });
    for (const [name, given] of layer) {
      const held = config.get(name);
      if (held !== undefined) {
        config.set(name, {
          level: given.level ?? held.level,
          properties: { ...held.properties, ...given.properties },
        });
      } else if (name !== "all") {
        problems.push({
          place: atSubject(name),
          message: `no such policy; the pack has ${[...config.keys()].join(", ")}`,
        });
      }
    }
  }
  for (const { name, schema } of policies) {
    if (schema === undefined) continue;
    const given = layers.some((layer) => Object.keys(layer.get(name)?.properties ?? {}).length > 0);
    const found = schemaProblems(schema, config.get(name)?.properties ?? {}, given);
    problems.push(...found.map((message) => ({ place: atSubject(name), message })));
  }
  return { config, problems };
}

function defaultsOf(schema: PolicyInfo["schema"]): Record<string, unknown> {
  const withDefault = Object.entries(schema?.properties ?? {}).flatMap(([key, value]) =>
    isRecord(value) && "default" in value ? [[key, value["default"]] as const] : [],
  );
  return Object.fromEntries(withDefault);
}

/** What doesn't fit. Properties that nobody gave are the schema's own defaults. */
function schemaProblems(
  schema: NonNullable<PolicyInfo["schema"]>,
  properties: Readonly<Record<string, unknown>>,
  given: boolean,
): string[] {
  const missing = schema.required.filter((key) => !(key in properties)).map((key) => `${key} is required`);
  if (!given) return missing;
  // Loaded late: most packs run on their defaults, and a schema library takes longer than a policy.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { z } = require("zod") as typeof Zod;
  const result = z
    .fromJSONSchema({ type: "object", properties: schema.properties } as Parameters<
      typeof z.fromJSONSchema
    >[0])
    .safeParse(properties);
  const wrong = result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`);
  return [...missing, ...wrong];
}
