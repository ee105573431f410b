import { ApiError, isNotFound } from "./errors";
import type { Rest } from "./rest";

/** Any Kubernetes object, as plain data. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Reads objects of any kind. All methods throw ApiError and UnreachableError. */
export class KubeReader {
  readonly #resources = new Map<string, readonly ApiResource[]>();

  constructor(readonly rest: Rest) {}

  /** The live object, or undefined when there is none. */
  async read(object: KubeObject): Promise<KubeObject | undefined> {
    try {
      return (await this.rest.call("GET", await this.path(object))) as KubeObject;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** All objects of a kind, of one namespace or of all. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<readonly KubeObject[]> {
    const { name } = await this.#resource(apiVersion, kind);
    const where = namespace === undefined ? "" : `/namespaces/${namespace}`;
    const answer = await this.rest.call("GET", `${groupPath(apiVersion)}${where}/${name}`);
    // The API leaves both out of a list's items.
    return (answer as { items: KubeObject[] }).items.map((item) => ({ ...item, apiVersion, kind }));
  }

  /** Where the API has an object. */
  protected async path({ apiVersion, kind, metadata }: KubeObject): Promise<string> {
    const { name, namespaced } = await this.#resource(apiVersion, kind);
    const where = namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${groupPath(apiVersion)}${where}/${name}/${metadata.name}`;
  }

  /** How the API calls a kind. Asked again when it isn't known: a definition may just have been made. */
  async #resource(apiVersion: string, kind: string): Promise<ApiResource> {
    const find = (all: readonly ApiResource[] | undefined) =>
      all?.find((each) => each.kind === kind && !each.name.includes("/"));
    const known = find(this.#resources.get(apiVersion));
    if (known !== undefined) return known;
    const answer = (await this.rest.call("GET", groupPath(apiVersion))) as { resources: ApiResource[] };
    this.#resources.set(apiVersion, answer.resources);
    const found = find(answer.resources);
    if (found === undefined) throw new ApiError(404, `the API server has no ${kind} in ${apiVersion}`);
    return found;
  }
}

const groupPath = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
