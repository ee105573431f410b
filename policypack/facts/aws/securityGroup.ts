import type { Field } from "../../values";
import type { Direction } from "../../../kubernetes";
import { describe } from "../subject";
import { type GroupRule, inlineRules } from "./groupRule";
import { type AwsSubject, property, written } from "./subject";

/** A security group, or the VPC's default one when a program adopts it. */
export interface SecurityGroupFact {
  readonly kind: "SecurityGroup";
  readonly subject: AwsSubject;
  readonly title: string;
  readonly isDefault: boolean;
  /** The rules that the resource itself lists; empty where it leaves them to others. */
  readonly ingress: Field<readonly GroupRule[]>;
  readonly egress: Field<readonly GroupRule[]>;
  /** The directions whose rules the resource lists, if only as none: it removes all others. */
  readonly owns: Readonly<Record<Direction, boolean>>;
  readonly description: Field<string | undefined>;
}

/** Reads an `aws.ec2.SecurityGroup` or `aws.ec2.DefaultSecurityGroup`. */
export function readSecurityGroup(subject: AwsSubject, isDefault: boolean): SecurityGroupFact {
  const title = describe(isDefault ? "DefaultSecurityGroup" : "SecurityGroup", [], subject);
  return {
    kind: "SecurityGroup",
    subject,
    title,
    isDefault,
    ingress: inlineRules(subject, title, "ingress"),
    egress: inlineRules(subject, title, "egress"),
    // An adopted default group loses every rule that isn't listed.
    owns: {
      ingress: isDefault || !written(subject, "ingress").isAbsent(),
      egress: isDefault || !written(subject, "egress").isAbsent(),
    },
    description: property(subject, "description").text(),
  };
}
