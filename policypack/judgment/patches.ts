// Tests: test/policypack/invariants/namespaceDefaultDeny.test.ts
import type { Direction } from "../../kubernetes";
import type { NetworkPolicyFact } from "../facts";
import type { Field, Unread } from "../values";
import { type Denial, denialOf } from "./defaultDeny";

/**
 * Whether a policy still denies a direction once the stack's patches are applied. A patch replaces each field of the
 * spec that it writes: the API server merges none of them (they are atomic). Each counts by itself, because nobody
 * knows which is applied last. The fields that leave it open are named with the object that holds them.
 * @param policies the stack's policies and patches, of any cluster.
 */
export function patchedDenialOf(
  policy: NetworkPolicyFact,
  direction: Direction,
  policies: readonly NetworkPolicyFact[],
): Denial {
  const own = denialOf(policy, direction);
  if (own.answer === "no") return own;
  const unread = own.answer === "maybe" ? own.unread.map(pathIn(policy)) : [];
  const patches = policy.subject.partial ? [] : policies.filter(({ subject }) => subject.partial);
  for (const patch of patches) {
    const doubts = doubtsOfTarget(patch, policy, policies);
    if (doubts === "other") continue;
    const denial = denialOf(overlaid(policy, patch), direction);
    if (denial.answer === "yes") continue;
    if (denial.answer === "no" && doubts.length === 0) {
      return { answer: "no", because: `${patch.title} changes it: ${denial.because}` };
    }
    unread.push(...[...doubts, ...(denial.answer === "maybe" ? denial.unread : [])].map(pathIn(patch)));
  }
  return unread.length === 0 ? { answer: "yes" } : { answer: "maybe", unread };
}

const pathIn =
  ({ title }: NetworkPolicyFact) =>
  (field: Unread): Unread => ({ ...field, path: `${title} ${field.path}` });

/** What keeps a patch from being this policy's for certain: nothing, if the list is empty. */
function doubtsOfTarget(
  patch: NetworkPolicyFact,
  policy: NetworkPolicyFact,
  policies: readonly NetworkPolicyFact[],
): Unread[] | "other" {
  if (patch.subject.cluster.key !== policy.subject.cluster.key) return "other";
  const namespace = compared("metadata.namespace", patch.namespace, policy.namespace);
  const name = compared("metadata.name", patch.name, policy.name);
  if (namespace === "other" || name === "other") return "other";
  // A name made from one policy of the stack is that policy's.
  const { namedFrom } = patch.subject;
  const madeFrom = policies.filter(({ subject }) => namedFrom.includes(subject.urn));
  if (name.length > 0 && madeFrom.length > 0 && !madeFrom.includes(policy)) return "other";
  return [...namespace, ...name];
}

function compared(
  path: string,
  patch: Field<string | undefined>,
  policy: Field<string | undefined>,
): Unread[] | "other" {
  if (!patch.known) return [patch];
  if (!policy.known) return [policy];
  if (patch.value === undefined || policy.value === undefined) {
    return [{ known: false, path, because: "chosen when it is made" }];
  }
  return patch.value === policy.value ? [] : "other";
}

/** A policy with the fields that a patch writes. */
function overlaid(policy: NetworkPolicyFact, patch: NetworkPolicyFact): NetworkPolicyFact {
  const spec = patch.subject.object.at("spec");
  const writes = (field: string) => !spec.at(field).isAbsent();
  return {
    ...policy,
    ...(writes("podSelector") && { podSelector: patch.podSelector }),
    ...(writes("policyTypes") && { policyTypes: patch.policyTypes }),
    ...(writes("ingress") && { ingress: patch.ingress }),
    ...(writes("egress") && { egress: patch.egress }),
  };
}
