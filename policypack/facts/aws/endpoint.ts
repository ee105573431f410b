import type { Field } from "../../values";
import { describe } from "../subject";
import { type AwsSubject, property, type ResourceReference, references } from "./subject";

/** A VPC endpoint. */
export interface VpcEndpointFact {
  readonly kind: "VpcEndpoint";
  readonly subject: AwsSubject;
  readonly title: string;
  /** `Gateway` where the program doesn't say. */
  readonly type: Field<string>;
  readonly groups: Field<readonly ResourceReference[]>;
}

/** Reads an `aws.ec2.VpcEndpoint`. */
export function readVpcEndpoint(subject: AwsSubject): VpcEndpointFact {
  const service = property(subject, "serviceName").text();
  const type = property(subject, "vpcEndpointType").text();
  return {
    kind: "VpcEndpoint",
    subject,
    title: describe("VpcEndpoint", [service], subject),
    type: type.known ? { known: true, value: type.value ?? "Gateway" } : type,
    groups: references(property(subject, "securityGroupIds"), subject.madeFrom?.["securityGroupIds"]),
  };
}
