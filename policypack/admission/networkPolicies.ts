// Tests: test/policypack/admission.test.ts
import { type Direction, DIRECTIONS, PEERS_FIELD, POLICY_TYPE } from "../../kubernetes";
import type { Settings } from "../settings";
import { all, any, expressions, isEmptyAt, labels, listAt, map, not, text } from "./cel";
import type { TwinContext, Variable } from "./rule";

/** The rules of a direction that have an effect, and aren't what a namespace or workload under observation has. */
export function rulesVariable(direction: Direction, { settings, today }: TwinContext): Variable[] {
  const types = listAt("object.spec.policyTypes");
  const isStated = any([`size(${types}) == 0`, `${text(POLICY_TYPE[direction])} in ${types}`]);
  const hasEffect = all([isStated, not(isObserved(settings, today))]);
  return [
    {
      name: "rules",
      expression: `(${hasEffect}) ? ${listAt(`object.spec.${direction}`)} : []`,
    },
  ];
}

/** The peers of the rule `r`. */
export const peersOf = (direction: Direction): string => listAt(`r.${PEERS_FIELD[direction]}`);

/** Whether the rule `r` has no peers, which the API reads as everyone. */
export const isForEveryone = (direction: Direction): string => isEmptyAt(`r.${PEERS_FIELD[direction]}`);

/** The last moment of a day, as CEL compares it with an object's creation. */
export const untilEndOf = (day: string): string =>
  `timestamp(object.metadata.creationTimestamp) <= timestamp(${text(`${day}T23:59:59Z`)})`;

/** Whether a policy is what observation looks like, and what it selects is under observation since it was made. */
function isObserved({ observe }: Settings, today: string): string {
  const active = observe.filter(({ until }) => until >= today);
  if (active.length === 0) return "false";
  const admitsAll = DIRECTIONS.map((direction) =>
    all([
      `${text(POLICY_TYPE[direction])} in ${listAt("object.spec.policyTypes")}`,
      `size(${listAt(`object.spec.${direction}`)}) == 1`,
      `object.spec.${direction}.all(r, ${all([isForEveryone(direction), isEmptyAt("r.ports")])})`,
    ]),
  );
  const selected = active.map(({ namespace, labels, until }) =>
    all([`object.metadata.namespace == ${text(namespace)}`, selectsExactly(labels ?? {}), untilEndOf(until)]),
  );
  return all([any(selected), ...admitsAll]);
}

/** Whether the policy's podSelector asks for exactly some labels. */
const selectsExactly = (labels: Readonly<Record<string, string>>): string =>
  all([
    isEmptyAt("object.spec.podSelector.matchExpressions"),
    Object.keys(labels).length === 0
      ? isEmptyAt("object.spec.podSelector.matchLabels")
      : `has(object.spec.podSelector.matchLabels) && object.spec.podSelector.matchLabels == ${map(Object.entries(labels))}`,
  ]);

/** Whether a selector asks for a label with exactly one value. */
export const asksFor = (path: string, key: string, value: string): string =>
  any([
    `${text(key)} in ${labels(path)} && ${labels(path)}[${text(key)}] == ${text(value)}`,
    `${expressions(path)}.exists(x, x.key == ${text(key)} && x.operator == "In" && x.values.all(v, v == ${text(value)}))`,
  ]);

/** Whether a peer is none of its three fields, which the API refuses and other readers take for everyone. */
export const isEmptyPeer = (peer: string): string =>
  all(["ipBlock", "namespaceSelector", "podSelector"].map((field) => not(`has(${peer}.${field})`)));
