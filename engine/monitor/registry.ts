import { type PalisadeInputError, inputError } from "../../problems";
import { UNKNOWN_SENTINEL } from "../../data";
import { settle, type ValueMap } from "../values";
import type { StackConfig } from "../project";
import { defaultProviderInputs, defaultProviderName, isProviderType, packageOf } from "./providers";
import { PROVIDER_PREFIX, referenceTo, withPlugin } from "./providers";
import { noOptions, type Goal, type PackageRequest, type Resource } from "./resources";
import { urnOf, type StackId } from "./urn";

/** What the engine won't register, in its words where it has some. */
export const refusal = (message: string): PalisadeInputError => inputError([], message, undefined, "program");

/**
 * The plan as it grows: what the engine's step generator keeps for a stack of which nothing exists yet. Every resource is a
 * creation; a custom resource's outputs are its inputs, its id is unknown.
 */
export class Registry {
  /** In the order of registration, read resources included. */
  readonly resources: Resource[] = [];
  readonly #byUrn = new Map<string, Resource>();
  /** The providers that components hand down, by the component's URN. */
  readonly #handedDown = new Map<string, Readonly<Record<string, string>>>();
  readonly #defaults = new Map<string, Resource>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly place: StackId,
    readonly config: StackConfig,
    /** Called for each resource before it gets outputs: returns the inputs to go on with. */
    readonly judge: (resource: Resource) => Promise<ValueMap>,
  ) {}

  /** What policies judge: all but what exists already. */
  judged(): readonly Resource[] {
    return this.resources.filter(({ read }) => !read);
  }

  find(urn: string): Resource | undefined {
    return this.#byUrn.get(urn);
  }

  /** The reference of the provider that serves a goal: explicit, handed down by a component, or "" for the default one. */
  resolveProvider(goal: Pick<Goal, "provider" | "providers" | "parent" | "type">): string {
    const own = packageOf(goal.type);
    if (goal.provider !== "") return goal.provider;
    return goal.providers[own] ?? this.#handedDown.get(goal.parent)?.[own] ?? "";
  }

  /** Registers a resource. Throws a refusal for a URN that is taken or a parent that isn't there. */
  register(goal: Goal): Promise<Resource> {
    return this.#inTurn(() => this.#register(goal));
  }

  /** Registers a resource that exists already, known by its id; `state` is what is known of it. Throws a refusal. */
  read(goal: Goal, state: ValueMap): Promise<Resource> {
    return this.#inTurn(async () => {
      const provider = goal.provider || referenceTo((await this.#defaultProvider(goal.package)).urn);
      const resource = this.#add(goal, { inputs: settle(goal.inputs) as ValueMap, provider, read: true });
      resource.outputs = settle(state) as ValueMap;
      return resource;
    });
  }

  /** Registers what serves a package without a provider of its own, as an invoke needs it. */
  ensureDefaultProvider(request: PackageRequest): Promise<Resource> {
    return this.#inTurn(() => this.#defaultProvider(request));
  }

  /** One after the other, in the order of arrival: the plan's order must not hang on how long a policy thinks. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task);
    this.#turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #register(goal: Goal): Promise<Resource> {
    const needsProvider = goal.custom && !isProviderType(goal.type);
    const provider = needsProvider
      ? goal.provider || referenceTo((await this.#defaultProvider(goal.package)).urn)
      : "";
    const inputs = settle(goal.inputs) as ValueMap;
    const resource = this.#add(goal, {
      inputs: isProviderType(goal.type) ? withPlugin(inputs, goal.package) : inputs,
      provider,
    });
    if (!goal.custom) {
      this.#handedDown.set(resource.urn, { ...this.#handedDown.get(goal.parent), ...goal.providers });
    }
    await this.#decide(resource);
    return resource;
  }

  /** The outputs that a component or the stack gives itself at its end. Throws a refusal for an unknown URN. */
  registerOutputs(urn: string, outputs: ValueMap): void {
    const resource = this.#byUrn.get(urn);
    if (resource === undefined) throw refusal(`outputs for ${urn}, which isn't registered`);
    resource.outputs = settle(outputs) as ValueMap;
  }

  /** The default provider of a package, registered when first needed. */
  async #defaultProvider(request: PackageRequest): Promise<Resource> {
    const name = defaultProviderName(request);
    const key = `${request.name}::${name}`;
    const known = this.#defaults.get(key);
    if (known !== undefined) return known;
    const goal: Goal = {
      type: PROVIDER_PREFIX + request.name,
      name,
      custom: true,
      parent: "",
      inputs: defaultProviderInputs(request, this.config),
      dependencies: [],
      propertyDependencies: {},
      provider: "",
      providers: {},
      package: request,
      options: noOptions,
    };
    const made = this.#add(goal, { inputs: settle(goal.inputs) as ValueMap, provider: "" });
    this.#defaults.set(key, made);
    await this.#decide(made);
    return made;
  }

  #add(goal: Goal, made: { inputs: ValueMap; provider: string; read?: boolean }): Resource {
    const { type, name, custom, parent } = goal;
    const owner = this.#byUrn.get(parent);
    if (parent !== "" && owner === undefined) throw refusal(`could not find parent resource ${parent}`);
    const urn = urnOf(this.place, parent, type, name);
    if (this.#byUrn.has(urn)) throw refusal(`Duplicate resource URN '${urn}'; try giving it a unique name`);
    const { options } = goal;
    const resource: Resource = {
      urn,
      type,
      name,
      custom,
      read: made.read ?? false,
      parent,
      inputs: made.inputs,
      outputs: {},
      dependencies: goal.dependencies,
      propertyDependencies: goal.propertyDependencies,
      provider: made.provider,
      options: {
        ...options,
        protect: options.protect ?? owner?.options.protect,
        retainOnDelete: options.retainOnDelete ?? owner?.options.retainOnDelete,
        deletedWith: options.deletedWith || (owner?.options.deletedWith ?? ""),
      },
    };
    this.resources.push(resource);
    this.#byUrn.set(urn, resource);
    return resource;
  }

  /** Lets the policies see a resource, then gives it the outputs that a preview knows. */
  async #decide(resource: Resource): Promise<void> {
    const judged = this.judge(resource).then((inputs) => void (resource.inputs = inputs));
    if (!resource.custom) {
      // A component's inputs go to nobody but the policies: the program needn't wait. A failure is the judges' to tell.
      judged.catch(() => undefined);
      return;
    }
    await judged;
    resource.outputs = isProviderType(resource.type)
      ? withoutInternals(resource.inputs)
      : withGivenName(resource);
  }

  /** The id that a program sees: only an imported one is known. */
  idOf(resource: Resource): string {
    if (isProviderType(resource.type)) return UNKNOWN_SENTINEL;
    return resource.options.importId;
  }
}

const withoutInternals = (inputs: ValueMap): ValueMap =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "__internal"));

/**
 * A custom resource's outputs: its inputs. A Kubernetes object without a name gets one from its provider, which nobody knows
 * before: without this it would be known to have none.
 */
function withGivenName({ type, inputs }: Resource): ValueMap {
  if (!type.startsWith("kubernetes:")) return inputs;
  const { metadata } = inputs;
  const given = metadata ?? {};
  if (typeof given !== "object" || Array.isArray(given) || "name" in given) return inputs;
  return { ...inputs, metadata: { ...given, name: UNKNOWN_SENTINEL } };
}
