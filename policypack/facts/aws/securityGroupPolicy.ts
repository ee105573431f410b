import type { Cursor, Field } from "../../values";
import { readSelector, type SelectorFact } from "../selector";
import { describe, nameOf, namespaceOf, type Subject } from "../subject";
import { type ResourceReference, references } from "./subject";

/** A SecurityGroupPolicy (vpcresources.k8s.aws): what attaches groups to pods. */
export interface SecurityGroupPolicyFact {
  readonly kind: "SecurityGroupPolicy";
  readonly subject: Subject;
  readonly title: string;
  readonly namespace: Field<string>;
  /** Undefined where there is none; one without any requirement selects every pod. */
  readonly podSelector: Field<SelectorFact | undefined>;
  readonly serviceAccountSelector: Field<SelectorFact | undefined>;
  readonly groups: Field<readonly ResourceReference[]>;
}

/** Reads a SecurityGroupPolicy; `from`: what its spec was made from. */
export function readSecurityGroupPolicy(
  subject: Subject,
  from: readonly string[] | undefined,
): SecurityGroupPolicyFact {
  const spec = subject.object.at("spec");
  const namespace = namespaceOf(subject);
  return {
    kind: "SecurityGroupPolicy",
    subject,
    title: describe("SecurityGroupPolicy", [namespace, nameOf(subject)], subject),
    namespace,
    podSelector: selectorAt(spec.at("podSelector")),
    serviceAccountSelector: selectorAt(spec.at("serviceAccountSelector")),
    groups: references(spec.at("securityGroups").at("groupIds"), from),
  };
}

function selectorAt(place: Cursor): Field<SelectorFact | undefined> {
  const map = place.map();
  if (!map.known) return map;
  return { known: true, value: map.value === undefined ? undefined : readSelector(place) };
}
