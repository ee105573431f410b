import type { Field } from "../../values";
import { describe } from "../subject";
import { type AwsSubject, property, texts } from "./subject";

/** A copy of a database at rest, which other accounts may be allowed to restore. */
export interface SnapshotFact {
  readonly kind: "Snapshot";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Ids of accounts, or `all`. */
  readonly sharedWith: Field<readonly Field<string>[]>;
}

/** Reads an RDS snapshot of a kind: whom `sharedAccounts` lists may restore it. `name`: its identifier's property. */
export const readSnapshot =
  (title: string, name: string) =>
  (subject: AwsSubject): SnapshotFact => ({
    kind: "Snapshot",
    subject,
    title: describe(title, [property(subject, name).text()], subject),
    sharedWith: texts(property(subject, "sharedAccounts")),
  });
