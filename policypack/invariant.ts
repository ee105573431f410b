import type { z } from "zod";
import type { Fact, ResourceInput } from "./facts";
import type { Finding, NamedObject } from "./finding";
import type { Settings } from "./settings";

export type Severity = "low" | "medium" | "high" | "critical";

/** A resource's properties as Pulumi's wire format holds them: unknowns as sentinels, secrets wrapped. */
export type RawProperties = Readonly<Record<string, unknown>>;

/** What every judgment may use besides the facts. */
export interface Context {
  readonly settings: Settings;
  /** `YYYY-MM-DD`, UTC. */
  readonly today: string;
  /** The stack's resources, also those that no facts are read of; empty where one is judged by itself. */
  readonly resources: readonly ResourceInput[];
  /**
   * Whether what another policy finds on an object blocks: it is enforced, and nothing exempts the object. Only then may an
   * invariant leave a defect to it.
   */
  readonly blocks: (policy: string, of: NamedObject) => boolean;
}

interface Described<S extends z.ZodObject> {
  /** The policy's name in config and output: kebab-case. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly description: string;
  /** What goes wrong in a cluster where it doesn't hold. */
  readonly stops: string;
  /** How to make it hold. */
  readonly remedy: string;
  readonly severity: Severity;
  /** The level without configuration: mandatory, unless what it shows may be in order. */
  readonly level?: "advisory";
  /** The invariant's own configuration; every property has a default. */
  readonly config: S;
  /** An example of the configuration, for the documentation; undefined where there is nothing to configure. */
  readonly example?: z.input<S>;
}

/** An invariant that one object shows: judged before anything is created. */
export interface ResourceInvariant<S extends z.ZodObject = z.ZodObject> extends Described<S> {
  readonly scope: "resource";
  judge(fact: Fact, config: z.output<S>, context: Context): Finding[];
  /** What several objects of the stack show together, and none of them alone. */
  readonly judgeTogether?: (facts: readonly Fact[], config: z.output<S>, context: Context) => Finding[];
  /**
   * The properties with the defect put right, or undefined where nothing is to be done or only a person can do it.
   */
  readonly remediate?: (fact: Fact, raw: RawProperties, config: z.output<S>) => RawProperties | undefined;
}

/** An invariant that only all of a stack's objects show together. */
export interface StackInvariant<S extends z.ZodObject = z.ZodObject> extends Described<S> {
  readonly scope: "stack";
  judge(facts: readonly Fact[], config: z.output<S>, context: Context): Finding[];
}

export type Invariant = ResourceInvariant | StackInvariant;

/** Checks an invariant's shape where it is written, and forgets its config's type where all are listed. */
export function resourceInvariant<S extends z.ZodObject>(invariant: ResourceInvariant<S>): ResourceInvariant {
  return invariant;
}

/** The same for a stack's invariant. */
export function stackInvariant<S extends z.ZodObject>(invariant: StackInvariant<S>): StackInvariant {
  return invariant;
}
