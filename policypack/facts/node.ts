import { type Cursor, type Field, knownTexts } from "../values";
import { describe, nameOf, type Subject } from "./subject";

/** A Node: only the addresses that it and its pods have tell something of policies. */
export interface NodeFact {
  readonly kind: "Node";
  readonly subject: Subject;
  readonly title: string;
  readonly name: Field<string | undefined>;
  /** Its own addresses, by its status. */
  readonly addresses: readonly string[];
  /** The CIDRs of its pods. */
  readonly podRanges: readonly string[];
}

/** Reads one Node. */
export function readNode(subject: Subject): NodeFact {
  const { object } = subject;
  const name = nameOf(subject);
  const spec = object.at("spec");
  return {
    kind: "Node",
    subject,
    title: describe("Node", [name], subject),
    name,
    addresses: knownTexts(
      itemsOf(object.at("status").at("addresses")).map((one) => one.at("address").text()),
    ),
    podRanges: knownTexts([
      spec.at("podCIDR").text(),
      ...itemsOf(spec.at("podCIDRs")).map((one) => one.text()),
    ]),
  };
}

function itemsOf(place: Cursor): readonly Cursor[] {
  const items = place.list();
  return items.known ? (items.value ?? []) : [];
}
