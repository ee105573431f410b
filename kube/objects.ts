import { ApiError, isExpired, isNotFound } from "./errors";
import type { ServedKind } from "./discovery";
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

/** A page of a list. Go writes an empty list as null. */
interface Page {
  readonly items?: readonly KubeObject[] | null;
  readonly metadata?: { readonly continue?: string };
}

/** Objects in one page, as kubectl asks for them. */
const PAGE = 500;

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

  /** All objects of a kind, of one namespace or of all, page by page. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<readonly KubeObject[]> {
    const { name } = await this.#resource(apiVersion, kind);
    const where = namespace === undefined ? "" : `/namespaces/${namespace}`;
    return this.#pages(`${groupPath(apiVersion)}${where}/${name}`, apiVersion, kind);
  }

  /** The same for a kind that the server is known to have, of all namespaces. */
  listServed({ group, version, kind, resource }: ServedKind): Promise<readonly KubeObject[]> {
    const apiVersion = group === "" ? version : `${group}/${version}`;
    return this.#pages(`${groupPath(apiVersion)}/${resource}`, apiVersion, kind);
  }

  /**
   * The items of all pages of a list. A list that takes so long that the server forgets where it was is asked for again in one
   * piece, as kubectl does: pages of two moments aren't one list.
   */
  async #pages(path: string, apiVersion: string, kind: string): Promise<readonly KubeObject[]> {
    const objects: KubeObject[] = [];
    // The API leaves both out of a list's items.
    const add = ({ items }: Page) => {
      for (const item of items ?? []) objects.push({ ...item, apiVersion, kind });
    };
    let token = "";
    do {
      const from = token === "" ? "" : `&continue=${encodeURIComponent(token)}`;
      const page = await this.#page(`${path}?limit=${PAGE}${from}`, token !== "");
      if (page === undefined) {
        objects.length = 0;
        add((await this.rest.call("GET", path)) as Page);
        return objects;
      }
      add(page);
      token = page.metadata?.continue ?? "";
    } while (token !== "");
    return objects;
  }

  /** One page; undefined for a further one that the server doesn't have any more. */
  async #page(path: string, isFurther: boolean): Promise<Page | undefined> {
    try {
      return (await this.rest.call("GET", path)) as Page;
    } catch (error) {
      if (isFurther && isExpired(error)) return undefined;
      throw error;
    }
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
