import { describe } from "../subject";
import { documentAt, type DocumentFact } from "./document";
import { type AwsSubject, property } from "./subject";

/** Who may assume an IAM role. */
export interface RoleTrustFact {
  readonly kind: "RoleTrust";
  readonly subject: AwsSubject;
  readonly title: string;
  readonly policy: DocumentFact;
}

/** Reads an `aws.iam.Role`'s trust policy. */
export const readRoleTrust = (subject: AwsSubject): RoleTrustFact => ({
  kind: "RoleTrust",
  subject,
  title: describe("Role", [property(subject, "name").text()], subject),
  policy: documentAt(property(subject, "assumeRolePolicy")),
});
