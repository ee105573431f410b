import type { Field } from "../../values";
import { describe } from "../subject";
import { documentAt, type DocumentFact } from "./document";
import { type AwsSubject, property, reference, type ResourceReference, references } from "./subject";

/** A VPC endpoint. */
export interface VpcEndpointFact {
  readonly kind: "VpcEndpoint";
  readonly subject: AwsSubject;
  readonly title: string;
  /** `Gateway` where the program doesn't say. */
  readonly type: Field<string>;
  readonly groups: Field<readonly ResourceReference[]>;
  /** The service's name, such as `com.amazonaws.eu-central-1.s3`. */
  readonly service: Field<string | undefined>;
  /** Undefined where none is written: then it lets through everything. */
  readonly policy: DocumentFact | undefined;
}

/** A VPC endpoint's policy as a resource of its own. */
export interface VpcEndpointPolicyFact {
  readonly kind: "VpcEndpointPolicy";
  readonly subject: AwsSubject;
  readonly title: string;
  readonly endpoint: ResourceReference | undefined;
  readonly policy: DocumentFact;
}

/** Reads an `aws.ec2.VpcEndpoint`. */
export function readVpcEndpoint(subject: AwsSubject): VpcEndpointFact {
  const service = property(subject, "serviceName").text();
  const type = property(subject, "vpcEndpointType").text();
  const policy = property(subject, "policy");
  return {
    kind: "VpcEndpoint",
    subject,
    title: describe("VpcEndpoint", [service], subject),
    type: type.known ? { known: true, value: type.value ?? "Gateway" } : type,
    groups: references(property(subject, "securityGroupIds"), subject.madeFrom?.["securityGroupIds"]),
    service,
    policy: policy.isAbsent() ? undefined : documentAt(policy),
  };
}

/** Reads an `aws.ec2.VpcEndpointPolicy`. */
export function readVpcEndpointPolicy(subject: AwsSubject): VpcEndpointPolicyFact {
  return {
    kind: "VpcEndpointPolicy",
    subject,
    title: describe("VpcEndpointPolicy", [], subject),
    endpoint: reference(subject, "vpcEndpointId"),
    policy: documentAt(property(subject, "policy")),
  };
}
