// Tests: test/policypack/cases/cases.test.ts
import { both, type Match } from "../../../kubernetes";
import type { ConditionFact, StatementFact } from "../../facts";
import { conditionText, isOutside, isWithoutTls, spares } from "./conditions";
import { any, concernsAction, concernsTarget, deniesEveryone, every, hasEffect } from "./document";

/** What a bucket's policy has to deny, and when. */
export interface RequiredDenial {
  /** "deny requests without TLS". */
  readonly text: string;
  /** Actions, one of each kind, that must be denied on the bucket and on its objects. */
  readonly actions: Readonly<Record<"bucket" | "objects", readonly string[]>>;
  /** Whether a condition is the one by which requests are denied. */
  readonly isCause: (condition: ConditionFact) => Match;
  /** Whether a condition beside it takes only somebody named out of the denial. */
  readonly isHarmless: (condition: ConditionFact) => Match;
  /** Whether NotPrincipal may name some who aren't denied. */
  readonly maySpare: boolean;
}

/** What reads, changes and lists data, one of each kind, of current objects and of older versions. */
const DATA = {
  objects: [
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
  ],
  bucket: ["s3:ListBucket", "s3:ListBucketVersions"],
} as const;

export const WITHOUT_TLS: RequiredDenial = {
  text: "deny requests without TLS",
  // All of S3 is meant: besides the data, one action of each other kind.
  actions: {
    objects: [
      ...DATA.objects,
      "s3:AbortMultipartUpload",
      "s3:PutObjectAcl",
      "s3:RestoreObject",
      "s3:ReplicateObject",
    ],
    bucket: [...DATA.bucket, "s3:GetBucketAcl", "s3:PutBucketPolicy", "s3:DeleteBucket"],
  },
  isCause: isWithoutTls,
  isHarmless: () => "no",
  maySpare: false,
};

export const OUTSIDE_ENDPOINT: RequiredDenial = {
  text: "deny data requests that don't come through a VPC endpoint",
  actions: DATA,
  isCause: isOutside,
  isHarmless: spares,
  maySpare: true,
};

/**
 * A directory bucket's data needs a session, and only TLS reaches it. Sources: Amazon S3 user guide, "Example bucket policies for
 * directory buckets", "Data protection and encryption in S3 Express One Zone".
 */
export const SESSION_OUTSIDE_ENDPOINT: RequiredDenial = {
  text: "deny sessions that don't come through a VPC endpoint",
  actions: { bucket: ["s3express:CreateSession"], objects: [] },
  isCause: isOutside,
  isHarmless: spares,
  maySpare: true,
};

const TARGETS = ["bucket", "objects"] as const;

/** Whether some statements, together, deny what has to be denied. */
export function isDenied(statements: readonly StatementFact[], denial: RequiredDenial): Match {
  const found = statements.map((statement) => ({ statement, applies: applies(statement, denial) }));
  const near = found.filter(({ applies: match }) => match !== "no");
  return every(
    TARGETS.flatMap((target) =>
      denial.actions[target].map((action) =>
        any(near.map(({ statement, applies: match }) => both(match, covers(statement, target, action)))),
      ),
    ),
  );
}

const covers = (statement: StatementFact, target: "bucket" | "objects", action: string): Match =>
  both(concernsAction(statement, action), concernsTarget(statement, target));

/** Whether a statement denies everyone, whatever it denies, for the right reason and no other. */
function applies(statement: StatementFact, { isCause, isHarmless, maySpare }: RequiredDenial): Match {
  const { conditions, notPrincipals } = statement;
  if (!maySpare && notPrincipals !== undefined) return "no";
  const who = both(hasEffect(statement, "Deny"), deniesEveryone(statement));
  if (!conditions.known || who === "no") return both(who, "maybe");
  const causes = conditions.value.map(isCause);
  const each = conditions.value.map((condition, index) =>
    any([causes[index] ?? "no", isHarmless(condition)]),
  );
  return every([who, any(causes), ...each]);
}

/**
 * Why a statement that comes near a denial isn't one, as the end of a sentence that begins with its name; undefined for one that has
 * nothing of it. The condition that spoils it is named.
 */
export function nearMiss(statement: StatementFact, denial: RequiredDenial): string | undefined {
  const { conditions, name, notPrincipals } = statement;
  if (hasEffect(statement, "Deny") !== "yes" || !conditions.known) return undefined;
  const isNear = conditions.value.some(({ key }) =>
    denial.isCause === isWithoutTls ? key === "aws:securetransport" : /^aws:sourcevpce?$/.test(key),
  );
  if (!isNear) return undefined;
  if (deniesEveryone(statement) === "no") return `${name} denies only some principals`;
  if (notPrincipals !== undefined && !denial.maySpare) return `${name} spares principals by NotPrincipal`;
  const spoiling = conditions.value.filter(
    (condition) => denial.isCause(condition) === "no" && denial.isHarmless(condition) === "no",
  );
  if (spoiling.length > 0)
    return `${name} denies too little by its condition ${spoiling.map(conditionText).join(" and ")}`;
  const left = TARGETS.flatMap((target) =>
    denial.actions[target]
      .filter((action) => covers(statement, target, action) === "no")
      .map((action) => ({ target, action })),
  );
  if (left.length === 0) return undefined;
  const target = TARGETS.find(
    (one) => denial.actions[one].length > 0 && concernsTarget(statement, one) === "no",
  );
  return target === undefined
    ? `${name} leaves out ${left
        .slice(0, 3)
        .map(({ action }) => action)
        .join(", ")}${left.length > 3 ? " and more" : ""}`
    : `${name} leaves out the ${target === "bucket" ? "bucket itself" : "objects"}`;
}
