import { ApiError, readKubeconfig, Rest } from "./rest";

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

/** How an object is applied: whose fields they are, whether others' are taken over, whether it only asks. */
export interface ApplyOptions {
  readonly manager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** The calls that the bench and the provider stand-in make, for objects of any kind. All throw ApiError. */
export class Kube {
  readonly #resources = new Map<string, readonly ApiResource[]>();

  constructor(readonly rest: Rest) {}

  /** @param kubeconfig its text or its path */
  static open(kubeconfig: string, context?: string): Kube {
    return new Kube(new Rest(readKubeconfig(kubeconfig, context)));
  }

  /** Creates the object or makes an existing one like it (server-side apply); returns what is live then. */
  async apply(
    object: KubeObject,
    { manager, force, dryRun }: ApplyOptions = { manager: "palisade-e2e", force: true, dryRun: false },
  ): Promise<KubeObject> {
    const query = `fieldManager=${manager}&force=${String(force)}${dryRun ? "&dryRun=All" : ""}`;
    const path = `${await this.#path(object)}?${query}`;
    return (await this.rest.call("PATCH", path, object, "application/apply-patch+yaml")) as KubeObject;
  }

  /** Changes parts of an object, lists replaced (JSON merge patch: null takes a field away). */
  async merge(object: KubeObject): Promise<void> {
    await this.rest.call("PATCH", await this.#path(object), object, "application/merge-patch+json");
  }

  /** Deletes an object; one that isn't there is fine. */
  async remove(object: KubeObject, propagation: "Background" | "Foreground" = "Background"): Promise<void> {
    const grace = object.kind === "Pod" ? { gracePeriodSeconds: 0 } : {};
    try {
      await this.rest.call("DELETE", await this.#path(object), { propagationPolicy: propagation, ...grace });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Deletes every object of a kind in a namespace. */
  async removeAll(apiVersion: string, kind: string, namespace: string): Promise<void> {
    const path = await this.#path({ apiVersion, kind, metadata: { name: "", namespace } });
    await this.rest.call("DELETE", path.replace(/\/$/, ""));
  }

  /** The live object, or undefined when there is none. */
  async read(object: KubeObject): Promise<KubeObject | undefined> {
    try {
      return (await this.rest.call("GET", await this.#path(object))) as KubeObject;
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

  async #path({ apiVersion, kind, metadata }: KubeObject): Promise<string> {
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

export const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
