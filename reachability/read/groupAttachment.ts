// Tests: test/reachability/read/groups.test.ts
import type { FieldReader, Fields } from "./fields";
import { readSelector } from "./readLabels";
import { EVERYTHING, UNKNOWN } from "../../kubernetes";
import type { SecurityGroupPolicy } from "./groups";

/** Reads a `vpcresources.k8s.aws/v1beta1` SecurityGroupPolicy. */
export function readGroupAttachment(
  fields: FieldReader,
  object: Fields,
  namespace: string,
  name: string,
): SecurityGroupPolicy {
  const spec = fields.map(object["spec"], ["spec"]) ?? {};
  if (spec === UNKNOWN) {
    const selector = { ...EVERYTHING, complete: false, key: ";?" };
    return { namespace, name, selects: { by: "pods", selector }, groups: undefined };
  }
  const given = (field: string) => spec[field] !== undefined && spec[field] !== null;
  const field = given("serviceAccountSelector") ? "serviceAccountSelector" : "podSelector";
  if (given("serviceAccountSelector") === given("podSelector")) {
    fields.problem(["spec"], "needs either a podSelector or a serviceAccountSelector");
  }
  const selector = readSelector(fields, spec, field, ["spec"]);
  const holder = fields.map(spec["securityGroups"], ["spec", "securityGroups"]) ?? {};
  const list =
    holder === UNKNOWN ? UNKNOWN : fields.list(holder["groupIds"], ["spec", "securityGroups", "groupIds"]);
  const ids =
    list === undefined || list === UNKNOWN
      ? undefined
      : list.map((id, i) => fields.string(id, ["spec", "securityGroups", "groupIds", i]));
  return {
    namespace,
    name,
    selects: { by: field === "podSelector" ? "pods" : "serviceAccounts", selector },
    groups: ids?.every((id): id is string => typeof id === "string") === true ? ids : undefined,
  };
}
