import type { Cursor, Field } from "../../values";
import { describe } from "../subject";
import { groupsAt, placeAt, type PropertyPath } from "./places";
import { type AwsSubject, property, type ResourceReference } from "./subject";

/** What a setting of a data store opens or leaves out. */
export type Weakness =
  | "public" /* an address or endpoint on the internet */
  | "dataApi" /* queries by AWS's public API, past the groups */
  | "plaintext" /* connections without TLS */
  | "passwords" /* logins without IAM's tokens */
  | "unencrypted" /* storage */
  | "unprotected"; /* from deletion */

/** A setting that is weak, or isn't. */
export interface DataStoreSetting {
  readonly path: PropertyPath;
  readonly isWeak: Field<boolean>;
  /** What is written where it is weak: `publiclyAccessible is true`. */
  readonly evidence: string;
  /** The line that puts it right: `publiclyAccessible: false`. */
  readonly remedy: string;
  /** Whether no security group guards what it opens. */
  readonly isUnguarded: boolean;
}

/**
 * Something that keeps data, or leads to what does, on an interface that security groups guard: a cache, a warehouse, a search
 * domain, a broker, a proxy; of RDS all but its instances and clusters, which are a DatabaseFact.
 */
export interface DataStoreFact {
  readonly kind: "DataStore";
  readonly subject: AwsSubject;
  readonly title: string;
  /** `own`: it has groups, or AWS's default one; `another's`: its cluster's; `none`: no group guards its kind. */
  readonly guard: "own" | "another's" | "none";
  /** Where its groups are written. */
  readonly groupsPath: PropertyPath;
  /** Undefined where the program leaves them to AWS. */
  readonly groups: Field<readonly ResourceReference[]> | undefined;
  /** The tag `environment`. */
  readonly environment: Field<string | undefined>;
  readonly settings: ReadonlyMap<Weakness, DataStoreSetting>;
}

/** A kind of data store: where its properties are, and what they open. */
export interface DataStoreKind {
  /** What messages call it. */
  readonly title: string;
  /** Its name's property. */
  readonly name: string;
  /** Undefined for kinds that no group guards. */
  readonly groups?: PropertyPath;
  /** A property that makes it part of something else, which holds the groups. */
  readonly partOf?: string;
  readonly weak?: Readonly<Partial<Record<Weakness, SettingKind>>>;
}

/** How a setting is read. */
export interface SettingKind {
  readonly path: PropertyPath;
  readonly isWeak: (place: Cursor, subject: AwsSubject) => Field<boolean>;
  readonly evidence: string;
  readonly remedy: string;
  readonly isUnguarded?: true;
}

/** Reads a data store of a kind. */
export function readDataStore(subject: AwsSubject, kind: DataStoreKind): DataStoreFact {
  const { title, name, groups, partOf, weak = {} } = kind;
  const settings = Object.entries(weak).map(
    ([weakness, { path, isWeak, evidence, remedy, isUnguarded = false }]): [Weakness, DataStoreSetting] => [
      weakness as Weakness,
      { path, isWeak: isWeak(placeAt(subject, path), subject), evidence, remedy, isUnguarded },
    ],
  );
  return {
    kind: "DataStore",
    subject,
    title: describe(title, [property(subject, name).text()], subject),
    guard: guardOf(subject, groups, partOf),
    groupsPath: groups ?? "",
    groups: groups === undefined ? undefined : groupsAt(subject, groups),
    environment: property(subject, "tags").at("environment").text(),
    settings: new Map(settings),
  };
}

function guardOf(
  subject: AwsSubject,
  groups: PropertyPath | undefined,
  partOf: string | undefined,
): DataStoreFact["guard"] {
  if (partOf !== undefined && !property(subject, partOf).isAbsent()) return "another's";
  const [outer = "", inner] = groups?.split(".") ?? [];
  // What isn't in a VPC has no interface that a group could guard.
  const isOutside = inner !== undefined && property(subject, outer.replace("[]", "")).isAbsent();
  return groups === undefined || isOutside ? "none" : "own";
}
