import type { ValueMap } from "../values";
import type { Alias } from "./urn";

/** What a program may say about a resource beside its properties. */
export interface ResourceOptions {
  protect: boolean | undefined;
  retainOnDelete: boolean | undefined;
  deleteBeforeReplace: boolean | undefined;
  deletedWith: string;
  replaceWith: readonly string[];
  ignoreChanges: readonly string[];
  replaceOnChanges: readonly string[];
  additionalSecretOutputs: readonly string[];
  aliases: readonly Alias[];
  /** Durations as the program wrote them ("10m"), "" where it didn't. */
  customTimeouts: { create: string; update: string; delete: string };
  importId: string;
}

export const noOptions: ResourceOptions = {
  protect: undefined,
  retainOnDelete: undefined,
  deleteBeforeReplace: undefined,
  deletedWith: "",
  replaceWith: [],
  ignoreChanges: [],
  replaceOnChanges: [],
  additionalSecretOutputs: [],
  aliases: [],
  customTimeouts: { create: "", update: "", delete: "" },
  importId: "",
};

/** What a program asks to have registered. URNs as text, "" for none. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  readonly inputs: ValueMap;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Explicit provider, as `urn::id`, or "". */
  readonly provider: string;
  /** Providers that a component hands to its children, by package. */
  readonly providers: Readonly<Record<string, string>>;
  readonly package: PackageRequest;
  readonly options: ResourceOptions;
}

/** Which plugin a resource needs: what tells default providers apart. */
export interface PackageRequest {
  readonly name: string;
  readonly version: string;
  readonly downloadUrl: string;
  /** Set for a package that the program registered: the plugin that serves it. `name` and `version` are the package's. */
  readonly plugin?: { readonly name: string; readonly version: string };
}

/** A resource of the plan. */
export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** True for a resource that the program only reads: it exists already and isn't judged. */
  readonly read: boolean;
  readonly parent: string;
  /** As registered; after remediation, what the policy pack made of them. */
  inputs: ValueMap;
  outputs: ValueMap;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** `urn::id` of the provider, or "" for components and providers. */
  readonly provider: string;
  readonly options: ResourceOptions;
}
