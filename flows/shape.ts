import { below, didYouMean, type Place, type Problem, quote, type Step } from "../problems";
import { compareText } from "./text";

/** Where in some data a value stands, and the list that its problems go to. */
export class InputPlace {
  constructor(
    private readonly problems: Problem[],
    readonly place: Place,
  ) {}

  at(step: Step): InputPlace {
    return new InputPlace(this.problems, below(this.place, step));
  }

  /** Reports a problem of this place. */
  report(message: string, remedy: string): void {
    this.problems.push({ place: this.place, message, remedy });
  }
}

/** A JSON schema (draft 7). A mapping with known keys has what it is called as its title. */
export type ReadSchema = Readonly<Record<string, unknown>>;

/** Reads a value of one shape; reports what is wrong with it and gives undefined where nothing can be made of it. */
export interface Reader<T> {
  (value: unknown, at: InputPlace): T | undefined;
  /** The shape that it reads, for editors and other languages. What only a later check knows, it lets pass. */
  readonly schema: ReadSchema;
}

/** Reads by a function that takes just what a schema says. */
export const reader = <T>(
  schema: ReadSchema,
  read: (value: unknown, at: InputPlace) => T | undefined,
): Reader<T> => Object.assign(read, { schema });

/** A text. */
export const text: Reader<string> = reader({ type: "string" }, (value, at) => {
  if (typeof value === "string") return value;
  const inQuotes = typeof value === "number" || typeof value === "boolean";
  const remedy = inQuotes ? "Write it in quotes" : "Write a text";
  at.report(`${quote(value)} isn't a text`, remedy);
  return undefined;
});

/** A port's text; its syntax is checked later, with the flow that it belongs to. */
export const port: Reader<string> = reader({ type: "string" }, (value, at) => {
  if (typeof value !== "number") return text(value, at);
  at.report(`${quote(value)} isn't a port`, `Say the protocol too: ${quote(`tcp/${value}`)}`);
  return undefined;
});

/** A number. */
export const number: Reader<number> = reader({ type: "number" }, (value, at) => {
  if (typeof value === "number") return value;
  at.report(`${quote(value)} isn't a number`, "Write a number");
  return undefined;
});

/** True or false. */
export const flag: Reader<boolean> = reader({ type: "boolean" }, (value, at) => {
  if (typeof value === "boolean") return value;
  at.report(`${quote(value)} is neither true nor false`, "Write true or false");
  return undefined;
});

/** One of some words; `what` they are. */
export const oneOf = <T extends string>(what: string, words: readonly T[]): Reader<T> =>
  reader(words.length === 1 ? { const: words[0] } : { enum: words }, (value, at) => {
    const found = words.find((word) => word === value);
    if (found === undefined) at.report(`${quote(value)} isn't a ${what}`, suggest(value, words));
    return found;
  });

/** A list; the items that can't be read are left out. Nothing where that leaves none. */
export const list = <T>(item: Reader<T>): Reader<T[]> =>
  reader({ type: "array", items: item.schema }, (value, at) => {
    if (!Array.isArray(value)) {
      at.report(`${quote(value)} isn't a list`, "Write a list");
      return undefined;
    }
    const items = Array.from(value as unknown[], (each, i) => item(each, at.at(i)));
    const read = items.filter((each) => each !== undefined);
    return items.length > 0 && read.length === 0 ? undefined : read;
  });

/** One item, or a list of them. */
export const oneOrMany = <T>(item: Reader<T>): Reader<T | T[]> => {
  const many = list(item);
  return reader({ anyOf: [item.schema, many.schema] }, (value, at) =>
    Array.isArray(value) ? many(value, at) : item(value, at),
  );
};

/** A mapping from names to items; the items that can't be read are left out. */
export const record = <T>(item: Reader<T>): Reader<Record<string, T>> =>
  reader({ type: "object", additionalProperties: item.schema }, (value, at) => {
    const entries = entriesOf(value, at);
    if (entries === undefined) return undefined;
    const read = entries.map(([key, each]) => [key, item(each, at.at(key))] as const);
    return Object.fromEntries(read.filter((entry): entry is [string, T] => entry[1] !== undefined));
  });

/** A mapping that means nothing unless every item can be read. */
export const strictRecord = <T>(item: Reader<T>): Reader<Record<string, T>> => {
  const loose = record(item);
  return reader(loose.schema, (value, at) => {
    const read = loose(value, at);
    if (read === undefined) return undefined;
    return Object.keys(read).length === Object.keys(value as object).length ? read : undefined;
  });
};

/** The fields of a mapping: how each is read, and whether it has to be there. */
export type FieldReaders<T> = {
  readonly [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K>
    ? OptionalField<Exclude<T[K], undefined>>
    : RequiredField<T[K]>;
};

interface OptionalField<T> {
  readonly read: Reader<T>;
  readonly optional: true;
}

interface RequiredField<T> {
  readonly read: Reader<T>;
  /** What an absent field is read as; without it, absence is a problem. */
  readonly absent?: { readonly is: T };
  /** What stands for a field that can't be read, or is a problem by its absence, so that the rest is still checked. */
  readonly otherwise?: { readonly is: T };
}

/** A field that may be absent. */
export const optional = <T>(read: Reader<T>): OptionalField<T> => ({ read, optional: true });

/** A field that has to be there, or nothing can be made of the mapping. */
export const required = <T>(read: Reader<T>): RequiredField<T> => ({ read });

/** A field that has to be there; `value` takes its place in what is checked further. */
export const requiredElse = <T>(read: Reader<T>, value: NoInfer<T>): RequiredField<T> => ({
  read,
  otherwise: { is: value },
});

/** A field whose absence a later check refuses in words of its own: it is read as `value`. */
export const absentAs = <T>(
  value: NoInfer<T>,
  read: Reader<T>,
  otherwise?: NoInfer<T>,
): RequiredField<T> => ({
  read,
  absent: { is: value },
  ...(otherwise === undefined ? {} : { otherwise: { is: otherwise } }),
});

/** A mapping with known fields. Undefined where a required field can't be read; all other fields are still looked at. */
export const object = <T extends object>(what: string, fields: FieldReaders<T>): Reader<T> =>
  reader<T>(objectSchema(what, fields), (value, at) => {
    const entries = entriesOf(value, at);
    if (entries === undefined) return undefined;
    const given = new Map(entries);
    const names = Object.keys(fields) as (keyof T & string)[];
    for (const key of given.keys()) {
      if (names.every((name) => name !== key)) {
        at.report(`${quote(key)} isn't a key of ${what}`, suggest(key, names));
      }
    }
    const result: Partial<Record<keyof T, unknown>> = {};
    let whole = true;
    for (const name of names) {
      const field = fields[name] as OptionalField<unknown> | RequiredField<unknown>;
      const read = readField(field, name, given.get(name), what, at);
      if (read !== undefined) result[name] = read;
      else if (!("optional" in field)) whole = false;
    }
    return whole ? (result as T) : undefined;
  });

function objectSchema<T extends object>(what: string, fields: FieldReaders<T>): ReadSchema {
  const named = Object.entries<OptionalField<unknown> | RequiredField<unknown>>(fields);
  return {
    title: what.replace(/^an? /, ""),
    type: "object",
    properties: Object.fromEntries(named.map(([name, { read }]) => [name, read.schema])),
    required: named.flatMap(([name, field]) => ("optional" in field ? [] : [name])),
    additionalProperties: false,
  };
}

function readField(
  field: OptionalField<unknown> | RequiredField<unknown>,
  name: string,
  value: unknown,
  what: string,
  at: InputPlace,
): unknown {
  if ("optional" in field) return value === undefined ? undefined : field.read(value, at.at(name));
  if (value !== undefined) return field.read(value, at.at(name)) ?? field.otherwise?.is;
  if (field.absent !== undefined) return field.absent.is;
  at.report(`${name} is missing`, `Every ${what.replace(/^an? /, "")} has ${name}`);
  return field.otherwise?.is;
}

/** The own entries of plain data: an object with another prototype could hide keys. */
function entriesOf(value: unknown, at: InputPlace): [string, unknown][] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    at.report(`${quote(value)} isn't a mapping`, "Write keys and values");
    return undefined;
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  // Any realm's Object.prototype, or none: a prototype of another kind (`{ __proto__: {…} }`) hides keys.
  if (prototype === null || Object.hasOwn(prototype, "hasOwnProperty")) return Object.entries(value);
  at.report("is not plain data", "Write keys and values");
  return undefined;
}

function suggest(value: unknown, words: readonly string[]): string {
  const near = typeof value === "string" ? didYouMean(value, words) : undefined;
  if (near !== undefined) return near;
  return words.length === 1
    ? `Write ${words.join("")}`
    : `Write one of ${[...words].sort(compareText).join(", ")}`;
}
