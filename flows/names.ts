import { quote } from "../problems";
import { isLabelKey, isLabelValue, isNamespaceName, isObjectName } from "../kubernetes";

/** What is wrong with a text, and what to write instead. */
export interface Fault {
  readonly message: string;
  readonly remedy: string;
}

const OWNERS_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/;

/**
 * Words with a meaning in the language: as a workload's name they would read as something else. "isolation" names the
 * namespace-wide policy; "constructor" is what every JavaScript object answers to.
 */
const RESERVED: ReadonlySet<string> = new Set([
  "every-workload",
  "every-pod",
  "internet",
  "kubernetes-api",
  "cloud-identity",
  "isolation",
  "constructor",
]);

/** A name of ours (application, workload, instance, port, database, bucket, platform service): an RFC 1123 label. */
export function nameFault(what: string, name: string): Fault | undefined {
  if (RESERVED.has(name)) {
    return { message: `${what} name ${quote(name)} is reserved`, remedy: `Give the ${what} another name` };
  }
  return labelFault(`${what} name`, name);
}

/** A Pulumi project's name, as we make it: no word of the language is near it, so none is taken. */
export const projectFault = (name: string): Fault | undefined => labelFault("project name", name);

/** A Kubernetes namespace's name: an RFC 1123 label. */
export const namespaceFault = (name: string): Fault | undefined => labelFault("namespace name", name);

function labelFault(what: string, name: string): Fault | undefined {
  if (isNamespaceName(name)) return undefined;
  const rule = "Use 1-63 of a-z, 0-9 and -, with a letter or digit at both ends";
  const plain = name.trim().toLowerCase().replaceAll(/[_. ]/g, "-");
  const value = `${what} ${quote(name)} isn't a valid name`;
  return { message: value, remedy: isNamespaceName(plain) ? `Write ${quote(plain)}` : rule };
}

/** A ServiceAccount's name: an RFC 1123 subdomain. */
export function serviceAccountFault(name: string): Fault | undefined {
  if (isObjectName(name)) return undefined;
  return {
    message: `ServiceAccount ${quote(name)} isn't a valid name`,
    remedy: "Use lower-case letters, digits, hyphens and dots, with a letter or digit at both ends",
  };
}

/** An owner's policy name: what other tools may call a rule, in plain ASCII without spaces. */
export function ownersNameFault(name: string): Fault | undefined {
  if (name.length <= 253 && OWNERS_NAME.test(name)) return undefined;
  return {
    message: `name ${quote(name)} isn't a policy's name`,
    remedy: "Use up to 253 letters, digits and - _ . / with a letter or digit at both ends",
  };
}

/** A label's value; of which key, is said where there is one. Source: Kubernetes documentation, "Labels and Selectors". */
function labelValueFault(value: string, key?: string): Fault | undefined {
  if (isLabelValue(value)) return undefined;
  const what = key === undefined ? "" : `label ${quote(key)} value `;
  return {
    message: `${what}${quote(value)} isn't a label value`,
    remedy: "Use up to 63 letters, digits and - _ . with a letter or digit at both ends",
  };
}

/** A label's key: an optional DNS prefix and a slash, then a name. */
function labelKeyFault(key: string): Fault | undefined {
  if (isLabelKey(key)) return undefined;
  const slash = key.indexOf("/");
  const prefixValid = slash < 0 || isObjectName(key.slice(0, slash));
  return {
    message: `label key ${quote(key)} isn't valid`,
    remedy: prefixValid
      ? "Use up to 63 letters, digits and - _ . with a letter or digit at both ends, after an optional DNS prefix and a slash"
      : "Before the slash, write a DNS name in lower case",
  };
}

/** Every fault of a set of labels. */
export function labelsFaults(labels: Readonly<Record<string, string>>): Fault[] {
  return Object.entries(labels)
    .flatMap(([key, value]) => [labelKeyFault(key), labelValueFault(value, key)])
    .filter((fault) => fault !== undefined);
}

const LONGEST_REASON = 300;

/** What stands where nobody has said a reason yet, or an owner: validation lists it until somebody does. */
export const TODO_REASON = "TODO: why?";
export const TODO_OWNER = "TODO";

/** A reason on one line: line ends and runs of spaces, which a YAML block leaves behind, become one space. */
export const reasonText = (because: string): string => because.replaceAll(/\s+/g, " ").trim();

/** A reason has to say something, and nothing that a terminal or a diff would hide. Takes `reasonText`'s result. */
export function reasonFault(because: string): Fault | undefined {
  if (because === "") return { message: "has no reason", remedy: "Say in `because` why it is needed" };
  if (!/\p{L}/u.test(because)) {
    return { message: `reason ${quote(because)} says nothing`, remedy: "Say in `because` why it is needed" };
  }
  if (/^TODO\b/.test(because)) {
    return {
      message: `reason ${quote(because)} is still to be written`,
      remedy: "Say in `because` why it is needed",
    };
  }
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u.test(because)) {
    return {
      message: `reason ${quote(because)} holds invisible characters`,
      remedy: "Write it in plain text",
    };
  }
  if (because.length > LONGEST_REASON) {
    return {
      message: `reason is ${because.length} characters long`,
      remedy: `Say it in at most ${LONGEST_REASON} characters`,
    };
  }
  return undefined;
}

/** Who answers for an application: a label's value, and somebody. */
export function ownerFault(owner: string): Fault | undefined {
  if (owner === "") return { message: "owner is empty", remedy: "Name the team that answers for it" };
  if (owner === TODO_OWNER)
    return {
      message: `owner ${quote(owner)} is still to be named`,
      remedy: "Name the team that answers for it",
    };
  const fault = labelValueFault(owner);
  return fault === undefined ? undefined : { ...fault, message: `owner ${fault.message}` };
}
