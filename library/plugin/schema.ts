import { clusterFileSchema } from "../../config";
import { applicationSchema } from "../../flows";

/** The package's only resource. */
export const TYPE = "palisade:index:IsolatedApplications";

/** What it takes. */
export const INPUTS: readonly string[] = ["environment", "clusters", "applications", "only"];

type Schema = Readonly<Record<string, unknown>>;

/** What types are called whose place says too little. */
const NAMES: Readonly<Record<string, string>> = { ClusterApplications: "Placement", ClusterAws: "Vpc" };

/**
 * The package's schema, from which Pulumi makes SDKs: made from the schemas of what reads a stack's config and an application. What a language's
 * types can't say (a port's form, which flows fit together) the reader checks.
 */
export function packageSchema(version: string): Schema {
  const { definitions } = applicationSchema() as { readonly definitions: Readonly<Record<string, Schema>> };
  const types = new PackageTypes(definitions);
  const application = types.of({ $ref: "#/definitions/Application" }, "Application");
  const cluster = types.of(clusterFileSchema(), "Cluster");
  const namespace = types.add("ProvisionedNamespace", {
    properties: { cluster: { type: "string" }, namespace: { type: "string" }, stage: { type: "string" } },
    required: ["cluster", "namespace", "stage"],
  });
  const texts = { type: "array", items: { type: "string" } };
  return {
    name: "palisade",
    displayName: "Palisade",
    version,
    description: "Applications with all their flows: NetworkPolicies, security groups, roles.",
    license: "Apache-2.0",
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
      go: { respectSchemaVersion: true, generateResourceContainerTypes: true },
    },
    types: types.all(),
    resources: {
      [TYPE]: {
        isComponent: true,
        description:
          "Applications on their clusters: for each a namespace that admits and lets out its declared flows alone.",
        inputProperties: {
          environment: plain({ type: "string" }, "What it is for: dev, uat or prod."),
          clusters: plain(
            { type: "array", items: cluster },
            "The clusters, with the applications that run on each.",
          ),
          applications: plain(
            { type: "array", items: application },
            "The applications that clusters may place: workloads, and every flow with its reason.",
          ),
          only: plain(texts, "Of these applications, the only ones to provision; all where it is absent."),
        },
        requiredInputs: ["environment", "clusters", "applications"],
        properties: {
          namespaces: {
            type: "array",
            items: types.ref(namespace),
            description: "Where the applications are.",
          },
          policiesForOwners: {
            type: "object",
            additionalProperties: { type: "string" },
            description:
              "What owners of buckets and endpoints may add to their policies, as JSON, by what it is for.",
          },
        },
        required: ["namespaces"],
      },
    },
  };
}

/** An input; whether a value that isn't known yet may pass, only the whole can say, so programs may give outputs. */
const plain = (type: Schema, description: string): Schema => ({ ...type, description });

/** Types of the package by name, from JSON schemas. */
class PackageTypes {
  private readonly known = new Map<string, Schema>();

  /** @param definitions what schemas refer to by `#/definitions/` */
  constructor(private readonly definitions: Readonly<Record<string, Schema>>) {}

  all(): Schema {
    return Object.fromEntries(
      [...this.known]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, type]) => [`palisade:index:${name}`, type]),
    );
  }

  ref(name: string): Schema {
    return { $ref: `#/types/palisade:index:${name}` };
  }

  /** Adds a mapping with known keys; gives its name. */
  add(called: string, { properties = {}, required = [] }: Schema): string {
    const name = NAMES[called] ?? called;
    if (this.known.has(name)) throw new Error(`two types are called ${name}`);
    this.known.set(name, {});
    const fields = Object.entries(properties as Readonly<Record<string, Schema>>);
    this.known.set(name, {
      type: "object",
      properties: Object.fromEntries(
        fields.map(([key, schema]) => [
          key,
          "const" in schema
            ? { type: "string", const: schema["const"] }
            : this.of(schema, `${name}${key.charAt(0).toUpperCase()}${key.slice(1)}`),
        ]),
      ),
      required,
    });
    return name;
  }

  /** A value's type; `called` is what a mapping with known keys in it becomes. */
  of(schema: Schema, called: string): Schema {
    const { $ref, type, items, properties, additionalProperties } = schema;
    if (typeof $ref === "string") return this.defined($ref.replace("#/definitions/", ""));
    const branches = schema["anyOf"] ?? schema["oneOf"];
    if (Array.isArray(branches)) return this.oneOf(branches as readonly Schema[], called);
    if ("enum" in schema || "const" in schema) return { type: "string" };
    if (type === "array") return { type, items: this.of(items as Schema, called) };
    if (properties !== undefined) return this.ref(this.add(called, schema));
    if (type === "object")
      return { type, additionalProperties: this.of(additionalProperties as Schema, called) };
    return typeof type === "string" ? { type } : { $ref: "pulumi.json#/Any" };
  }

  private defined(name: string): Schema {
    const schema = this.definitions[name];
    if (schema === undefined) throw new Error(`no definition of ${name}`);
    if (!this.known.has(name)) this.add(name, schema);
    return this.ref(name);
  }

  private oneOf(branches: readonly Schema[], called: string): Schema {
    // Python's SDK refuses a list where it may be something else, too: such a value has no type, and the reader checks it.
    if (branches.some(({ type }) => type === "array")) return { $ref: "pulumi.json#/Any" };
    const types = branches.flatMap((branch) => {
      const kind = (branch["properties"] as Partial<Record<string, Schema>> | undefined)?.["kind"]?.["const"];
      const type = this.of(branch, typeof kind === "string" ? `${called}${pascal(kind)}` : called);
      return Array.isArray(type["oneOf"]) ? (type["oneOf"] as readonly Schema[]) : [type];
    });
    const byText = new Map(types.map((type) => [JSON.stringify(type), type]));
    return byText.size === 1 ? (types[0] ?? {}) : { oneOf: [...byText.values()] };
  }
}

const pascal = (kind: string): string =>
  kind.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
