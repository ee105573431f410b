import { type Field, known } from "../../values";
import { describe } from "../subject";
import { BLOCK_FLAGS, type PublicAccessBlockFact } from "./bucket";
import { documentAt, type DocumentFact } from "./document";
import { placeAt, type PropertyPath } from "./places";
import { type AwsSubject, property } from "./subject";

/** A bucket's access point: a name of its own, by which the bucket is reached. */
export interface AccessPointFact {
  readonly kind: "AccessPoint";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Whether only one VPC may use it. */
  readonly isInVpc: Field<boolean>;
}

/** The policy of an access point, of one region or many. */
export interface AccessPointPolicyFact {
  readonly kind: "AccessPointPolicy";
  readonly subject: AwsSubject;
  readonly title: string;
  readonly policy: DocumentFact;
}

/** Reads an `aws.s3.AccessPoint`: itself, its block of public access, and its policy if it is written there. */
export function readAccessPoint(
  subject: AwsSubject,
): (AccessPointFact | AccessPointPolicyFact | PublicAccessBlockFact)[] {
  const title = describe("AccessPoint", [property(subject, "name").text()], subject);
  const vpc = property(subject, "vpcConfiguration");
  const map = vpc.map();
  const policy = property(subject, "policy");
  return [
    {
      kind: "AccessPoint",
      subject,
      title,
      isInVpc: map.known ? known(map.value !== undefined && map.value.size > 0) : map,
    },
    blockOf(subject, title, "publicAccessBlockConfiguration"),
    ...(policy.isAbsent()
      ? []
      : [{ kind: "AccessPointPolicy" as const, subject, title, policy: documentAt(policy) }]),
  ];
}

/** Reads an `aws.s3control.MultiRegionAccessPoint`: its block of public access. */
export function readMultiRegionAccessPoint(subject: AwsSubject): PublicAccessBlockFact {
  const name = property(subject, "details").at("name").text();
  const title = describe("MultiRegionAccessPoint", [name], subject);
  return blockOf(subject, title, "details.publicAccessBlock");
}

/** Reads a policy of an access point as a resource of its own; `path`: where the document is. */
export const readAccessPointPolicy =
  (title: string, path: PropertyPath) =>
  (subject: AwsSubject): AccessPointPolicyFact => ({
    kind: "AccessPointPolicy",
    subject,
    title: describe(title, [], subject),
    policy: documentAt(placeAt(subject, path)),
  });

/** An access point's flags are on unless written: the provider's default, and AWS's. */
function blockOf(subject: AwsSubject, title: string, path: PropertyPath): PublicAccessBlockFact {
  const block = placeAt(subject, path);
  return {
    kind: "PublicAccessBlock",
    subject,
    title,
    bucket: undefined,
    scope: "access point",
    accountId: known(undefined),
    flags: new Map(
      BLOCK_FLAGS.map((flag) => {
        const truth = block.at(flag).boolean();
        return [flag, truth.known ? known(truth.value ?? true) : truth];
      }),
    ),
  };
}
