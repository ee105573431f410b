// Tests: test/policypack/cases/cases.test.ts
import { AddressSet } from "../../../net";
import { both, type Match } from "../../../kubernetes";
import type { ConditionFact, StatementFact, TextList } from "../../facts";
import { isInternet } from "../internet";
import { addressesIn } from "../reach";
import { any, every, isFixed, isManyPrincipals, some } from "./document";

/** Whether all items of a list are such that `test` takes them; none at all are not. */
function all(list: TextList, test: (value: string) => boolean): Match {
  if (!list.known) return "maybe";
  if (list.value.length === 0) return "no";
  return every(list.value.map((item) => (item.known ? (test(item.value) ? "yes" : "no") : "maybe")));
}

/** An ARN whose account, or where it has none whose resource, is fixed from its beginning. */
function isFixedArn(value: string): boolean {
  const [, account = "", resource = ""] = /^arn:[^:]*:[^:]*:[^:]*:([^:]*):(.*)$/.exec(value) ?? [];
  return account === "" ? /^[^*?]{3}/.test(resource) : isFixed(account);
}

/**
 * Keys whose fixed values name somebody, or a place, and what fixed means for each. Source: Amazon S3 user guide, "Blocking public access",
 * the meaning of public; IAM user guide, "AWS global condition context keys" (the organization's keys).
 */
const NARROWING: Readonly<Record<string, (value: string) => boolean>> = {
  "aws:sourcevpc": isFixed,
  "aws:sourcevpce": isFixed,
  "aws:sourceaccount": isFixed,
  "aws:sourceowner": isFixed,
  "aws:sourceorgid": isFixed,
  "aws:sourceorgpaths": (value) => /^o-[a-z0-9]+\//.test(value),
  "aws:sourcearn": isFixedArn,
  "aws:principalaccount": isFixed,
  "aws:principalorgid": isFixed,
  "aws:principalorgpaths": (value) => /^o-[a-z0-9]+\//.test(value),
  "aws:principalarn": (value) => isFixedArn(value) && !/[*?]/.test(value.split(":")[4] ?? ""),
  "aws:userid": (value) => !isManyPrincipals(value) && /^[^*?]{12}/.test(value),
  "aws:username": isFixed,
  "aws:principalservicename": isFixed,
  "s3:dataaccesspointaccount": isFixed,
  "s3:dataaccesspointarn": isFixedArn,
  "aws:vpceaccount": isFixed,
  "aws:vpceorgid": isFixed,
  "s3:x-amz-server-side-encryption-aws-kms-key-id": isFixed,
};

const POSITIVE = /^(foranyvalue:)?(string(equals|equalsignorecase|like)|arn(equals|like))$/;

/** Whether a condition of an Allow leaves only those that it names: by a key's fixed values, or by addresses that aren't the internet. */
function narrows({ operator, key, values }: ConditionFact): Match {
  if (operator === "ipaddress" && key === "aws:sourceip") return areSomebodys(values);
  const isNarrow = NARROWING[key];
  return isNarrow !== undefined && POSITIVE.test(operator) ? all(values, isNarrow) : "no";
}

/** Whether blocks, added up, are somebody's network and not the internet; what can't be read may be anything. */
function areSomebodys(values: TextList): Match {
  if (!values.known) return "maybe";
  if (values.value.length === 0) return "no";
  const known = values.value.flatMap((value) => (value.known ? [value.value] : []));
  const set = known.reduce(
    (sum, text) => sum.union(addressesIn(text.includes("/") ? text : hostBlock(text)) ?? AddressSet.all),
    AddressSet.empty,
  );
  if (isInternet(set)) return "no";
  return known.length === values.value.length ? "yes" : "maybe";
}

const hostBlock = (address: string): string => `${address}/${address.includes(":") ? 128 : 32}`;

const RESOURCE_KEYS: readonly string[] = [
  "aws:resourceaccount",
  "aws:resourceorgid",
  "aws:resourceorgpaths",
  "s3:resourceaccount",
];

/** Whether some condition of an Allow leaves only a known owner's resources. */
export const isNarrowedToOwner = ({ conditions }: StatementFact): Match =>
  conditions.known
    ? any(
        conditions.value.map(({ operator, key, values }) =>
          RESOURCE_KEYS.includes(key) && POSITIVE.test(operator) ? all(values, isFixed) : "no",
        ),
      )
    : "maybe";

/** Whether some condition of an Allow for everyone leaves only those that it names. */
export const isNarrowed = ({ conditions }: StatementFact): Match =>
  conditions.known ? any(conditions.value.map(narrows)) : "maybe";

const NEGATIVE = /^(string(notequals|notequalsignorecase|notlike)|arn(notequals|notlike))(ifexists)?$/;

/** Whether a condition of a Deny spares nobody but AWS's services, or principals and addresses that it names. */
export function spares({ operator, key, values }: ConditionFact): Match {
  if (/^bool(ifexists)?$/.test(operator) && /^aws:(principalisawsservice|viaawsservice)$/.test(key)) {
    return all(values, (value) => value.toLowerCase() === "false");
  }
  if (/^notipaddress(ifexists)?$/.test(operator) && key === "aws:sourceip") return areSomebodys(values);
  if (!NEGATIVE.test(operator)) return "no";
  if (key === "aws:principalarn" || key === "aws:userid") {
    return all(values, (value) => !isManyPrincipals(value) && value !== "");
  }
  if (key.startsWith("aws:principaltag/")) return all(values, isFixed);
  // A third party's account is spared whole; whether it isn't the bucket's own, the document doesn't say.
  return key === "aws:principalaccount" ? both("maybe", all(values, isFixed)) : "no";
}

/** Whether a condition of a Deny is that a request doesn't come through a VPC or one of its endpoints. */
export const isOutside = ({ operator, key, values }: ConditionFact): Match =>
  /^stringnot(equals|equalsignorecase|like)(ifexists)?$/.test(operator) && PLACES.includes(key)
    ? all(values, isFixed)
    : "no";

const PLACES: readonly string[] = ["aws:sourcevpce", "aws:sourcevpc"];

/** Whether a condition of a Deny is that a request comes without TLS. */
export const isWithoutTls = ({ operator, key, values }: ConditionFact): Match =>
  /^bool(ifexists)?$/.test(operator) && key === "aws:securetransport"
    ? both(
        all(values, (value) => value.toLowerCase() === "false"),
        some(values, () => true),
      )
    : "no";

/** A condition as people write it: `StringNotLike aws:SourceVpce` in lower case. */
export const conditionText = ({ operator, key }: ConditionFact): string => `${operator} ${key}`;
