/** URNs: `urn:pulumi:<stack>::<project>::<qualified type>::<name>` (sdk/go/common/resource/urn). */
export interface StackId {
  readonly stack: string;
  readonly project: string;
}

export const STACK_TYPE = "pulumi:pulumi:Stack";

/** The parent's type qualifies the child's, save the stack's own. `parent` is a URN or "". */
export function urnOf(place: StackId, parent: string, type: string, name: string): string {
  const parentType = parent === "" ? "" : qualifiedTypeOf(parent);
  const qualified = parentType === "" || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${place.stack}::${place.project}::${qualified}::${name}`;
}

const qualifiedTypeOf = (urn: string): string => urn.split("::")[2] ?? "";
/** A name may itself hold `::`. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** An alias: a whole URN, or what differs from the resource itself ("" where nothing does). */
export type Alias =
  | { readonly kind: "urn"; readonly urn: string }
  | {
      readonly kind: "spec";
      readonly name: string;
      readonly type: string;
      readonly stack: string;
      readonly project: string;
      readonly parent: string;
      readonly noParent: boolean;
    };
