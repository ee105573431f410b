// Tests: test/cli/gitops/rendered.test.ts
import { getOrMake, isMap } from "../../data";
import { isUnknown, type Resource, secretOf, settle, type Value } from "../../engine";
import { atSubject, type Problem, quote, throwProblems } from "../../problems";
import { clusterOf, isOfIsolation } from "../verify/planned";

/** An object of a plan as a folder has it: nothing in it is unknown, and nothing of it is secret. */
export interface RenderedObject {
  readonly kind: string;
  readonly name: string;
  /** Its namespace; of a Namespace its own name. */
  readonly namespace: string;
  /** In which turn it is applied: what it depends on is in an earlier one. */
  readonly wave: number;
  readonly object: Readonly<Record<string, unknown>>;
}

/** An object of isolation that isn't in the folder: some of its values are known only once the stack is deployed. */
export interface UnrenderedObject {
  /** "SecurityGroupPolicy shop/web". */
  readonly object: string;
  /** The fields that aren't known: "spec.securityGroups.groupIds[0]". */
  readonly unknown: readonly string[];
}

/** What one cluster's folder is made of. */
export interface RenderedCluster {
  readonly cluster: string;
  readonly objects: readonly RenderedObject[];
  readonly unrendered: readonly UnrenderedObject[];
  /** How many other Kubernetes objects the plan has there, by kind: no part of isolation, so not rendered. */
  readonly others: ReadonlyMap<string, number>;
}

/** The first turn: well before objects without one, which have 0, so that pods start behind policies. */
const FIRST_WAVE = -10;

/** Names as file systems and Kubernetes take them; a cluster's is its provider's. */
const OBJECT_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const CLUSTER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * What a plan has for each cluster, as data. The order of its dependencies becomes waves; what must outlive its stack or is protected gets the
 * annotations by which Argo CD and Flux leave it alone.
 * @throws PalisadeInputError for a secret, or a name that can't be a file's
 */
export function renderedClusters(resources: readonly Resource[]): readonly RenderedCluster[] {
  const waves = new Waves(resources);
  const clusters = new Map<string, RenderedResource[]>();
  const others = new Map<string, Map<string, number>>();
  const problems: Problem[] = [];
  for (const resource of resources) {
    if (!resource.custom || resource.read || !resource.type.startsWith("kubernetes:")) continue;
    const cluster = clusterOf(resource);
    const own = getOrMake(clusters, cluster, () => []);
    const rest = getOrMake(others, cluster, () => new Map<string, number>());
    if (!isOfIsolation(resource)) {
      const kind = kindOf(resource);
      rest.set(kind, (rest.get(kind) ?? 0) + 1);
      continue;
    }
    const named = identityOf(resource);
    problems.push(...nameProblems(cluster, named), ...secretProblems(resource, named));
    own.push({ resource, named });
  }
  throwProblems(problems);
  return [...clusters].sort(byKey).map(([cluster, own]) => ({
    cluster,
    ...partition(own, waves),
    others: others.get(cluster) ?? new Map<string, number>(),
  }));
}

interface ObjectIdentity {
  readonly kind: string;
  /** undefined where the plan doesn't say it. */
  readonly name: string | undefined;
  readonly namespace: string;
  /** "NetworkPolicy shop/isolation". */
  readonly text: string;
}

interface RenderedResource {
  readonly resource: Resource;
  readonly named: ObjectIdentity;
}

function partition(own: readonly RenderedResource[], waves: Waves) {
  const objects: RenderedObject[] = [];
  const unrendered: UnrenderedObject[] = [];
  for (const { resource, named } of own) {
    const value = settle(resource.inputs);
    const unknown = [
      ...(named.name === undefined ? ["metadata.name"] : []),
      ...pathsOf(value, isUnknown).filter((path) => path !== "metadata.name"),
    ];
    if (named.name === undefined || unknown.length > 0) unrendered.push({ object: named.text, unknown });
    else
      objects.push({
        kind: named.kind,
        name: named.name,
        namespace: named.namespace,
        wave: waves.of(resource.urn),
        object: manifestOf(resource, value as Readonly<Record<string, unknown>>, waves.of(resource.urn)),
      });
  }
  return {
    objects: objects.sort((a, b) => a.wave - b.wave || compare(fileKey(a), fileKey(b))),
    unrendered: unrendered.sort((a, b) => compare(a.object, b.object)),
  };
}

const fileKey = ({ namespace, kind, name }: RenderedObject): string => `${namespace} ${kind} ${name}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => compare(a, b);

const isPatch = ({ type }: Resource): boolean => /.Patch$/.test(type);

const kindOf = ({ type }: Resource): string => (type.split(":").at(-1) ?? "").replace(/(?<=.)Patch$/, "");

function identityOf(resource: Resource): ObjectIdentity {
  const metadata = settle(resource.inputs["metadata"] ?? {});
  const text = (field: string): string | undefined => {
    const value = isMap(metadata) ? metadata[field] : undefined;
    return typeof value === "string" && !isUnknown(value) ? value : undefined;
  };
  const kind = kindOf(resource);
  const name = text("name");
  const namespace = kind === "Namespace" ? (name ?? "") : (text("namespace") ?? "default");
  const where = kind === "Namespace" ? "" : `${namespace}/`;
  return { kind, name, namespace, text: `${kind} ${where}${name ?? resource.name}` };
}

/** What is written becomes a path, so it mustn't lead anywhere else. */
function nameProblems(cluster: string, { name, namespace, text }: ObjectIdentity): Problem[] {
  return [
    ...(CLUSTER_NAME.test(cluster)
      ? []
      : [
          {
            place: atSubject(`cluster ${quote(cluster)}`),
            message: "can't be a folder's name",
            remedy: "Call its provider by letters, digits, dots, hyphens and underscores",
          },
        ]),
    ...(name === undefined || (OBJECT_NAME.test(name) && OBJECT_NAME.test(namespace))
      ? []
      : [{ place: atSubject(text), message: "isn't called as Kubernetes calls objects" }]),
  ];
}

const secretProblems = ({ inputs }: Resource, { text }: ObjectIdentity): Problem[] =>
  pathsOf(inputs, (value) => secretOf(value) !== undefined).map((path) => ({
    place: atSubject(text),
    message: `${path} is a secret, and a rendered folder is there to be committed`,
    remedy: "Give it a value that isn't secret",
  }));

/** Where in a value something is: "spec.egress[0].ports". Below what is found, nothing is looked for. */
function pathsOf(value: Value, matches: (value: Value) => boolean, path = ""): string[] {
  if (matches(value)) return [path];
  if (Array.isArray(value)) return value.flatMap((inner, i) => pathsOf(inner, matches, `${path}[${i}]`));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsOf(inner, matches, path === "" ? key : `${path}.${key}`),
  );
}

/** An object as it is written: fields in alphabetical order, but what names it comes first. */
function manifestOf(resource: Resource, value: Readonly<Record<string, unknown>>, wave: number) {
  const { apiVersion, metadata, ...rest } = value;
  const { name, namespace, annotations, ...more } = isMap(metadata) ? metadata : {};
  const given = Object.entries(isMap(annotations) ? annotations : {}).filter(
    // Of Pulumi's provider: nobody else reads them.
    ([key]) => !key.startsWith("pulumi.com/"),
  );
  return {
    apiVersion,
    kind: kindOf(resource),
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(sorted({
        ...more,
        annotations: { ...handling(resource, wave), ...Object.fromEntries(given) },
      }) as object),
    },
    ...(sorted(Object.fromEntries(Object.entries(rest).filter(([key]) => key !== "kind"))) as object),
  };
}

/** What Argo CD and Flux have to know: the turn, what is never deleted, and what is somebody else's object. */
function handling(resource: Resource, wave: number): Readonly<Record<string, string>> {
  const { retainOnDelete, protect } = resource.options;
  const stays = isPatch(resource) || retainOnDelete === true || protect === true;
  const options = [
    ...(stays ? ["Prune=false", "Delete=false"] : ["PruneLast=true"]),
    ...(isPatch(resource) ? ["ServerSideApply=true"] : []),
  ];
  return {
    "argocd.argoproj.io/sync-options": options.join(","),
    "argocd.argoproj.io/sync-wave": String(wave),
    ...(stays ? { "kustomize.toolkit.fluxcd.io/prune": "disabled" } : {}),
    ...(isPatch(resource) ? { "kustomize.toolkit.fluxcd.io/ssa": "Merge" } : {}),
  };
}

/** The same value with its maps' keys in order: what is written depends on nothing else. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(byKey)
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** In which turn each object of a plan is applied: one more than the latest of those that it depends on, directly or by others. */
class Waves {
  private readonly byUrn: ReadonlyMap<string, Resource>;
  private readonly known = new Map<string, number>();

  constructor(resources: readonly Resource[]) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  of(urn: string): number {
    const found = this.known.get(urn);
    if (found !== undefined) return found;
    const before = (this.byUrn.get(urn)?.dependencies ?? []).flatMap((each) => {
      const resource = this.byUrn.get(each);
      return resource === undefined ? [] : [this.of(each) + (isOfIsolation(resource) ? 1 : 0)];
    });
    const wave = Math.max(FIRST_WAVE, ...before);
    this.known.set(urn, wave);
    return wave;
  }
}
