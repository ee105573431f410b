import { type Field, known } from "../../values";
import { describe } from "../subject";
import { documentAt, type DocumentFact } from "./document";
import { type AwsSubject, property, reference, type ResourceReference, references, written } from "./subject";

/** What roles, users or groups of IAM may do: documents, or the attachment of policies that hold some. */
export interface PermissionsFact {
  readonly kind: "Permissions";
  readonly subject: AwsSubject;
  readonly title: string;
  /** `policy`: others attach it by its ARN; `holder`: a role or user itself; `part`: what is written for holders. */
  readonly form: "policy" | "holder" | "part";
  /** What it says itself. */
  readonly documents: Field<readonly DocumentFact[]>;
  /** Whether its documents are made of resources of the stack: what of them isn't known yet then names these. */
  readonly namesOwn: boolean;
  /** Policies that it attaches, by their ARNs. */
  readonly attached: Field<readonly ResourceReference[]>;
  /** Of a part: whom it is for. */
  readonly holders: Field<readonly ResourceReference[]>;
  /** Of a holder: the policy that bounds all that others say. */
  readonly boundary: ResourceReference | undefined;
}

const NONE = known([]);

const fact = (
  subject: AwsSubject,
  title: string,
  form: PermissionsFact["form"],
  rest: Partial<PermissionsFact>,
): PermissionsFact => ({
  kind: "Permissions",
  subject,
  title: describe(title, [property(subject, "name").text()], subject),
  form,
  documents: NONE,
  namesOwn: ["policy", "inlinePolicies"].some((key) => (subject.madeFrom?.[key] ?? []).length > 0),
  attached: NONE,
  holders: NONE,
  boundary: undefined,
  ...rest,
});

/** One reference as a list. */
function oneOf(subject: AwsSubject, name: string): Field<readonly ResourceReference[]> {
  const one = reference(subject, name);
  return known(one === undefined ? [] : [one]);
}

/** The references of a list that the program wrote; AWS's own answer lists what other resources attached as well. */
const listOf = (subject: AwsSubject, name: string): Field<readonly ResourceReference[]> =>
  references(written(subject, name), subject.madeFrom?.[name]);

/** Reads an `aws.iam.Role`'s permissions: its inline policies, and the policies that it attaches itself. */
export function readRolePermissions(subject: AwsSubject): PermissionsFact {
  const inline = written(subject, "inlinePolicies").list();
  return fact(subject, "Role", "holder", {
    documents: inline.known
      ? known((inline.value ?? []).map((item) => documentAt(item.at("policy"))))
      : inline,
    attached: listOf(subject, "managedPolicyArns"),
    boundary: reference(subject, "permissionsBoundary"),
  });
}

/** Reads an `aws.iam.User`, for its boundary. */
export const readUserPermissions = (subject: AwsSubject): PermissionsFact =>
  fact(subject, "User", "holder", { boundary: reference(subject, "permissionsBoundary") });

/** Reads an `aws.iam.Policy`. */
export const readManagedPolicy = (subject: AwsSubject): PermissionsFact =>
  fact(subject, "Policy", "policy", { documents: known([documentAt(property(subject, "policy"))]) });

/** Reads a policy that is part of a role, user or group: `aws.iam.RolePolicy` and its like. */
export const readInlinePolicy = (title: string, holder: string) => (subject: AwsSubject) =>
  fact(subject, title, "part", {
    documents: known([documentAt(property(subject, "policy"))]),
    holders: oneOf(subject, holder),
  });

/** Reads what attaches a policy to a role, user or group: `aws.iam.RolePolicyAttachment` and its like. */
export const readPolicyAttachment = (title: string, holder: string) => (subject: AwsSubject) =>
  fact(subject, title, "part", {
    attached: oneOf(subject, "policyArn"),
    holders: oneOf(subject, holder),
  });

/** Reads an `aws.iam.PolicyAttachment`, which attaches a policy to many. */
export const readSharedAttachment = (subject: AwsSubject): PermissionsFact =>
  fact(subject, "PolicyAttachment", "part", {
    attached: oneOf(subject, "policyArn"),
    holders: listOf(subject, "roles"),
  });

/** Reads an `aws.iam.RolePolicyAttachmentsExclusive`, which attaches all that a role has. */
export const readExclusiveAttachments = (subject: AwsSubject): PermissionsFact =>
  fact(subject, "RolePolicyAttachmentsExclusive", "part", {
    attached: listOf(subject, "policyArns"),
    holders: oneOf(subject, "roleName"),
  });
