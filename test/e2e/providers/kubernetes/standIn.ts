import { createHash } from "node:crypto";
import { ApiError, type Kube } from "../../kube/client";
import { type Change, type Provider, SavedFailure, type State, type Target } from "../provider";
import { at, hasUnknown, type Values } from "../values";
import { isMap } from "../../../../data";
import { configChange } from "./clusterChange";
import { connect, type Connection } from "./connection";
import { annotation, CREATES_AS, madeByPost, type ManagedFields, managerOf, takeOver } from "./fieldManagers";
import { differences, normalized, pruned } from "./inputs";
import { asObject, identified, identityOf, isPatch, kindOf, nameOf, stateOf, written } from "./objects";

/**
 * A stand-in for Pulumi's Kubernetes provider (4.32 and later), for machines where the official plugin can't be had. It does what
 * that was seen to do on this bench, and what its source says; docs/e2e.md has the list, behaviour by behaviour.
 *
 * Limits: no Helm, no Kustomize, no `renderYamlToDirectory`, no default namespace, no waiting until workloads are ready, no retries, no
 * invokes; only an object's name, namespace and kind replace it.
 */
export class KubernetesStandIn implements Provider {
  readonly version = "4.34.2";
  #connection: Connection = { unreachable: "not configured" };
  #upsert = false;

  async configure(config: Values): Promise<void> {
    const { namespace, upsertExistingObjects: upsert } = config;
    this.#upsert =
      upsert === undefined ? environment("UPSERT_EXISTING_OBJECTS") : upsert === true || upsert === "true";
    if (typeof namespace === "string" && namespace !== "") {
      throw new Error("the Kubernetes stand-in knows no default namespace: write each object's own");
    }
    this.#connection = await connect(config);
  }

  configChange(olds: Values, news: Values): Change {
    return configChange(olds, news);
  }

  check(target: Target, olds: Values, news: Values, seed: string): Promise<Values> {
    const metadata = isMap(news["metadata"]) ? news["metadata"] : {};
    const name =
      metadata["name"] ?? at(olds, "metadata.name") ?? `${target.name}-${digest(target.urn, seed)}`;
    const { apiVersion, kind } = kindOf(target);
    return Promise.resolve(normalized({ ...news, apiVersion, kind, metadata: { ...metadata, name } }));
  }

  diff(_target: Target, { outputs }: State, olds: Values, news: Values): Promise<Change> {
    // A Secret's data isn't in outputs here.
    const changed = differences(olds["kind"] === "Secret" ? olds : outputs, olds, news);
    const replaces = ["metadata.name", "metadata.namespace", "apiVersion", "kind"].filter(
      (path) => at(olds, path) !== at(news, path),
    );
    // Two objects of one name can't be at once, two of two names can.
    const deleteFirst = ["metadata.name", "metadata.namespace"].every(
      (path) => at(olds, path) === at(news, path),
    );
    return Promise.resolve({ changed, replaces, deleteFirst: replaces.length > 0 && deleteFirst });
  }

  /** A POST, which refuses what exists; by server-side apply for a patch (which makes what doesn't exist) and with upsert. */
  async create(target: Target, inputs: Values, preview: boolean): Promise<State> {
    const blind = "unreachable" in this.#connection;
    if (preview && (blind || hasUnknown(inputs) || isPatch(target))) return { id: "", outputs: inputs };
    const manager = managerOf(inputs);
    try {
      const live =
        isPatch(target) || this.#upsert
          ? await this.#apply(inputs, { manager, force: preview || forced(inputs), dryRun: preview })
          : await this.#kube.create(asObject(inputs), { manager: CREATES_AS, dryRun: preview });
      return { id: preview ? "" : nameOf(inputs), outputs: stateOf(live as unknown as Values, manager) };
    } catch (error) {
      // Its namespace may be made by the same update; what exists may be deleted by it; who previews may be allowed less.
      if (preview && error instanceof ApiError && [403, 404, 409].includes(error.status))
        return { id: "", outputs: inputs };
      throw named(
        `resource ${nameOf(inputs)} was not successfully created by the Kubernetes API server : `,
        error,
      );
    }
  }

  async update(
    target: Target,
    { outputs }: State,
    olds: Values,
    news: Values,
    preview: boolean,
  ): Promise<Values> {
    if (preview && ("unreachable" in this.#connection || hasUnknown(news))) return news;
    const [before, manager] = [managerOf(olds, outputs), managerOf(news, outputs)];
    try {
      const managed = await this.#managers(news);
      if (!isPatch(target) && !preview) await this.#takeOver(news, managed, manager);
      const force = forced(news) ?? (preview && madeByPost(managed));
      const live = await this.#apply(news, { manager, force, dryRun: preview });
      if (!preview && before !== manager) await this.#relinquish(news, before);
      return stateOf(live, manager);
    } catch (error) {
      if (preview && error instanceof ApiError && error.status === 403) return news;
      const said = named(
        `the Kubernetes API server reported that "${nameOf(news)}" failed to fully initialize or become live: `,
        error,
      );
      throw preview ? said : await this.#saved(said, news, manager);
    }
  }

  /** A failed update as the state keeps it: with what is live now. As it is where nothing can be read. */
  async #saved(error: unknown, inputs: Values, manager: string): Promise<unknown> {
    if (!(error instanceof Error) || "unreachable" in this.#connection) return error;
    try {
      const live = await this.#kube.read(asObject(inputs));
      if (live === undefined) return error;
      return new SavedFailure(
        { id: nameOf(inputs), outputs: stateOf(live as unknown as Values, manager) },
        error,
      );
    } catch {
      return error;
    }
  }

  async read(
    target: Target,
    id: string,
    inputs: Values,
    outputs: Values,
  ): Promise<(State & { readonly inputs: Values }) | undefined> {
    if ("unreachable" in this.#connection) throw new Error(notRead);
    const known = inputs["metadata"] !== undefined;
    const wanted = known ? inputs : identified(target, id);
    const live = await this.#kube.read(asObject(wanted));
    if (live === undefined) return undefined;
    const state = stateOf(live as unknown as Values, managerOf(wanted, outputs));
    // Nothing is known of what is imported: all of it is input.
    return {
      id,
      outputs: state,
      inputs: known ? (pruned(state, normalized(wanted)) as Values) : written(state),
    };
  }

  async remove(target: Target, { outputs }: State): Promise<void> {
    if ("unreachable" in this.#connection) throw new Error(notDeleted);
    const object = identityOf(outputs);
    if (isPatch(target)) {
      const exists = (await this.#kube.read(asObject(object))) !== undefined;
      if (exists) await this.#relinquish(object, managerOf({}, outputs));
      return;
    }
    await this.#kube.remove(asObject(object), "Foreground");
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      if ((await this.#kube.read(asObject(object))) === undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`Timed out waiting for deletion of ${nameOf(object)}`);
  }

  invoke(token: string): Promise<Values> {
    return Promise.reject(new Error(`the Kubernetes stand-in has no function ${token}`));
  }

  /** @throws Error where no cluster is reached */
  get #kube(): Kube {
    if ("kube" in this.#connection) return this.#connection.kube;
    throw new Error(`configured Kubernetes cluster is unreachable: ${this.#connection.unreachable}`);
  }

  async #apply(
    object: Values,
    options: { manager: string; force: boolean | undefined; dryRun: boolean },
  ): Promise<Values> {
    try {
      const applied = { ...options, force: options.force === true };
      return (await this.#kube.apply(asObject(object), applied)) as unknown as Values;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409)
        throw new ApiError(409, `${conflictSaid}${error.message}`);
      throw error;
    }
  }

  /** Applying nothing gives up every field that this manager alone has set. */
  async #relinquish(object: Values, manager: string): Promise<void> {
    await this.#apply(identityOf(object), { manager, force: false, dryRun: false });
  }

  async #managers(object: Values): Promise<readonly ManagedFields[]> {
    const live = await this.#kube.read(asObject(object));
    if (live === undefined)
      throw new ApiError(404, `${object["kind"] as string} ${nameOf(object)} not found`);
    return (live.metadata["managedFields"] ?? []) as readonly ManagedFields[];
  }

  async #takeOver(object: Values, managed: readonly ManagedFields[], manager: string): Promise<void> {
    const entries = takeOver(managed, manager);
    if (entries === undefined) return;
    const patch = [{ op: "replace", path: "/metadata/managedFields", value: entries }];
    await this.#kube.patchJson(asObject(object), patch);
  }
}

const environment = (name: string): boolean => process.env[`PULUMI_K8S_${name}`] === "true";

/** Whether an apply takes fields from whoever has them; undefined: nobody has said so. */
function forced(object: Values): boolean | undefined {
  if (annotation(object, "pulumi.com/patchForce") === "true") return true;
  const said = process.env["PULUMI_K8S_ENABLE_PATCH_FORCE"];
  return said === undefined ? undefined : said === "true";
}

const conflictSaid =
  "Server-Side Apply field conflict detected. See https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources for troubleshooting help\n: ";

const remedy =
  'If the cluster was deleted, you can remove this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';
const notRead = `failed to read resource state due to unreachable cluster. ${remedy}`;
const notDeleted = `configured Kubernetes cluster is unreachable. ${remedy}`;

const digest = (...texts: string[]): string =>
  createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 8);

function named(said: string, error: unknown): unknown {
  return error instanceof ApiError ? new Error(`${said}${error.message}`, { cause: error }) : error;
}
