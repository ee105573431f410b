import {
  about,
  atSource,
  atSubject,
  below,
  PalisadeInputError,
  type Problem,
  throwProblems,
} from "../../problems";
import { WITHHELD } from "../values";
import { isRecord, readYaml, stackFileOf, type Project } from "./project";

/** A stack's configuration as a program gets it from an engine. */
export interface StackConfig {
  readonly stack: string;
  /** `namespace:key` → text; structured values are JSON with sorted keys, as the engine writes them. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys whose encrypted values stay unknown: this preview holds no key to decrypt them. */
  readonly encryptedKeys: readonly string[];
}

interface Encoded {
  readonly text: string;
  readonly encrypted: boolean;
  readonly structured: boolean;
}

/**
 * Reads a stack's config and the project's defaults. An encrypted value (`secure:`) becomes a text that stands for
 * one nobody tells: whatever a program makes with it is unknown too. Throws PalisadeInputError with all problems at once.
 */
export function readStackConfig(project: Project, stack: string): StackConfig {
  const { name, file } = stackFileOf(project, stack);
  const yaml = readYaml(file);
  const problems: Problem[] = [];
  if (yaml["environment"] !== undefined) {
    problems.push({
      place: below(atSource(file), "environment"),
      message: "values of Pulumi ESC environments aren't available here",
      remedy: "Put what the preview needs under config",
    });
  }
  const config = yaml["config"] ?? {};
  if (!isRecord(config)) {
    const notMapping = { place: below(atSource(file), "config"), message: "must be a mapping" };
    throw new PalisadeInputError([notMapping, ...problems]);
  }
  const encoded = new Map<string, Encoded>();
  for (const [key, value] of Object.entries(config)) encoded.set(fullKey(project, key), encode(value));
  problems.push(...applyProjectConfig(project, name, encoded));
  throwProblems(problems);
  const keys = [...encoded].filter(([, { encrypted }]) => encrypted).map(([key]) => key);
  return {
    stack: name,
    values: Object.fromEntries([...encoded].map(([key, { text }]) => [key, text])),
    encryptedKeys: keys,
  };
}

const fullKey = (project: Project, key: string): string =>
  key.includes(":") ? key : `${project.name}:${key}`;

/** The engine's rules: scalars as text, a timestamp as Go prints it, anything structured as JSON. */
function encode(value: unknown): Encoded {
  const found = { encrypted: false };
  const plain = plainOf(value, found);
  const structured = plain === null || typeof plain === "object";
  const text = typeof plain === "string" ? plain : JSON.stringify(plain);
  return { text, encrypted: found.encrypted, structured };
}

function plainOf(value: unknown, found: { encrypted: boolean }): unknown {
  if (value instanceof Date)
    return `${value
      .toISOString()
      .replace("T", " ")
      .replace(/(\.000)?Z$/, "")} +0000 UTC`;
  if (Array.isArray(value)) return value.map((item) => plainOf(item, found));
  if (!isRecord(value)) return value ?? null;
  const keys = Object.keys(value);
  if (keys.length === 1 && typeof value["secure"] === "string") {
    found.encrypted = true;
    return WITHHELD;
  }
  return Object.fromEntries(keys.sort().map((key) => [key, plainOf(value[key], found)]));
}

/** Adds the project's values and defaults and checks declared types. Returns the problems. */
function applyProjectConfig(project: Project, stack: string, encoded: Map<string, Encoded>): Problem[] {
  const problems: Problem[] = [];
  for (const [name, declared] of Object.entries(project.config)) {
    const key = fullKey(project, name);
    const place = about(atSubject(`stack ${stack}`), `config ${key}`);
    const given = encoded.get(key);
    const declaration = isRecord(declared) ? declared : { default: declared };
    const fallback = declaration["default"] ?? declaration["value"];
    if (given !== undefined) {
      const mismatch = typeMismatch(declaration, given);
      if (mismatch !== undefined) problems.push({ place, message: `must be ${mismatch}` });
    } else if (fallback !== undefined && fallback !== null) encoded.set(key, encode(fallback));
    else if (key.startsWith(`${project.name}:`)) {
      problems.push({
        place,
        message: "is missing, and Pulumi.yaml requires it",
        remedy: `Add it to Pulumi.${stack}.yaml`,
      });
    }
  }
  return problems;
}

/** What the value must be and isn't, or undefined. An encrypted value can't be judged, nor one without a declared type. */
function typeMismatch(
  declaration: Record<string, unknown>,
  { text, encrypted, structured }: Encoded,
): string | undefined {
  if (declaration["secret"] === true && !encrypted)
    return "encrypted (pulumi config set --secret): Pulumi.yaml says it is secret";
  const { type } = declaration;
  if (typeof type !== "string" || encrypted) return undefined;
  const value: unknown = structured ? JSON.parse(text) : text;
  return hasType(type, declaration["items"], value) ? undefined : `of type ${type}`;
}

function hasType(type: string, items: unknown, value: unknown): boolean {
  switch (type) {
    case "string":
      return typeof value === "string";
    case "integer":
      return Number.isInteger(value) || (typeof value === "string" && /^[+-]?\d+$/.test(value));
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "object":
      return isRecord(value);
    default: {
      const inner = isRecord(items) && typeof items["type"] === "string" ? items : undefined;
      if (!Array.isArray(value) || inner === undefined) return false;
      return value.every((item) => hasType(String(inner["type"]), inner["items"], item));
    }
  }
}
