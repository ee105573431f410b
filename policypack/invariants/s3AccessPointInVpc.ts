import * as z from "zod";
import { undecided, violation } from "../finding";
import { resourceInvariant } from "../invariant";

/** The idea is AWS Config's managed rule s3-access-point-in-vpc-only. */
export const s3AccessPointInVpc = resourceInvariant({
  scope: "resource",
  name: "s3-access-point-in-vpc",
  description: "Every access point of a bucket takes requests from one VPC only.",
  stops:
    "S3 access points without `vpcConfiguration`: requests come to them from the internet, by a name that the bucket's owner may not think of. An access point of several regions has no such setting; its policy and its block of public access are judged by s3-not-public and s3-public-access-blocked.",
  remedy: "Write vpcConfiguration: { vpcId: VPC.id }.",
  severity: "high",
  config: z.strictObject({}),
  judge(fact) {
    if (fact.kind !== "AccessPoint") return [];
    const { isInVpc } = fact;
    if (!isInVpc.known) return [undecided(fact, [isInVpc], "it takes requests from one VPC only")];
    if (isInVpc.value) return [];
    return [
      violation(fact, {
        wrong: "takes requests from the internet",
        why: "leaked credentials give access to the bucket's data from anywhere",
        evidence: "vpcConfiguration is absent",
        remedy: "write vpcConfiguration: { vpcId: VPC.id }",
      }),
    ];
  },
});
