// Tests: test/cli/import/words.test.ts
import type { ImportedDatabase, WrittenBeside } from "../../adopt";
import { isMap } from "../../data";
import { isLabelValue } from "../../kubernetes";
import { endId, type NetworkPolicy, type SourcedObject, type World } from "../../reachability/read";
import { readPaths } from "../manifests/files";
import { opened } from "../manifests/namespace";
import type { Input } from "../manifests/input";
import { commentFinder, type PolicyComments } from "./comments";

type Metadata = Readonly<Record<"labels" | "annotations", Readonly<Record<string, unknown>>>>;

/** What the words in manifests say of policies, namespaces and databases: never what is open. */
export function wordsOf(
  input: Pick<Input, "objects" | "files">,
  world: World,
  aws: readonly string[],
): WrittenBeside {
  const objects = flattened(input.objects);
  const find = commentFinder(input.files);
  const policies = new Map(
    objects.flatMap((object) => (object.kind === "NetworkPolicy" ? [[object.id, object] as const] : [])),
  );
  const comments = new Map<string, PolicyComments>();
  const commentsOf = (policy: NetworkPolicy): PolicyComments | undefined => {
    const id = endId("NetworkPolicy", policy);
    const object = policies.get(id);
    if (object === undefined || policy.source.isLive === true) return undefined;
    const known = comments.get(id) ?? find(object.source.file, object.source.document, object.path);
    comments.set(id, known);
    return known;
  };
  const databases = databasesIn(aws);
  return {
    policyReason: (policy) =>
      described(policies.get(endId("NetworkPolicy", policy))?.metadata.annotations ?? {}) ??
      commentsOf(policy)?.above,
    ruleReason: (policy, place) => commentsOf(policy)?.rules.get(place),
    owner: (namespace) => ownerOf(namespace, objects, world),
    database: (name) => databases.get(name),
  };
}

interface FlatObject extends SourcedObject {
  readonly kind: unknown;
  readonly id: string;
  readonly namespace: string;
  readonly metadata: Metadata;
}

/** Objects, those of Lists one by one. */
const flattened = (objects: readonly SourcedObject[]): FlatObject[] =>
  objects.flatMap(opened).flatMap((object): FlatObject[] => {
    const { value } = object;
    if (!isMap(value)) return [];
    const metadata = isMap(value["metadata"]) ? value["metadata"] : {};
    const map = (key: string) => (isMap(metadata[key]) ? metadata[key] : {});
    const text = (key: string) => (typeof metadata[key] === "string" ? metadata[key] : "");
    const namespace = text("namespace") === "" ? "default" : text("namespace");
    return [
      {
        ...object,
        kind: value["kind"],
        namespace,
        id: endId(String(value["kind"]), { namespace, name: text("name") }),
        metadata: { labels: map("labels"), annotations: map("annotations") },
      },
    ];
  });

/** An annotation that describes its object, on one line. */
function described(annotations: Readonly<Record<string, unknown>>): string | undefined {
  const found = Object.entries(annotations).find(
    ([key, value]) =>
      /(^|[/.])(description|reason|purpose|because|comment)$/i.test(key) &&
      typeof value === "string" &&
      value.trim() !== "",
  );
  return found === undefined ? undefined : String(found[1]).replaceAll(/\s+/g, " ").trim();
}

const OWNER_KEY = /(^|[/.])(owner|team|owned-by)$/i;

/** Whom a namespace says that it belongs to, else all of what is in it. */
function ownerOf(namespace: string, objects: readonly FlatObject[], world: World): string | undefined {
  const own = objects.find(({ kind, id }) => kind === "Namespace" && id.endsWith(`/${namespace}[Namespace]`));
  const [said] = own === undefined ? [] : ownersIn(own.metadata);
  if (said !== undefined) return said;
  const inside = objects.filter((one) => one.namespace === namespace && one.kind !== "Namespace");
  const fromPods = world.workloads
    .filter((one) => one.namespace === namespace && !one.representative)
    .flatMap(({ variants }) =>
      variants.map(({ labels }) => ({ labels: Object.fromEntries(labels.known), annotations: {} })),
    );
  const owners = new Set([...inside.map(({ metadata }) => metadata), ...fromPods].flatMap(ownersIn));
  const [only, ...others] = owners;
  return others.length === 0 ? only : undefined;
}

const ownersIn = ({ labels, annotations }: Metadata): readonly string[] =>
  [labels, annotations].flatMap((map) =>
    Object.entries(map).flatMap(([key, value]) =>
      OWNER_KEY.test(key) && typeof value === "string" && value !== "" && isLabelValue(value) ? [value] : [],
    ),
  );

/** Databases of saved answers of AWS, by what they are called in a world. */
function databasesIn(paths: readonly string[]): ReadonlyMap<string, ImportedDatabase> {
  const found = new Map<string, ImportedDatabase>();
  for (const { bytes } of readPaths(paths)) {
    const value = JSON.parse(bytes.toString("utf8")) as unknown;
    for (const [list, id] of [
      ["DBInstances", "DBInstanceIdentifier"],
      ["DBClusters", "DBClusterIdentifier"],
    ] as const) {
      const databases = isMap(value) && Array.isArray(value[list]) ? value[list].filter(isMap) : [];
      for (const database of databases) {
        const endpoint = isMap(database["Endpoint"]) ? database["Endpoint"]["Port"] : database["Port"];
        found.set(String(database[id]), {
          engine: String(database["Engine"]),
          port: typeof endpoint === "number" ? endpoint : undefined,
        });
      }
    }
  }
  return found;
}
