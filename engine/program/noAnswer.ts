import { NO_ANSWER_KEY } from "./messages";

/** What of the SDK deals with unknowns. */
export interface UnknownsOfSdk {
  readonly rpc: {
    deserializeProperties: (struct: { toJavaScript(): object }, ...rest: unknown[]) => unknown;
    readonly unknownValue: string;
  };
  readonly StackReference: { readonly prototype: object };
}

/** The part of a stack reference by which `await reference.getOutputValue(…)` and its like read. */
interface OutputReader {
  readOutputValue: (
    this: OutputReader,
    caller: string,
    name: string,
    required: boolean,
  ) => Promise<[unknown, boolean]>;
  requireOutput(name: string): ReadOutput;
  getOutput(name: string): ReadOutput;
}
interface ReadOutput {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
}

/**
 * Makes what has no answer unknown to the program. As an Output, nothing runs on it. Where a program awaits it as a plain
 * value, it gets a stand-in: whatever it hands to a resource, or joins into a text, is unknown to the engine.
 * @param met called once the program computes with a stand-in: an error after that may be none of its own.
 */
export function makeUnknown({ rpc, StackReference }: UnknownsOfSdk, met: () => void): void {
  const original = rpc.deserializeProperties;
  rpc.deserializeProperties = (struct, ...rest) =>
    NO_ANSWER_KEY in struct.toJavaScript() ? standIn(rpc.unknownValue, met) : original(struct, ...rest);
  const reader = StackReference.prototype as OutputReader;
  const read = reader.readOutputValue;
  reader.readOutputValue = async function (caller, name, required) {
    const output = required ? this.requireOutput(name) : this.getOutput(name);
    return (await output.isKnown)
      ? read.call(this, caller, name, required)
      : [standIn(rpc.unknownValue, met), await output.isSecret];
  };
}

/** What lists and texts can do. Names that are as likely a result's own property (values, keys, link) aren't among them. */
const METHODS: ReadonlySet<string> = new Set([
  ...["at", "concat", "every", "filter", "find", "findIndex", "findLast", "flat", "flatMap", "forEach"],
  ...["includes", "indexOf", "join", "lastIndexOf", "map", "pop", "reduce", "reduceRight", "reverse"],
  ...["shift", "slice", "some", "sort", "splice", "toReversed", "toSorted"],
  ...[
    "charAt",
    "endsWith",
    "localeCompare",
    "match",
    "padEnd",
    "padStart",
    "repeat",
    "replace",
    "replaceAll",
  ],
  ...[
    "split",
    "startsWith",
    "substr",
    "substring",
    "toLowerCase",
    "toUpperCase",
    "trim",
    "trimEnd",
    "trimStart",
  ],
]);

/**
 * A value of which nothing is known, as the SDK's own `unknown`, that a program can go on with: its properties are unknown, a text
 * of it holds the mark of an unknown, a number of it is NaN (which the engine takes for unknown too), and a list of it has
 * one element, so that what a loop makes is made once and judged.
 */
function standIn(unknown: string, met: () => void): object {
  // As engine/values.ts: a text that holds the mark is unknown as a whole.
  const text = `withheld-${unknown}`;
  const make = (): object => standIn(unknown, met);
  return new Proxy(
    {},
    {
      get: (_, key) => {
        if (key === "__pulumiUnknown") return true;
        // The SDK asks what kind of value this is; and it isn't a promise.
        if (key === "then" || (typeof key === "string" && key.startsWith("__"))) return undefined;
        if (typeof key === "symbol" && key !== Symbol.toPrimitive && key !== Symbol.iterator)
          return undefined;
        met();
        if (key === Symbol.toPrimitive) return (hint: string) => (hint === "number" ? NaN : text);
        if (key === Symbol.iterator) return () => [make()][Symbol.iterator]();
        if (key === "toString" || key === "toJSON" || key === "toLocaleString") return () => text;
        return typeof key === "string" && METHODS.has(key) ? methodOf(key, make) : make();
      },
      set: () => true,
    },
  );
}

/** A method of an unknown list or text: it calls back once, for the one element, and gives an unknown. */
const methodOf =
  (name: string, make: () => object) =>
  (...args: readonly unknown[]): unknown => {
    const callback = args.find((arg) => typeof arg === "function") as Callback | undefined;
    if (callback === undefined) return make();
    if (name.startsWith("reduce")) return callback(args.length > 1 ? args[1] : make(), make(), 0, make());
    const result = callback(make(), 0, make());
    if (name === "flatMap" && Array.isArray(result)) return result;
    return name === "map" || name === "flatMap" ? [result] : make();
  };

type Callback = (...args: unknown[]) => unknown;
