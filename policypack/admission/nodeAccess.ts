// Tests: test/policypack/admission.test.ts
import { ADMINISTRATION, CONTAINERS, NODE_FILES } from "../facts";
import { all, any, listAt, not, texts } from "./cel";
import { isExempt } from "./namespaces";
import type { AdmissionRule, TwinContext, ResourceRule } from "./rule";

/** Kinds whose pods stand at the same place. */
interface Shape {
  readonly part: string;
  /** Where the pods' spec is. */
  readonly spec: string;
  readonly decidedBy: string;
  readonly resources: readonly ResourceRule[];
}

const SHAPES: readonly Shape[] = [
  {
    part: "pods",
    spec: "spec",
    decidedBy: "spec",
    resources: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods", "pods/ephemeralcontainers"] }],
  },
  {
    part: "workloads",
    spec: "spec.template.spec",
    decidedBy: "spec.template",
    resources: [
      { apiGroups: [""], apiVersions: ["v1"], resources: ["replicationcontrollers"] },
      {
        apiGroups: ["apps"],
        apiVersions: ["v1"],
        resources: ["daemonsets", "deployments", "replicasets", "statefulsets"],
      },
      { apiGroups: ["batch"], apiVersions: ["v1"], resources: ["jobs"] },
    ],
  },
  {
    part: "cronjobs",
    spec: "spec.jobTemplate.spec.template.spec",
    decidedBy: "spec.jobTemplate",
    resources: [{ apiGroups: ["batch"], apiVersions: ["v1"], resources: ["cronjobs"] }],
  },
];

/** The twins of workload-no-host-network: one for pods, one for what has a pod template, one for CronJobs, one for PersistentVolumes. */
export function nodeAccessRules({
  config,
}: TwinContext<{ readonly exempt: readonly string[] }>): AdmissionRule[] {
  const ofPods = SHAPES.map(({ part, spec, decidedBy, resources }) => {
    const pods = `object.${spec}`;
    const unlessExempt = (taken: string): string => any(["variables.exempt", not(taken)]);
    const inContainers = (taken: string): string =>
      any(CONTAINERS.map((list) => `${listAt(`${pods}.${list}`)}.exists(c, ${taken})`));
    return {
      part,
      resources,
      decidedBy: [decidedBy],
      variables: [{ name: "exempt", expression: isExempt("object.metadata.namespace", config.exempt) }],
      validations: [
        {
          expression: unlessExempt(`has(${pods}.hostNetwork) && ${pods}.hostNetwork`),
          message: "runs its pods in the node's network, where no NetworkPolicy applies to them",
        },
        {
          expression: unlessExempt(`has(${pods}.hostPID) && ${pods}.hostPID`),
          message: "sees the node's processes, and can enter the network of any",
        },
        {
          expression: unlessExempt(
            inContainers("has(c.ports) && c.ports.exists(p, has(p.hostPort) && p.hostPort != 0)"),
          ),
          message: "listens on a port of its node",
        },
        {
          expression: unlessExempt(inContainers(mayAdminister)),
          message:
            "may change networks or its node: a container is privileged, or has a capability that allows it",
        },
        {
          expression: unlessExempt(
            `${listAt(`${pods}.volumes`)}.exists(v, has(v.hostPath) && ${controlsNode("v.hostPath.path")})`,
          ),
          message: "mounts files that control its node",
        },
      ],
    };
  });
  return [...ofPods, volumesRule(config.exempt)];
}

/** Where the only claim is that a PersistentVolume may bind to. */
const CLAIMANT = `has(object.spec.claimRef) && has(object.spec.claimRef.namespace) ? object.spec.claimRef.namespace : ""`;

const volumesRule = (exempt: readonly string[]): AdmissionRule => ({
  part: "volumes",
  resources: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["persistentvolumes"] }],
  namespace: CLAIMANT,
  decidedBy: ["spec.hostPath", "spec.local", "spec.claimRef"],
  variables: [
    { name: "claimant", expression: CLAIMANT },
    { name: "exempt", expression: isExempt("variables.claimant", exempt) },
  ],
  validations: [
    {
      expression: any([
        "variables.exempt",
        not(
          any(
            ["hostPath", "local"].map((source) =>
              all([`has(object.spec.${source})`, controlsNode(`object.spec.${source}.path`)]),
            ),
          ),
        ),
      ]),
      message: "gives whoever claims it files that control a node",
    },
  ],
});

const mayAdminister = all([
  "has(c.securityContext)",
  any([
    "has(c.securityContext.privileged) && c.securityContext.privileged",
    `has(c.securityContext.capabilities) && has(c.securityContext.capabilities.add) && c.securityContext.capabilities.add.exists(a, a.upperAscii() in ${texts(ADMINISTRATION)})`,
  ]),
]);

/** Whether a path, however it is written, is one of the node's files that control it, is in one or holds one. A list of one stands for a name in CEL. */
const controlsNode = (path: string): string =>
  `[${path}.split("/").filter(s, s != "" && s != ".")].exists(parts, [size(parts) == 0 ? "/" : "/" + parts.join("/") + "/"].exists(at, ` +
  `${texts(NODE_FILES)}.exists(f, at.startsWith(f + "/") || (f + "/").startsWith(at))))`;
