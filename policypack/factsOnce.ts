import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { type Fact, readFacts } from "./facts/facts";
import type { ResourceInput } from "./facts/subject";

/**
 * Reads a resource's or a stack's facts once for all policies. Pulumi hands each policy a copy of its own of the same
 * properties, so nothing in the arguments says that they are the same; but the policy `settings` runs before the others, for
 * each resource and for the stack, and begins anew. Without it (disabled) nothing is kept and everybody reads.
 */
export class FactsOnce {
  #keeps = false;
  /** What was read last, and the URNs that it is of: requests may interleave. */
  #kept: { readonly key: string; readonly facts: readonly Fact[] } | undefined;

  /** The policies begin on another resource or stack. */
  begin(): void {
    this.#keeps = true;
    this.#kept = undefined;
  }

  /** The policies are through. */
  end(): void {
    this.#keeps = false;
    this.#kept = undefined;
  }

  ofResource(args: ResourceValidationArgs): readonly Fact[] {
    return this.#once(`resource ${args.urn}`, () => readFacts(inputOf(args)));
  }

  /** The facts of properties that change from one policy to the next. */
  ofChanging(args: ResourceValidationArgs): readonly Fact[] {
    return readFacts(inputOf(args));
  }

  ofStack(resources: readonly PolicyResource[]): readonly Fact[] {
    const key = `stack ${resources.map(({ urn }) => urn).join("\n")}`;
    return this.#once(key, () => resources.flatMap((resource) => readFacts(stackInputOf(resource))));
  }

  #once(key: string, read: () => Fact[]): readonly Fact[] {
    if (this.#kept?.key === key) return this.#kept.facts;
    const facts = read();
    if (this.#keeps) this.#kept = { key, facts };
    return facts;
  }
}

const inputOf = ({ urn, type, name, props, provider }: ResourceValidationArgs): ResourceInput => ({
  urn,
  type,
  name,
  props,
  provider,
});

function stackInputOf({ urn, type, name, props, provider, ...rest }: PolicyResource): ResourceInput {
  const propertyDependencies = Object.fromEntries(
    Object.entries(rest.propertyDependencies).map(([property, from]) => [
      property,
      from.map((resource) => resource.urn),
    ]),
  );
  return { urn, type, name, props, provider, propertyDependencies };
}
