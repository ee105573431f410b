// Tests: test/cli/import/intents.test.ts
import type { Unexpressed } from "../../adopt";
import { fieldsOf, isMap } from "../../data";
import { atPath, atSource, atSubject, quote } from "../../problems";
import { objectText, type SourcedObject } from "../../reachability/read";
import { opened } from "../manifests/namespace";
import { IntentTargets, type IntentTarget, textOr } from "./intentTargets";

/** Objects of which ClientIntents are NetworkPolicies now, and what of these isn't about connections of pods. */
export interface TranslatedIntents {
  readonly objects: readonly SourcedObject[];
  readonly unexpressed: readonly Unexpressed[];
  /** What to say of it. */
  readonly notes: readonly string[];
}

const NOTE =
  "ClientIntents are read as the NetworkPolicies that Otterize writes for both ends, on the ports that workloads list";

/** Whether an object is one of Otterize's ClientIntents. */
const isClientIntents = ({ value }: SourcedObject): boolean => {
  const { kind, apiVersion } = fieldsOf(value) ?? {};
  return (
    kind === "ClientIntents" && typeof apiVersion === "string" && apiVersion.startsWith("k8s.otterize.com/")
  );
};

/**
 * ClientIntents (v1alpha3, v2beta1 and what lies between) as the NetworkPolicies that Otterize's operator would write with policies for both ends on: the client's egress
 * with name resolution, and each server's ingress; on a Service's ports, or those that the pods list. (The operator opens every
 * port of a workload: only what listens is meant.) Databases, topics and clouds are listed instead.
 * Source: Otterize documentation, "ClientIntents CRD", "Differences between v1 and v2", "Workload identity and resolution".
 */
export function translateIntents(listed: readonly SourcedObject[]): TranslatedIntents {
  const objects = listed.flatMap(opened);
  if (!objects.some(isClientIntents)) return { objects: listed, unexpressed: [], notes: [] };
  const targets = new IntentTargets(objects);
  const unexpressed: Unexpressed[] = [];
  const translated = objects.flatMap((object): readonly SourcedObject[] => {
    if (!isClientIntents(object)) return [object];
    const { policies, problems } = policiesOf(object, targets);
    unexpressed.push(...problems);
    return policies.map((value) => ({ ...object, value }));
  });
  return { objects: translated, unexpressed, notes: [NOTE] };
}

interface Written {
  readonly policies: readonly object[];
  readonly problems: readonly Unexpressed[];
}

function policiesOf({ value, source }: SourcedObject, targets: IntentTargets): Written {
  const { metadata, spec: given } = fieldsOf(value) ?? {};
  const [meta, spec] = [isMap(metadata) ? metadata : {}, isMap(given) ? given : {}];
  const name = textOr(meta["name"], "intents");
  const namespace = textOr(meta["namespace"], "default");
  const isOlder = spec["workload"] === undefined;
  const client = isMap(spec[isOlder ? "service" : "workload"]) ? spec[isOlder ? "service" : "workload"] : {};
  const field = isOlder ? "calls" : "targets";
  const list = Array.isArray(spec[field]) ? (spec[field] as readonly unknown[]) : [];
  const problem = (path: readonly (string | number)[], message: string, remedy: string): Unexpressed => ({
    place: [
      ...atSource(source.file, source.isLive === true ? {} : { document: source.document }),
      ...atSubject(objectText("ClientIntents", { namespace, name })),
      ...atPath("spec", ...path),
    ],
    message,
    remedy,
    ends: [],
    directions: [],
  });
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
      policy(`${name}-egress`, namespace, pods, {
        policyTypes: ["Egress"],
        egress: [...egress, NAME_RESOLUTION],
      }),
      ...known.flatMap((target, index) =>
        target.kind === "pods"
          ? [
              policy(`${name}-to-${target.name}-${index + 1}`, target.namespace, target.labels, {
                policyTypes: ["Ingress"],
                ingress: [
                  {
                    from: [{ ...inNamespace(namespace), podSelector: { matchLabels: pods } }],
                    ...portsOf(target),
                  },
                ],
              }),
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

const policy = (name: string, namespace: string, matchLabels: object, spec: object) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec: { podSelector: { matchLabels }, ...spec },
});

const inNamespace = (namespace: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
});

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
  to: [{ ...inNamespace("kube-system"), podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};
