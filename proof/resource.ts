/** A resource's properties as plain values, secrets opened, with UNKNOWN for what isn't known yet. */
export type Plain = Readonly<Record<string, unknown>>;

/** A resource of a plan, wherever the plan was read: from the embedded preview or by the policy pack. */
export interface PlannedResource {
  readonly urn: string;
  /** Pulumi's type token. */
  readonly type: string;
  readonly name: string;
  /** The parent's URN; empty for a root. */
  readonly parent: string;
  /** The provider as `URN::ID`; empty where there is none. */
  readonly provider: string;
  /** Whether it was looked up and isn't managed. */
  readonly read: boolean;
  readonly inputs: Plain;
  readonly outputs: Plain;
  /** By property, the URNs of the resources that its value is made from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}
