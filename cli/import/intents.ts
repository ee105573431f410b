// Tests: test/cli/import/intents.test.ts
import { isMap } from "../../data";
import { quote } from "../../problems";
import type { SourcedObject } from "../../reachability/read";
import { IntentTargets, type IntentTarget } from "./intentTargets";
import {
  CLUSTER_DNS,
  inNamespace,
  named,
  networkPolicy,
  textOr,
  translate,
  type TranslatedObject,
  type Translation,
} from "./translation";

const KIND = "ClientIntents";

const NOTE =
  "ClientIntents are read as the NetworkPolicies that Otterize writes for both ends, on the ports that workloads list";

/**
 * ClientIntents (v1alpha3, v2beta1 and what lies between) as the NetworkPolicies that Otterize's operator would write with policies for both ends on: the client's egress
 * with name resolution, and each server's ingress; on a Service's ports, or those that the pods list. (The operator opens every
 * port of a workload: only what listens is meant.) Databases, topics and clouds are listed instead.
 * Source: Otterize documentation, "ClientIntents CRD", "Differences between v1 and v2", "Workload identity and resolution".
 */
export const translateIntents = (listed: readonly SourcedObject[]): Translation =>
  translate(listed, { kind: KIND, group: "k8s.otterize.com", note: NOTE }, (objects) => {
    const targets = new IntentTargets(objects);
    return (object) => policiesOf(object, targets);
  });

function policiesOf(object: SourcedObject, targets: IntentTargets): TranslatedObject {
  const { name, namespace, spec, problem } = named(object, KIND, "intents");
  const isOlder = spec["workload"] === undefined;
  const client = isMap(spec[isOlder ? "service" : "workload"]) ? spec[isOlder ? "service" : "workload"] : {};
  const field = isOlder ? "calls" : "targets";
  const list = Array.isArray(spec[field]) ? (spec[field] as readonly unknown[]) : [];
  const workload = targets.workload(
    textOr((client as Named)["name"], ""),
    namespace,
    (client as Named)["kind"],
  );
  if (workload === undefined) {
    const message = `no workload of the input is ${quote((client as Named)["name"] ?? "")}`;
    return {
      policies: [],
      problems: [
        problem([isOlder ? "service" : "workload"], message, "Give the manifest of the workload, too"),
      ],
    };
  }
  const pods = workload.labels;
  const found = list.map((target, index) => ({ index, target: targets.read(target, namespace) }));
  const known = found.flatMap(({ target }) => (target.kind === "other" ? [] : [target]));
  const egress = known.map(egressRule);
  return {
    policies: [
      networkPolicy({ name: `${name}-egress`, namespace }, pods, {
        policyTypes: ["Egress"],
        egress: [...egress, NAME_RESOLUTION],
      }),
      ...known.flatMap((target, index) =>
        target.kind === "pods"
          ? [
              networkPolicy(
                { name: `${name}-to-${target.name}-${index + 1}`, namespace: target.namespace },
                target.labels,
                {
                  policyTypes: ["Ingress"],
                  ingress: [
                    {
                      from: [{ ...inNamespace(namespace), podSelector: { matchLabels: pods } }],
                      ...portsOf(target),
                    },
                  ],
                },
              ),
            ]
          : [],
      ),
    ],
    problems: found.flatMap(({ index, target }) =>
      target.kind === "other" ? [problem([field, index], target.message, target.remedy)] : [],
    ),
  };
}

type Named = Readonly<Record<string, unknown>>;
type Connected = Exclude<IntentTarget, { kind: "other" }>;

const portsOf = ({ ports }: Connected) => (ports === undefined ? {} : { ports });

const egressRule = (target: Connected) => ({
  to:
    target.kind === "pods"
      ? [{ ...inNamespace(target.namespace), podSelector: { matchLabels: target.labels } }]
      : target.cidrs.map((cidr) => ({ ipBlock: { cidr } })),
  ...portsOf(target),
});

/** What the operator adds for every client whose egress it isolates. */
const NAME_RESOLUTION = {
  to: [CLUSTER_DNS],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};
