import * as z from "zod";
import { CidrError, DATABASE_PORTS, parseCidr, parsePortSpec, PortSpecError } from "../net";

/** A text that `read` takes; what it throws of the given class is the problem's message. */
function textReadBy(read: (text: string) => unknown, refusal: new (...args: never[]) => Error) {
  return z.string().superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      if (!(error instanceof refusal)) throw error;
      context.addIssue({ code: "custom", message: error.message });
    }
  });
}

/** A text with something in it. */
export const filledText = z.string().regex(/\S/, { error: "must not be empty" });

/** A canonical CIDR. */
export const cidrText = textReadBy(parseCidr, CidrError);

/** A port like `tcp/443` or `udp/1000-2000`. */
export const portText = textReadBy(parsePortSpec, PortSpecError);

/** Ports like `tcp/5432`; those that databases and caches listen on, unless others are written. */
export const databasePorts = (description: string) =>
  z
    .array(portText)
    .default([...DATABASE_PORTS])
    .describe(description);

/** A day as `YYYY-MM-DD`. */
export const dayText = z.string().refine(isDay, {
  error: ({ input }) => `"${String(input)}" isn't a date; write it as YYYY-MM-DD`,
});

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A configuration as read: complete, or what is wrong with it, each problem with its path. */
export type ReadConfig<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly string[] };

/** Checks a policy's configuration as the engine hands it over; all problems at once. */
export function readConfig<S extends z.ZodObject>(schema: S, raw: unknown): ReadConfig<z.output<S>> {
  const result = schema.safeParse(raw ?? {}, { error: explained });
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    problems: result.error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${dotted(path)}: ${message}`,
    ),
  };
}

/** What is wrong and what to write, where a schema has no words of its own. */
function explained(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type": {
      const expected = EXPECTED[issue.expected] ?? issue.expected;
      return issue.input === undefined
        ? `is missing; write ${expected}`
        : `is ${JSON.stringify(issue.input)}; write ${expected} instead`;
    }
    case "unrecognized_keys":
      return `has no property ${issue.keys.map((key) => `"${key}"`).join(", ")}; correct the name or remove it`;
    case "invalid_value":
      return `is ${JSON.stringify(issue.input)}; write ${issue.values.map((value) => JSON.stringify(value)).join(" or ")} instead`;
    // A schema that can fail so states its own message; what isn't stated is said in zod's words.
    case "custom":
    case "invalid_element":
    case "invalid_format":
    case "invalid_key":
    case "invalid_union":
    case "not_multiple_of":
    case "too_big":
    case "too_small":
      return undefined;
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
};

/** `observe[0].until`. zod's own function would bring all of its translations into the bundle. */
const dotted = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");

/** The configuration without anything configured: what a wrong one is judged by, because it exempts nothing. */
export const defaultConfig = <S extends z.ZodObject>(schema: S): z.output<S> => schema.parse({});

/** The JSON schemas of a configuration's properties, by which Pulumi checks it before any policy runs. */
export function crossGuardSchema(schema: z.ZodObject): Readonly<Record<string, PropertySchema>> {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return (json.properties ?? {}) as Record<string, PropertySchema>;
}

/** What of a property's JSON schema is read here. */
interface PropertySchema {
  readonly description?: string;
  readonly default?: unknown;
}
