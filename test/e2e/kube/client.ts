import { isNotFound } from "../../../kube/errors";
import { readAccess } from "../../../kube/kubeconfig";
import { KubeReader, type KubeObject } from "../../../kube/objects";
import { Rest } from "../../../kube/rest";

export { ApiError, UnreachableError } from "../../../kube/errors";
export type { KubeObject } from "../../../kube/objects";

/** How an object is applied: whose fields they are, whether others' are taken over, whether it only asks. */
export interface ApplyOptions {
  readonly manager: string;
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** The calls that the bench and the provider stand-in make beside reading. All throw ApiError. */
export class Kube extends KubeReader {
  /** @param kubeconfig its text or its path; absent: what kubectl takes */
  static open(kubeconfig?: string, context?: string): Kube {
    const source = {
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
    };
    return new Kube(new Rest(readAccess(source)));
  }

  /** Creates the object by a POST. @throws ApiError 409 where one of its name exists */
  async create(
    object: KubeObject,
    { manager, dryRun }: Pick<ApplyOptions, "manager" | "dryRun">,
  ): Promise<KubeObject> {
    const path = await this.path({ ...object, metadata: { ...object.metadata, name: "" } });
    const query = `fieldManager=${manager}${dryRun ? "&dryRun=All" : ""}`;
    return (await this.rest.call("POST", `${path.replace(/\/$/, "")}?${query}`, object)) as KubeObject;
  }

  /** Creates the object or makes an existing one like it (server-side apply); returns what is live then. */
  async apply(
    object: KubeObject,
    { manager, force, dryRun }: ApplyOptions = { manager: "palisade-e2e", force: true, dryRun: false },
  ): Promise<KubeObject> {
    const query = `fieldManager=${manager}&force=${String(force)}${dryRun ? "&dryRun=All" : ""}`;
    const path = `${await this.path(object)}?${query}`;
    return (await this.rest.call("PATCH", path, object, "application/apply-patch+yaml")) as KubeObject;
  }

  /** Changes parts of an object, lists replaced (JSON merge patch: null takes a field away). */
  async merge(object: KubeObject): Promise<void> {
    await this.rest.call("PATCH", await this.path(object), object, "application/merge-patch+json");
  }

  /** Changes an object by a JSON patch. */
  async patchJson(object: KubeObject, patch: readonly object[]): Promise<void> {
    await this.rest.call("PATCH", await this.path(object), patch, "application/json-patch+json");
  }

  /** Deletes an object; one that isn't there is fine. */
  async remove(object: KubeObject, propagation: "Background" | "Foreground" = "Background"): Promise<void> {
    const grace = object.kind === "Pod" ? { gracePeriodSeconds: 0 } : {};
    try {
      await this.rest.call("DELETE", await this.path(object), { propagationPolicy: propagation, ...grace });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** Deletes every object of a kind in a namespace. */
  async removeAll(apiVersion: string, kind: string, namespace: string): Promise<void> {
    const path = await this.path({ apiVersion, kind, metadata: { name: "", namespace } });
    await this.rest.call("DELETE", path.replace(/\/$/, ""));
  }
}
