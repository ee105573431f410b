// Tests: test/policypack/cases/cases.test.ts
import { both, type Match } from "../../../kubernetes";
import { type ConditionFact, type StatementFact, type TextList, unreadInStatement } from "../../facts";
import type { Unread } from "../../values";
import { any, concernsAction, hasEffect, isFixed, NOBODY, not, patternCovers, some } from "./document";

/** Something that whoever may do it to everything needs no group, bucket policy or role of his own for. */
export interface Power {
  /** As the end of "lets its holder …". */
  readonly text: string;
  readonly service: string;
  /** Each with the resource part of an ARN that nobody named: a pattern that covers it covers all. */
  readonly actions: readonly (readonly [action: string, resource: string])[];
}

const each = (resource: string, ...actions: readonly string[]) =>
  actions.map((action) => [action, resource] as const);

/** Source: AWS service authorization reference, the actions' resource types. */
export const POWERS: readonly Power[] = [
  {
    text: "read or change the objects of every bucket",
    service: "s3",
    actions: each(
      `${NOBODY}/${NOBODY}`,
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:PutObject",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:PutObjectAcl",
    ),
  },
  {
    text: "read or change the objects of every directory bucket",
    service: "s3express",
    actions: each(`bucket/${NOBODY}`, "s3express:CreateSession"),
  },
  {
    text: "change every bucket's policy",
    service: "s3",
    actions: each(NOBODY, "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketPublicAccessBlock"),
  },
  {
    text: "log in to every database as any user",
    service: "rds-db",
    actions: each(`dbuser:${NOBODY}/${NOBODY}`, "rds-db:connect"),
  },
  {
    text: "change every security group's rules, or which groups an interface carries",
    service: "ec2",
    actions: [
      ...each(
        `security-group/${NOBODY}`,
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:ModifySecurityGroupRules",
      ),
      ...each(`network-interface/${NOBODY}`, "ec2:ModifyNetworkInterfaceAttribute"),
    ],
  },
  {
    text: "assume every role",
    service: "iam",
    actions: [
      ...each(
        `role/${NOBODY}`,
        "sts:AssumeRole",
        "iam:PassRole",
        "iam:AttachRolePolicy",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
      ),
      ...each(`policy/${NOBODY}`, "iam:CreatePolicyVersion"),
      ...each(`user/${NOBODY}`, "iam:CreateAccessKey", "iam:PutUserPolicy", "iam:AttachUserPolicy"),
    ],
  },
];

/** Conditions that choose among resources; the others say who asks, from where, and how. */
const CHOOSING = /^(aws:resourcetag\/|ec2:(?!region$)|iam:|s3:existingobjecttag\/|s3:dataaccesspoint)/;

/** Whether a condition leaves only some resources: by a tag's or a property's fixed value, or by a tag that has to be there. */
function chooses({ operator, key, values }: ConditionFact): Match {
  if (!CHOOSING.test(key)) return "no";
  if (operator === "null") return some(values, (value) => value.toLowerCase() === "false");
  if (!/^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like))$/.test(operator)) return "no";
  return not(some(values, (value) => !isFixed(value.replace(/(?<=.{3})\*$/, ""))));
}

/** Whether a pattern of ARNs covers all of a kind, in some region or account. */
function coversAll(pattern: string, service: string, resource: string): boolean {
  const [, partition = "", , region = "", account = ""] = pattern.split(":");
  const fixed = (part: string, otherwise: string) => (isFixed(part) ? part : otherwise);
  const place =
    service === "s3"
      ? ":"
      : `${service === "iam" ? "" : fixed(region, "eu-central-1")}:${fixed(account, "000000000000")}`;
  return patternCovers(pattern, `arn:${fixed(partition, "aws")}:${service}:${place}:${resource}`);
}

/** Whether a statement is about an action on everything of its kind. */
function concerns(statement: StatementFact, service: string, action: string, resource: string): Match {
  const { resources, notResources } = statement;
  const covers = (pattern: string) => coversAll(pattern, service, resource);
  const everywhere = notResources === undefined ? some(resources, covers) : not(some(notResources, covers));
  return both(concernsAction(statement, action), everywhere);
}

/** The statement with only those resources that are known. */
function knownResources(statement: StatementFact): StatementFact {
  const only = (list: TextList): TextList => ({
    known: true,
    value: list.known ? list.value.filter((item) => item.known) : [],
  });
  const { resources, notResources } = statement;
  return {
    ...statement,
    resources: only(resources),
    notResources: notResources === undefined ? undefined : only(notResources),
  };
}

const chosen = ({ conditions }: StatementFact): Match =>
  conditions.known ? any(conditions.value.map(chooses)) : "maybe";

const unconditional = ({ conditions }: StatementFact): Match =>
  conditions.known ? (conditions.value.length === 0 ? "yes" : "no") : "maybe";

/** What a document gives of a power. */
export interface GivenPower {
  readonly power: Power;
  readonly answer: Match;
  /** The statement that gives it, and the action by which it shows. */
  readonly by: readonly { readonly statement: StatementFact; readonly action: string }[];
  readonly unread: readonly Unread[];
}

/**
 * Which powers a document's statements give, and don't take back. A denial under a condition takes nothing back. `namesOwn`: resources that
 * aren't known yet are some of the stack's, and so not all.
 */
export function powersOf(statements: readonly StatementFact[], namesOwn: boolean): GivenPower[] {
  const judged = namesOwn ? statements.map(knownResources) : statements;
  return POWERS.map((power) => powerOf(power, judged));
}

function powerOf(power: Power, statements: readonly StatementFact[]): GivenPower {
  const answers = power.actions.flatMap(([action, resource]) => {
    const isDenied = any(
      statements.map((statement) =>
        both(
          both(hasEffect(statement, "Deny"), unconditional(statement)),
          concerns(statement, power.service, action, resource),
        ),
      ),
    );
    return statements.map((statement) => ({
      statement,
      action,
      answer: both(
        both(both(hasEffect(statement, "Allow"), not(chosen(statement))), not(isDenied)),
        concerns(statement, power.service, action, resource),
      ),
    }));
  });
  const open = answers.filter(({ answer }) => answer === "maybe");
  return {
    power,
    answer: any(answers.map(({ answer }) => answer)),
    by: answers.filter(({ answer }) => answer === "yes"),
    unread: open.length === 0 ? [] : statements.flatMap(unreadInStatement),
  };
}
