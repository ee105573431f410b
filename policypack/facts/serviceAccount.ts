import type { Field } from "../values";
import { type LabelMap, readLabelMap } from "./labelMap";
import { describe, nameOf, namespaceOf, type Subject } from "./subject";

/** A ServiceAccount: a SecurityGroupPolicy may select pods by the labels of theirs. */
export interface ServiceAccountFact {
  readonly kind: "ServiceAccount";
  readonly subject: Subject;
  readonly title: string;
  readonly namespace: Field<string>;
  readonly name: Field<string | undefined>;
  readonly labels: LabelMap;
}

/** Reads one ServiceAccount. */
export function readServiceAccount(subject: Subject): ServiceAccountFact {
  const [namespace, name] = [namespaceOf(subject), nameOf(subject)];
  return {
    kind: "ServiceAccount",
    subject,
    title: describe("ServiceAccount", [namespace, name], subject),
    namespace,
    name,
    labels: readLabelMap(subject.object.at("metadata").at("labels")),
  };
}
