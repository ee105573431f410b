import type { Direction } from "../../../kubernetes";
import type { Cursor, Field } from "../../values";
import { known } from "../../values";
import { describe } from "../subject";
import { type AwsSubject, property, reference, type ResourceReference, written } from "./subject";

/** One rule of a network ACL: the first that matches, by number, decides. */
export interface AclRule {
  readonly title: string;
  readonly direction: Field<Direction>;
  readonly number: Field<number | undefined>;
  readonly action: Field<string>;
  readonly cidrs: readonly Field<string>[];
  /** As AWS reads it: `-1`, `tcp`, `6`. */
  readonly protocol: Field<string>;
  readonly fromPort: Field<number | undefined>;
  readonly toPort: Field<number | undefined>;
}

/** A network ACL's rules as a resource shows them: all that it lists, or one as a resource of its own. */
export interface NetworkAclFact {
  readonly kind: "NetworkAcl";
  readonly subject: AwsSubject;
  readonly title: string;
  /** Whose rule it is; undefined for an ACL itself. */
  readonly acl: ResourceReference | undefined;
  readonly rules: Field<readonly AclRule[]>;
}

/** Reads an `aws.ec2.NetworkAcl` or `DefaultNetworkAcl`. */
export const readNetworkAcl =
  (title: string) =>
  (subject: AwsSubject): NetworkAclFact => {
    const named = describe(title, [], subject);
    const items = written(subject, "ingress").list();
    return {
      kind: "NetworkAcl",
      subject,
      title: named,
      acl: undefined,
      rules: items.known
        ? known(
            (items.value ?? []).map((item) =>
              ruleAt(item, `${named} ${item.path}`, known("ingress"), "ruleNo", "action"),
            ),
          )
        : items,
    };
  };

/** Reads an `aws.ec2.NetworkAclRule`. */
export function readNetworkAclRule(subject: AwsSubject): NetworkAclFact {
  const title = describe("NetworkAclRule", [], subject);
  const egress = property(subject, "egress").boolean();
  const direction: Field<Direction> = egress.known
    ? known(egress.value === true ? "egress" : "ingress")
    : egress;
  return {
    kind: "NetworkAcl",
    subject,
    title,
    acl: reference(subject, "networkAclId"),
    rules: known([ruleAt(subject.object, title, direction, "ruleNumber", "ruleAction")]),
  };
}

function ruleAt(
  place: Cursor,
  title: string,
  direction: Field<Direction>,
  number: string,
  action: string,
): AclRule {
  const text = (name: string): Field<string> => {
    const field = place.at(name).text();
    return field.known ? known((field.value ?? "").toLowerCase()) : field;
  };
  return {
    title,
    direction,
    number: place.at(number).integer(),
    action: text(action),
    cidrs: [text("cidrBlock"), text("ipv6CidrBlock")].filter((cidr) => !cidr.known || cidr.value !== ""),
    protocol: text("protocol"),
    fromPort: place.at("fromPort").integer(),
    toPort: place.at("toPort").integer(),
  };
}
