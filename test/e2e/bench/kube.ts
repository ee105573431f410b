import type { KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node" with {
  "resolution-mode": "import",
};

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

/** Who owns the fields that the bench itself applies. */
const fieldManager = "palisade-e2e";

/** The few calls that the bench makes of a Kubernetes API, for objects of any kind. */
export class Kube {
  private constructor(
    readonly config: KubeConfig,
    private readonly api: KubernetesObjectApi,
  ) {}

  /** Opens the current context of a kubeconfig file. The client is an ES module, so it's imported at run time. */
  static async open(kubeconfig: string): Promise<Kube> {
    const client = await import("@kubernetes/client-node");
    const config = new client.KubeConfig();
    config.loadFromFile(kubeconfig);
    return new Kube(config, client.KubernetesObjectApi.makeApiClient(config));
  }

  /** Creates the object or makes an existing one like it (server-side apply). */
  async apply(object: KubeObject): Promise<KubeObject> {
    const strategy = "application/apply-patch+yaml" as never;
    return await this.api.patch(object, undefined, undefined, fieldManager, true, strategy);
  }

  /** Changes parts of an object, lists replaced (JSON merge patch: null takes a field away). */
  async merge(object: KubeObject): Promise<void> {
    await this.api.patch(
      object,
      undefined,
      undefined,
      fieldManager,
      undefined,
      "application/merge-patch+json",
    );
  }

  /** Deletes an object; one that isn't there is fine. */
  async remove(object: KubeObject): Promise<void> {
    try {
      await this.api.delete(object, undefined, undefined, 0);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** The live object, or undefined when there is none. */
  async read(object: KubeObject): Promise<KubeObject | undefined> {
    try {
      return (await this.api.read(object)) as unknown as KubeObject;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** All objects of a kind, of one namespace or of all. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<readonly KubeObject[]> {
    const { items } = await this.api.list(apiVersion, kind, namespace);
    // The API leaves both out of a list's items.
    return items.map((item) => ({ ...item, apiVersion, kind }) as unknown as KubeObject);
  }
}

function isNotFound(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === 404;
}
