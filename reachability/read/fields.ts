import type { RulePorts } from "./policy";
import type { Path } from "../../problems";
import { type FieldPlace, type ObjectProblem, objectProblem, pathOf, type Source, under } from "./problems";
import type { Fields } from "../../data";
import { type Selector, UNKNOWN, type Unknown } from "../../kubernetes";
import { Warnings } from "./warnings";

export type { Fields };

/** What reading turned up besides the values. */
export interface Findings {
  readonly problems: ObjectProblem[];
  readonly warnings: Warnings;
  readonly shared: SharedParts;
  /** Whether new objects may hold CIDRs that aren't canonical, as API servers before 1.36 take them. */
  readonly takesLaxCidrs: boolean;
}

/** Parts that many objects share, by content, so that each is made and kept once. */
export interface SharedParts {
  readonly selectors: Map<string, Selector>;
  /** Selectors of one label, by its key and value: most are such, and need no text of their own to be found. */
  readonly byLabel: Map<string, Map<string, Selector>>;
  readonly ports: Map<string, RulePorts>;
}

export const newFindings = (takesLaxCidrs = false): Findings => ({
  takesLaxCidrs,
  problems: [],
  warnings: new Warnings(),
  shared: { selectors: new Map(), byLabel: new Map(), ports: new Map() },
});

/** List items that one object may hold, aliases expanded. A hundred times what an API server stores. */
const MAX_ITEMS = 1_000_000;

/**
 * Reads one object's untyped fields, and writes down every problem with its path instead of throwing, so that all of
 * an input's problems come at once. A field that is absent or null reads as undefined, as the API server reads it.
 */
export class FieldReader {
  private budget = MAX_ITEMS;
  /** Whether the object was exported from a cluster, which keeps what it wouldn't take anew. */
  isStored = false;

  /** @param prefix the way from the document's root to the object, when it is an item of a List. */
  constructor(
    private readonly source: Source,
    private readonly prefix: Path,
    /** The object as problems call it: its kind, and its name once that is known. */
    public where: string,
    private readonly findings: Findings,
  ) {}

  /** Whether an API server takes a CIDR of this object that isn't canonical. */
  get takesLaxCidrs(): boolean {
    return this.isStored || this.findings.takesLaxCidrs;
  }

  get shared(): SharedParts {
    return this.findings.shared;
  }

  problem(path: FieldPlace, message: string): void {
    const { source, where } = this;
    this.findings.problems.push(objectProblem(source, where, [...this.prefix, ...pathOf(path)], message));
  }

  warn(kind: string, subject: string): void {
    this.findings.warnings.add(kind, `${this.where}: ${subject}`);
  }

  map(value: unknown, path: FieldPlace): Fields | Unknown | undefined {
    if (value === undefined || value === null) return undefined;
    if (value === UNKNOWN) return UNKNOWN;
    if (typeof value === "object" && !Array.isArray(value)) return value as Fields;
    this.problem(path, `expected a map, found ${shown(value)}`);
    return undefined;
  }

  list(value: unknown, path: FieldPlace): readonly unknown[] | Unknown | undefined {
    if (value === undefined || value === null) return undefined;
    if (value === UNKNOWN) return UNKNOWN;
    if (!Array.isArray(value)) {
      this.problem(path, `expected a list, found ${shown(value)}`);
      return undefined;
    }
    if (this.budget < 0) return [];
    this.budget -= value.length;
    if (this.budget < 0) {
      this.problem(path, `expands to more than ${MAX_ITEMS} items: aliases that repeat each other?`);
      return [];
    }
    return value as readonly unknown[];
  }

  string(value: unknown, path: FieldPlace): string | Unknown | undefined {
    if (value === undefined || value === null) return undefined;
    if (value === UNKNOWN || typeof value === "string") return value;
    this.problem(path, `expected a string, found ${shown(value)}${quoted(value)}`);
    return undefined;
  }

  boolean(value: unknown, path: FieldPlace): boolean | Unknown | undefined {
    if (value === undefined || value === null) return undefined;
    if (value === UNKNOWN || typeof value === "boolean") return value;
    this.problem(path, `expected true or false, found ${shown(value)}`);
    return undefined;
  }

  /** Reports the keys of a map that the API doesn't know: a misspelled `to` would otherwise mean everyone. */
  only(map: Fields, known: readonly string[], path: FieldPlace): void {
    for (const key in map) {
      if (!known.includes(key) && Object.hasOwn(map, key)) {
        this.problem(under(path, key), `unknown field; the fields here are ${known.join(", ")}`);
      }
    }
  }
}

/** A value as it stands in an error: short, on one line. */
export function shown(value: unknown): string {
  if (value === UNKNOWN) return "an unknown value";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const quoted = (value: unknown) =>
  typeof value === "number" || typeof value === "boolean" ? `: put it in quotes` : "";
