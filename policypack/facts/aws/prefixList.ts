import type { Cursor, Field } from "../../values";
import { known } from "../../values";
import { describe } from "../subject";
import { type AwsSubject, reference, type ResourceReference, written } from "./subject";

/** Addresses that a prefix list of the program's own holds: the list itself, or one entry as a resource of its own. */
export interface PrefixListFact {
  readonly kind: "PrefixList";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Which list an entry is in; undefined for the list itself. */
  readonly list: ResourceReference | undefined;
  readonly cidrs: Field<readonly Field<string>[]>;
}

/** Reads an `aws.ec2.ManagedPrefixList`. */
export function readPrefixList(subject: AwsSubject): PrefixListFact {
  const entries = written(subject, "entries").list();
  return {
    kind: "PrefixList",
    subject,
    title: describe("ManagedPrefixList", [], subject),
    list: undefined,
    cidrs: entries.known ? known((entries.value ?? []).map((entry) => cidrAt(entry))) : entries,
  };
}

/** Reads an `aws.ec2.ManagedPrefixListEntry`. */
export function readPrefixListEntry(subject: AwsSubject): PrefixListFact {
  return {
    kind: "PrefixList",
    subject,
    title: describe("ManagedPrefixListEntry", [], subject),
    list: reference(subject, "prefixListId"),
    cidrs: known([cidrAt(subject.object)]),
  };
}

function cidrAt(place: Cursor): Field<string> {
  const text = place.at("cidr").text();
  return text.known ? known(text.value ?? "") : text;
}
