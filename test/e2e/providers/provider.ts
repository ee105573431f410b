import type { Values } from "./values";

/** What a request is about. */
export interface Target {
  readonly urn: string;
  /** The resource's type token, for example "kubernetes:core/v1:Namespace". */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
}

/** What a resource became. */
export interface State {
  readonly id: string;
  readonly outputs: Values;
}

/**
 * A failed update after which the engine saves the new inputs, these outputs and the error: it updates the resource again next time,
 * whatever the difference is. After any other error the state stays as it was.
 */
export class SavedFailure extends Error {
  constructor(
    readonly state: State,
    cause: Error,
  ) {
    super(cause.message, { cause });
  }
}

/** What has to happen to make a resource as its new inputs say. */
export interface Change {
  /** Names of the inputs that differ; empty: nothing to do. */
  readonly changed: readonly string[];
  /** Those of them that need a new resource. */
  readonly replaces: readonly string[];
  readonly deleteFirst?: boolean;
}

/**
 * A provider as the engine sees it, its values plain. The SDK's own provider server (`@pulumi/pulumi/provider`) drops
 * Configure's arguments and the preview flag, so serve.ts speaks the SDK's protocol itself.
 */
export interface Provider {
  readonly version: string;
  /** Called once, before the others, with the provider resource's inputs. */
  configure(config: Values): Promise<void>;
  /** The inputs to work with (names made up, defaults filled in). `seed` is equal for preview and update. */
  check(target: Target, olds: Values, news: Values, seed: string): Promise<Values>;
  /**
   * What another configuration means; replaces: a new provider, and so a new one of everything that it made. Absent: any is an update.
   */
  configChange?(olds: Values, news: Values): Change;
  /** @param olds the inputs before; `state` has what was live when it was last looked at */
  diff(target: Target, state: State, olds: Values, news: Values): Promise<Change>;
  /** In a preview: ask whether it would be accepted; return what is known of the outputs. The id is "". */
  create(target: Target, inputs: Values, preview: boolean): Promise<State>;
  update(target: Target, state: State, olds: Values, news: Values, preview: boolean): Promise<Values>;
  /** The live state and the inputs that would make it; undefined when it is gone. `inputs` may be empty (an import or a get). */
  read(
    target: Target,
    id: string,
    inputs: Values,
    outputs: Values,
  ): Promise<(State & { readonly inputs: Values }) | undefined>;
  remove(target: Target, state: State): Promise<void>;
  invoke(token: string, args: Values): Promise<Values>;
}
