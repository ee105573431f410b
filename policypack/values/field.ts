import { ABSENT, type RevealedValue } from "./reveal";

/** What couldn't be read, by the path of the value that stands in the way, and why. */
export interface Unread {
  readonly known: false;
  /** The path inside the resource, such as `spec.egress[0].to`. */
  readonly path: string;
  /** `not yet known`, what else keeps it open, or what is wrong with the value. */
  readonly because: string;
  /** The value is there, and the API refuses it: waiting makes it no better. */
  readonly isWrong?: true;
}

/** A field of a fact: read, or not. A judgment has to say what it makes of each. */
export type Field<T> = { readonly known: true; readonly value: T } | Unread;

export const known = <T>(value: T): Field<T> => ({ known: true, value });

export const UNKNOWN_TEXT = "not yet known";

/** The texts among fields that are known, without empty ones. */
export const knownTexts = (fields: readonly Field<string | undefined>[]): readonly string[] =>
  fields.flatMap((field) => (field.known && field.value ? [field.value] : []));

/** A value that is no value of its field is shown as far as it is recognised. */
const MAX_SHOWN = 40;

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

/** A place in a resource: its path, and the value there or what keeps it from being read. */
export class Cursor {
  private constructor(
    readonly path: string,
    private readonly content: RevealedValue | Unread,
    private readonly converts: boolean,
  ) {}

  static root(value: RevealedValue, path = ""): Cursor {
    return new Cursor(path, value, false);
  }

  /**
   * The same for properties of a provider that is made from a Terraform one: it takes "true" for true, "5432" for 5432, and 6 for "6".
   * Source: Terraform's language documentation, "Types and Values", type conversion.
   */
  static converting(value: RevealedValue, path = ""): Cursor {
    return new Cursor(path, value, true);
  }

  private child(path: string, content: RevealedValue | Unread): Cursor {
    return new Cursor(path, content, this.converts);
  }

  /** The value under `key`; absent where this is absent, unread (by this path) where this can't be read. */
  at(key: string): Cursor {
    const path = this.join(key);
    const content = this.readable();
    if ("known" in content) return this.child(path, content);
    if (content.kind === "absent") return this.child(path, ABSENT);
    if (content.kind !== "map") return this.child(path, this.malformed("a map", content));
    // Not by `map`: most fields are read by their keys, and a copy of the map for each would cost more than all the rest.
    return this.child(path, content.entries.get(key) ?? ABSENT);
  }

  isAbsent(): boolean {
    return !("known" in this.content) && this.content.kind === "absent";
  }

  /** Whether nothing at all is known of what is here. */
  isUnknown(): boolean {
    return !("known" in this.content) && this.content.kind === "unknown";
  }

  /** Whether something is written here; unread where that isn't known. */
  isWritten(): Field<boolean> {
    const content = this.readable();
    return "known" in content ? content : known(content.kind !== "absent");
  }

  /** The text here; undefined where there is none. */
  text(): Field<string | undefined> {
    return this.scalar("a text", (value) =>
      typeof value === "string" ? value : this.converts ? String(value) : undefined,
    );
  }

  /** The text, number or truth here, as a text; undefined where there is none. */
  written(): Field<string | undefined> {
    return this.scalar("a text", String);
  }

  /** The whole number here; undefined where there is none. */
  integer(): Field<number | undefined> {
    return this.scalar("a whole number", (value) => {
      const number =
        this.converts && typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
      return typeof number === "number" && Number.isInteger(number) ? number : undefined;
    });
  }

  /** The whole number or the text here; undefined where there is none. */
  integerOrText(): Field<number | string | undefined> {
    return this.scalar("a whole number or a text", (value) =>
      typeof value === "string" || Number.isInteger(value) ? (value as number | string) : undefined,
    );
  }

  /** The truth here; undefined where there is none. */
  boolean(): Field<boolean | undefined> {
    return this.scalar("true or false", (value) => {
      if (typeof value === "boolean") return value;
      return this.converts && typeof value === "string" ? TRUTHS.get(value) : undefined;
    });
  }

  private scalar<T>(
    expected: string,
    take: (value: string | number | boolean) => T | undefined,
  ): Field<T | undefined> {
    const content = this.readable();
    if ("known" in content) return content;
    if (content.kind === "absent") return known(undefined);
    const value = content.kind === "scalar" ? take(content.value) : undefined;
    return value === undefined ? this.malformed(expected, content) : known(value);
  }

  /** The items here, each with its path; undefined where there is no list. */
  list(): Field<readonly Cursor[] | undefined> {
    const content = this.readable();
    if ("known" in content) return content;
    if (content.kind === "absent") return known(undefined);
    if (content.kind !== "list") return this.malformed("a list", content);
    return known(content.items.map((item, index) => this.child(`${this.path}[${index}]`, item)));
  }

  /** The entries here, each with its path; undefined where there is no map. Keys whose value is absent are left out. */
  map(): Field<ReadonlyMap<string, Cursor> | undefined> {
    const all = this.entries();
    if (!all.known || all.value === undefined) return all;
    return known(new Map([...all.value].filter(([, place]) => !place.isAbsent())));
  }

  /** As `map`, with the keys whose value is null. */
  entries(): Field<ReadonlyMap<string, Cursor> | undefined> {
    const content = this.readable();
    if ("known" in content) return content;
    if (content.kind === "absent") return known(undefined);
    if (content.kind !== "map") return this.malformed("a map", content);
    return known(
      new Map([...content.entries].map(([key, value]) => [key, this.child(this.join(key), value)])),
    );
  }

  /** The value here as JavaScript's own, undefined where there is none; unread where any part of it is. */
  plain(): Field<unknown> {
    const content = this.readable();
    if ("known" in content) return content;
    switch (content.kind) {
      case "absent":
        return known(undefined);
      case "scalar":
        return known(content.value);
      case "opaque":
        return this.malformed("a value", content);
      case "list":
        return plainList(content.items.map((item, index) => this.child(`${this.path}[${index}]`, item)));
      case "map":
        return plainMap([...content.entries].map(([key, value]) => [key, this.child(this.join(key), value)]));
    }
  }

  private join(key: string): string {
    // A label key has dots of its own: quoted, the path can still be read.
    const segment = /^[\w-]+$/.test(key) ? key : `["${key}"]`;
    if (this.path === "") return segment;
    return segment.startsWith("[") ? `${this.path}${segment}` : `${this.path}.${segment}`;
  }

  private readable(): Exclude<RevealedValue, { kind: "unknown" }> | Unread {
    if ("known" in this.content) return this.content;
    if (this.content.kind === "unknown") return { known: false, path: this.path, because: UNKNOWN_TEXT };
    return this.content;
  }

  private malformed(expected: string, content: RevealedValue): Unread {
    const shown = content.kind === "scalar" ? `${JSON.stringify(content.value).slice(0, MAX_SHOWN)}, ` : "";
    return {
      known: false,
      path: this.path,
      because: `${shown}not ${expected}, as the API requires`,
      isWrong: true,
    };
  }
}

function plainList(items: readonly Cursor[]): Field<unknown> {
  const values = items.map((item) => item.plain());
  return values.find((value) => !value.known) ?? known(values.map((value) => value.known && value.value));
}

function plainMap(entries: readonly (readonly [string, Cursor])[]): Field<unknown> {
  const values = entries.map(([key, place]) => [key, place.plain()] as const);
  const unread = values.find(([, value]) => !value.known)?.[1];
  return unread ?? known(Object.fromEntries(values.map(([key, value]) => [key, value.known && value.value])));
}

/** The fields' unread parts, in order. */
export function unreadOf(fields: readonly Field<unknown>[]): Unread[] {
  return fields.flatMap((field) => (field.known ? [] : [field]));
}

/** Applies `read` to a known value; what is unread stays so. */
export function mapField<T, U>(field: Field<T>, read: (value: T) => U): Field<U> {
  return field.known ? known(read(field.value)) : field;
}
