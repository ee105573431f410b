// Tests: test/reachability/evidence/otherWorkloads.test.ts
/** A kind of another project whose objects make pods from a template that they hold. */
export interface WorkloadRow {
  readonly kind: string;
  readonly groups: readonly string[];
  /** What its ends are called: its kind, unless Kubernetes has one of that name. */
  readonly as: string;
  /** Where its pod templates are; `*` stands for every item of a list or map. */
  readonly templates: readonly (readonly string[])[];
  /** Labels that its controller adds, with a value that a manifest doesn't show. */
  readonly adds: readonly string[];
  /** Fields that put more labels on some of its pods. */
  readonly moreLabels?: readonly (readonly string[])[];
  /** Whether its controller adds containers, whose ports no manifest shows. */
  readonly addsPorts?: true;
  /** Where the fields of Argo's workflows are: their templates are pods by another spelling. */
  readonly workflow?: readonly string[];
  /** A field whose presence says that the template is another object's. */
  readonly elsewhere?: readonly string[];
  /** Where it refers to the workload whose template that is: a map of apiVersion, kind and name. */
  readonly reference?: readonly string[];
  /** Whether nothing is known of what its controller adds to pods. */
  readonly isForeign?: true;
}

const TEMPLATE = ["spec", "template"];
const OF_JOB = ["template", "spec", "template"];
const TRAINING = ["training.kubeflow.org/job-name", "training.kubeflow.org/replica-type"];

/** Sources: each project's API reference, and its controller's code for the labels that it adds. */
export const WORKLOAD_TABLE: readonly WorkloadRow[] = [
  {
    kind: "Rollout",
    groups: ["argoproj.io"],
    as: "Rollout",
    templates: [TEMPLATE],
    adds: ["rollouts-pod-template-hash"],
    moreLabels: [
      ...["canaryMetadata", "stableMetadata"].map((field) => ["spec", "strategy", "canary", field]),
      ...["activeMetadata", "previewMetadata"].map((field) => ["spec", "strategy", "blueGreen", field]),
    ],
    elsewhere: ["spec", "workloadRef"],
    reference: ["spec", "workloadRef"],
  },
  {
    kind: "DeploymentConfig",
    groups: ["apps.openshift.io"],
    as: "DeploymentConfig",
    templates: [TEMPLATE],
    adds: ["deployment", "deploymentconfig"],
  },
  {
    kind: "Service",
    groups: ["serving.knative.dev"],
    as: "KnativeService",
    templates: [TEMPLATE],
    adds: [
      "app",
      "serving.knative.dev/service",
      "serving.knative.dev/serviceUID",
      "serving.knative.dev/configuration",
      "serving.knative.dev/configurationGeneration",
      "serving.knative.dev/configurationUID",
      "serving.knative.dev/revision",
      "serving.knative.dev/revisionUID",
      "pod-template-hash",
    ],
    addsPorts: true,
  },
  {
    kind: "CronWorkflow",
    groups: ["argoproj.io"],
    as: "CronWorkflow",
    templates: [["spec", "workflowSpec", "templates", "*"]],
    workflow: ["spec", "workflowSpec"],
    adds: ["workflows.argoproj.io/workflow", "workflows.argoproj.io/completed"],
    addsPorts: true,
    elsewhere: ["spec", "workflowSpec", "workflowTemplateRef"],
  },
  {
    kind: "Workflow",
    groups: ["argoproj.io"],
    as: "Workflow",
    templates: [["spec", "templates", "*"]],
    workflow: ["spec"],
    adds: ["workflows.argoproj.io/workflow", "workflows.argoproj.io/completed"],
    addsPorts: true,
    elsewhere: ["spec", "workflowTemplateRef"],
  },
  {
    kind: "ScaledJob",
    groups: ["keda.sh"],
    as: "ScaledJob",
    templates: [["spec", "jobTargetRef", "template"]],
    adds: ["job-name", "batch.kubernetes.io/job-name", "controller-uid", "scaledjob.keda.sh/name"],
  },
  {
    kind: "CloneSet",
    groups: ["apps.kruise.io"],
    as: "CloneSet",
    templates: [TEMPLATE],
    adds: ["apps.kruise.io/cloneset-instance-id", "controller-revision-hash", "pod-template-hash"],
  },
  {
    kind: "StatefulSet",
    groups: ["apps.kruise.io"],
    as: "AdvancedStatefulSet",
    templates: [TEMPLATE],
    adds: ["statefulset.kubernetes.io/pod-name", "controller-revision-hash"],
  },
  {
    kind: "DaemonSet",
    groups: ["apps.kruise.io"],
    as: "AdvancedDaemonSet",
    templates: [TEMPLATE],
    adds: ["controller-revision-hash", "pod-template-generation"],
  },
  {
    kind: "JobSet",
    groups: ["jobset.x-k8s.io"],
    as: "JobSet",
    templates: [["spec", "replicatedJobs", "*", ...OF_JOB]],
    adds: ["job-name", "batch.kubernetes.io/job-name", "jobset.sigs.k8s.io/jobset-name"],
  },
  {
    kind: "LeaderWorkerSet",
    groups: ["leaderworkerset.x-k8s.io"],
    as: "LeaderWorkerSet",
    templates: [
      ["spec", "leaderWorkerTemplate", "leaderTemplate"],
      ["spec", "leaderWorkerTemplate", "workerTemplate"],
    ],
    adds: ["leaderworkerset.sigs.k8s.io/name", "leaderworkerset.sigs.k8s.io/worker-index"],
  },
  {
    kind: "RayCluster",
    groups: ["ray.io"],
    as: "RayCluster",
    templates: [
      ["spec", "headGroupSpec", "template"],
      ["spec", "workerGroupSpecs", "*", "template"],
    ],
    adds: ["ray.io/cluster", "ray.io/node-type", "ray.io/group", "ray.io/identifier", "ray.io/is-ray-node"],
  },
  ...["PyTorchJob", "TFJob", "XGBoostJob", "PaddleJob", "MPIJob"].map((kind): WorkloadRow => {
    const field =
      { PyTorchJob: "pytorch", TFJob: "tf", XGBoostJob: "xgb", PaddleJob: "paddle" }[kind] ?? "mpi";
    return {
      kind,
      groups: ["kubeflow.org"],
      as: kind,
      templates: [["spec", `${field}ReplicaSpecs`, "*", "template"]],
      adds: TRAINING,
    };
  }),
  {
    kind: "Notebook",
    groups: ["kubeflow.org"],
    as: "Notebook",
    templates: [TEMPLATE],
    adds: ["statefulset", "notebook-name", "statefulset.kubernetes.io/pod-name", "controller-revision-hash"],
  },
  {
    kind: "Job",
    groups: ["batch.volcano.sh"],
    as: "VolcanoJob",
    templates: [["spec", "tasks", "*", "template"]],
    adds: [
      "volcano.sh/job-name",
      "volcano.sh/job-namespace",
      "volcano.sh/queue-name",
      "volcano.sh/task-spec",
    ],
  },
  {
    kind: "VirtualMachine",
    groups: ["kubevirt.io"],
    as: "VirtualMachine",
    templates: [TEMPLATE],
    adds: ["kubevirt.io", "kubevirt.io/created-by", "kubevirt.io/nodeName", "vm.kubevirt.io/name"],
    addsPorts: true,
  },
  {
    kind: "Fleet",
    groups: ["agones.dev"],
    as: "Fleet",
    templates: [["spec", "template", "spec", "template"]],
    adds: ["agones.dev/fleet", "agones.dev/gameserver", "agones.dev/gameserverset", "agones.dev/role"],
    addsPorts: true,
  },
];

const byKind = new Map(
  WORKLOAD_TABLE.flatMap((row) => row.groups.map((group) => [`${group}/${row.kind}`, row] as const)),
);

/** The row of a kind as manifests call it. */
export const workloadRow = (kind: string, group: string): WorkloadRow | undefined =>
  byKind.get(`${group}/${kind}`);

/** Where kinds that no row knows keep a pod template. */
const USUAL = [TEMPLATE, ["spec", "podTemplate"], ["spec", "jobTemplate", "spec", "template"]];

/**
 * A row for a kind that none knows, whose object holds what only a pod template is: containers under one of the usual fields. Its
 * ends are called as kubectl calls the kind. Undefined for all others.
 */
export function foreignRow(kind: string, group: string, object: unknown): WorkloadRow | undefined {
  if (!group.includes(".")) return undefined;
  const templates = USUAL.filter((path) => {
    const containers = valueAt(object, [...path, "spec", "containers"]);
    return Array.isArray(containers) && containers.length > 0;
  });
  return templates.length === 0
    ? undefined
    : {
        kind,
        groups: [group],
        as: foreignName(kind, group),
        templates,
        adds: [],
        addsPorts: true,
        isForeign: true,
      };
}

/** `WebApp.example.com`, as kubectl calls a kind in full. */
export const foreignName = (kind: string, group: string): string => `${kind}.${group}`;

function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const step of path)
    at = typeof at === "object" && at !== null ? (at as Readonly<Record<string, unknown>>)[step] : undefined;
  return at;
}
