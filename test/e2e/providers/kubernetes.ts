import { createHash } from "node:crypto";
import { ApiError, Kube, isNotFound, type KubeObject } from "../kube/client";
import type { Change, Provider, State, Target } from "./provider";
import { serve } from "./serve";
import { at, changedNames, defined, hasUnknown, isMap, liveOf, type Values } from "./values";

/**
 * A stand-in for Pulumi's Kubernetes provider, for machines where the official plugin can't be had: it applies a
 * program's objects to a real API server by server-side apply, with a server-side dry run in previews.
 *
 * As the official one: what exists isn't taken over by a create, unless upsertExistingObjects says so; deletion is in the foreground and waited for; a name
 * that the program leaves out is made from the resource's name; `…Patch` resources change fields of what exists and
 * give them up when deleted; an API server that doesn't answer a preview makes it less exact, not failed.
 * Limits: no Helm, no Kustomize, no `renderYamlToDirectory`, no waiting until workloads are ready, no invokes; only an
 * object's name, namespace and kind replace it.
 */
class KubernetesStandIn implements Provider {
  readonly version = "4.34.2";
  #api: Kube | undefined;
  #upsert = false;

  configure({ kubeconfig, context, namespace, upsertExistingObjects }: Values): Promise<void> {
    this.#upsert = upsertExistingObjects === true || upsertExistingObjects === "true";
    if (typeof namespace === "string" && namespace !== "") {
      throw new Error("the Kubernetes stand-in knows no default namespace: write each object's own");
    }
    const given =
      typeof kubeconfig === "string" && kubeconfig !== "" ? kubeconfig : process.env["KUBECONFIG"];
    // Said when it is needed: a preview does without a cluster.
    if (given === undefined) return Promise.resolve();
    this.#api = Kube.open(given, typeof context === "string" && context !== "" ? context : undefined);
    return Promise.resolve();
  }

  check(target: Target, olds: Values, news: Values, seed: string): Promise<Values> {
    const metadata = isMap(news["metadata"]) ? news["metadata"] : {};
    const name =
      metadata["name"] ?? at(olds, "metadata.name") ?? `${target.name}-${digest(target.urn, seed)}`;
    const { apiVersion, kind } = kindOf(target);
    return Promise.resolve({ ...news, apiVersion, kind, metadata: { ...metadata, name } });
  }

  diff(_target: Target, _id: string, olds: Values, news: Values): Promise<Change> {
    const changed = changedNames(olds, news);
    const replaces = ["metadata.name", "metadata.namespace", "apiVersion", "kind"].filter(
      (path) => at(olds, path) !== at(news, path),
    );
    // As the official provider: two objects of one name can't be at once, two of two names can.
    const deleteFirst = ["metadata.name", "metadata.namespace"].every(
      (path) => at(olds, path) === at(news, path),
    );
    return Promise.resolve({ changed, replaces, deleteFirst: replaces.length > 0 && deleteFirst });
  }

  async create(target: Target, inputs: Values, preview: boolean): Promise<State> {
    if (preview && hasUnknown(inputs)) return { id: "", outputs: inputs };
    const live = preview ? undefined : await this.#get(inputs);
    if (live !== undefined && !isPatch(target) && !this.#upsert) {
      throw new Error(`${describe(inputs)} already exists; import it, or adopt it by a patch`);
    }
    if (isPatch(target) && !preview && live === undefined) {
      throw new Error(`${describe(inputs)} doesn't exist, so it can't be patched`);
    }
    const outputs = await this.#apply(target, inputs, preview);
    return { id: preview ? "" : nameOf(inputs), outputs };
  }

  async update(
    target: Target,
    _state: State,
    _olds: Values,
    news: Values,
    preview: boolean,
  ): Promise<Values> {
    return preview && hasUnknown(news) ? news : this.#apply(target, news, preview);
  }

  async read(
    target: Target,
    id: string,
    inputs: Values,
  ): Promise<(State & { readonly inputs: Values }) | undefined> {
    const wanted = inputs["metadata"] === undefined ? identified(target, id) : inputs;
    const live = await this.#get(wanted);
    if (live === undefined) return undefined;
    const outputs = shown(live);
    return { id, outputs, inputs: (liveOf(wanted, outputs) ?? {}) as Values };
  }

  async remove(target: Target, { outputs }: State): Promise<void> {
    const { apiVersion, kind, metadata } = outputs;
    const names = { name: at(metadata, "name"), namespace: at(metadata, "namespace") };
    const object = defined({ apiVersion, kind, metadata: names });
    if (isPatch(target)) {
      // Applying nothing gives up every field that this resource had set.
      if ((await this.#get(object)) !== undefined) await this.#send(target, object, false);
      return;
    }
    await this.#client.remove(object as unknown as KubeObject, "Foreground");
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      if ((await this.#get(object)) === undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${describe(object)} is still there 60 s after its deletion`);
  }

  invoke(token: string): Promise<Values> {
    return Promise.reject(new Error(`the Kubernetes stand-in has no function ${token}`));
  }

  get #client(): Kube {
    if (this.#api === undefined) throw new Error("no kubeconfig: set the provider's, or KUBECONFIG");
    return this.#api;
  }

  async #get(object: Values): Promise<Values | undefined> {
    return (await this.#client.read(object as unknown as KubeObject)) as Values | undefined;
  }

  /** Applies, or asks the API server whether it would; returns what to show as outputs. */
  async #apply(target: Target, inputs: Values, preview: boolean): Promise<Values> {
    try {
      return shown(await this.#send(target, inputs, preview));
    } catch (error) {
      // Its namespace may be made by the same update; an unreachable cluster may be, too.
      if (preview && (isNotFound(error) || !(error instanceof ApiError))) return inputs;
      throw error;
    }
  }

  async #send(target: Target, object: Values, dryRun: boolean): Promise<Values> {
    // Each patch owns its own fields, so that deleting one takes away no other's.
    const manager = isPatch(target) ? `palisade-${digest(target.urn, "")}` : "pulumi-kubernetes";
    const options = { manager, force: isPatch(target) || takesOver(object), dryRun };
    return (await this.#client.apply(object as unknown as KubeObject, options)) as unknown as Values;
  }
}

/** "kubernetes:networking.k8s.io/v1:NetworkPolicy" → that group, version and kind; a patch's kind is what it patches. */
function kindOf({ type }: Target): { apiVersion: string; kind: string } {
  const [, group = "", kind = ""] = type.split(":");
  return { apiVersion: group.replace(/^core\//, ""), kind: kind.replace(/(?<=.)Patch$/, "") };
}

/** As the official one: a field that somebody else has changed meanwhile is theirs, unless the user says so. */
const takesOver = (object: Values): boolean =>
  process.env["PULUMI_K8S_ENABLE_PATCH_FORCE"] === "true" ||
  (at(object, "metadata.annotations") as Values | undefined)?.["pulumi.com/patchForce"] === "true";

const isPatch = ({ type }: Target): boolean => /[a-z]Patch$/.test(type);

const digest = (...texts: string[]): string =>
  createHash("sha256").update(texts.join("\0")).digest("hex").slice(0, 8);

const nameOf = (object: Values): string =>
  [at(object, "metadata.namespace"), at(object, "metadata.name")]
    .filter((part) => typeof part === "string")
    .join("/");

const describe = (object: Values): string => `${object["kind"] as string} ${nameOf(object)}`;

/** The object that an id is of. */
function identified(target: Target, id: string): Values {
  const [name = id, namespace] = id.split("/").reverse();
  return defined({ ...kindOf(target), metadata: { name, namespace } });
}

/** A live object as outputs: without what changes by itself, and without a Secret's data. */
function shown(live: Values): Values {
  const metadata = without(isMap(live["metadata"]) ? live["metadata"] : {}, [
    "managedFields",
    "resourceVersion",
    "generation",
  ]);
  return { ...without(live, ["status", ...(live["kind"] === "Secret" ? ["data"] : [])]), metadata };
}

const without = (values: Values, names: readonly string[]): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));

serve(new KubernetesStandIn());
