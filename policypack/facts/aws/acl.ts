import type { Field } from "../../values";
import { known } from "../../values";
import { describe } from "../subject";
import { placesAt, type PropertyPath } from "./places";
import { type AwsSubject, property } from "./subject";

/** An access control list of a bucket or an object. */
export interface AclFact {
  readonly kind: "Acl";
  readonly subject: AwsSubject;
  readonly title: string;
  /** A canned ACL's name; undefined where none is written. */
  readonly canned: Field<string | undefined>;
  /** The groups of AWS's that it grants something, by their URIs. */
  readonly grantees: readonly Grantee[];
}

/** Whom a grant names. */
export interface Grantee {
  readonly path: string;
  /** Undefined where it names an account. */
  readonly uri: Field<string | undefined>;
}

/** Reads what a resource says of an ACL; `uris`: where its grants name groups. None where it says nothing. */
export const readAcl =
  (title: string, uris?: PropertyPath) =>
  (subject: AwsSubject): AclFact[] => {
    const canned = property(subject, "acl");
    const places = uris === undefined ? known([]) : placesAt(subject, uris);
    const grantees: readonly Grantee[] = places.known
      ? places.value.map((place) => ({ path: place.path, uri: place.text() }))
      : [{ path: places.path, uri: places }];
    if (canned.isAbsent() && grantees.length === 0) return [];
    return [{ kind: "Acl", subject, title: describe(title, [], subject), canned: canned.text(), grantees }];
  };
