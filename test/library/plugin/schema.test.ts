import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { INPUTS, packageSchema, TYPE } from "../../../library/plugin/schema";
import { inputsOf } from "./inputs";

const ROOT = join(__dirname, "..", "..", "..");
const FILE = join(ROOT, "docs", "plugin.schema.json");
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

/** A type of the package's schema. */
interface Type {
  readonly type?: string;
  readonly const?: string;
  readonly $ref?: string;
  readonly oneOf?: readonly Type[];
  readonly items?: Type;
  readonly additionalProperties?: Type;
  readonly properties?: Readonly<Record<string, Type>>;
  readonly required?: readonly string[];
}

const schema = packageSchema(version) as {
  readonly types: Readonly<Record<string, Type>>;
  readonly resources: Readonly<
    Record<
      string,
      { readonly inputProperties: Readonly<Record<string, Type>>; readonly requiredInputs: string[] }
    >
  >;
};
const named = ($ref: string): Type => {
  const type = schema.types[$ref.replace("#/types/", "")];
  assert.ok(type, $ref);
  return type;
};

/** Whether a language's program could write the value. */
function fits(value: unknown, type: Type): boolean {
  if (type.$ref === "pulumi.json#/Any") return true;
  if (type.$ref !== undefined) return fits(value, named(type.$ref));
  if (type.oneOf !== undefined) return type.oneOf.some((one) => fits(value, one));
  if (type.const !== undefined) return value === type.const;
  if (type.type === "array") {
    const { items } = type;
    return Array.isArray(value) && items !== undefined && value.every((each) => fits(each, items));
  }
  if (type.type !== "object") return typeof value === (type.type === "integer" ? "number" : type.type);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { properties, additionalProperties, required = [] } = type;
  return (
    required.every((key) => Object.hasOwn(value, key)) &&
    Object.entries(value).every(([key, each]) => {
      const field = properties?.[key] ?? additionalProperties;
      return field !== undefined && fits(each, field);
    })
  );
}

/** Every type that is referred to below a type. */
const references = (type: unknown): readonly string[] =>
  typeof type !== "object" || type === null
    ? []
    : Object.entries(type).flatMap(([key, each]: [string, unknown]) =>
        key === "$ref" && typeof each === "string" ? [each] : references(each),
      );

describe("the schema of the component package", () => {
  it("is the file that is published: UPDATE_SCHEMAS=1 brings docs/plugin.schema.json up to date", () => {
    if (process.env["UPDATE_SCHEMAS"] !== undefined)
      writeFileSync(FILE, `${JSON.stringify(schema, undefined, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(FILE, "utf8")), JSON.parse(JSON.stringify(schema)));
  });

  it("refers to types that it has, and has none that nothing refers to", () => {
    const used = new Set(references(schema).filter(($ref) => $ref.startsWith("#/types/")));
    for (const $ref of used) named($ref);
    assert.deepEqual(
      [...used].sort(),
      Object.keys(schema.types)
        .map((name) => `#/types/${name}`)
        .sort(),
    );
  });

  it("calls no type …Args: Python's SDK puts that word behind each", () => {
    assert.deepEqual(
      Object.keys(schema.types).filter((name) => name.endsWith("Args")),
      [],
    );
  });

  it("has no choice of which one is a list: Python's SDK refuses lists there", () => {
    const choices = (type: unknown): readonly unknown[] =>
      typeof type !== "object" || type === null
        ? []
        : Object.entries(type).flatMap(([key, each]: [string, unknown]) =>
            key === "oneOf" ? [each] : choices(each),
          );
    const all = choices(schema) as readonly (readonly Type[])[];
    assert.ok(all.length > 5);
    assert.deepEqual(
      all.filter((types) => types.some(({ type }) => type === "array")),
      [],
    );
  });

  const resource = schema.resources[TYPE];
  assert.ok(resource);
  const { inputProperties, requiredInputs } = resource;

  it("has the inputs that the component reads", () => {
    assert.deepEqual(Object.keys(inputProperties), INPUTS);
    assert.deepEqual(requiredInputs, ["environment", "clusters", "applications"]);
  });

  for (const stack of ["dev", "uat", "prod"]) {
    it(`takes what the stack ${stack} says, and nothing misspelt of it`, () => {
      const type: Type = { type: "object", properties: inputProperties, required: requiredInputs };
      const { environment, applications, clusters } = inputsOf(stack);
      // Values that are looked up in another stack are outputs in a program.
      const plain = JSON.parse(
        JSON.stringify(clusters, (key, value: unknown) =>
          typeof value === "object" && value !== null && "stack" in value && "output" in value
            ? key.endsWith("s")
              ? ["10.0.0.0/16"]
              : "known"
            : value,
        ),
      ) as typeof clusters;
      assert.ok(fits({ environment, applications, clusters: plain }, type));
      const [first, ...others] = applications;
      assert.ok(
        !fits({ environment, applications: [{ ...first, flow: [] }, ...others], clusters: plain }, type),
      );
    });
  }
});
