/** The objects of which the pack and the API server are to say the same: those of the cases, of the documentation's examples, and some of our own. */
import { EXAMPLES } from "../../../policypack/examples";
import { INVARIANTS } from "../../../policypack/invariants";
import { CASES } from "../cases";
import { run, type TestResource, UNKNOWN } from "../helpers";
import { OWN_OBJECTS } from "./objects";

/** The policies that have a twin. */
export const TWINS = [
  "namespace-labels",
  "network-policy-explicit-types",
  "network-policy-no-everyone-ingress",
  "network-policy-no-everyone-egress",
  "network-policy-no-metadata-egress",
  "network-policy-trusted-namespace-selectors",
  "protected-ends",
  "workload-no-host-network",
] as const;

/** What one policy says of an object. */
export type Verdict = "denied" | "undecided" | "admitted";

/** An object and by what it is judged. */
export interface AdmissionCase {
  readonly id: string;
  readonly config: Readonly<Record<string, object>>;
  readonly resource: TestResource;
  /** The same as a client sends it. */
  readonly object: ApiObject;
}

/** An object as a client sends it. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: object;
}

const KINDS =
  /^kubernetes:(networking\.k8s\.io\/v1:NetworkPolicy|core\/v1:(Namespace|PersistentVolume|Pod|ReplicationController)|apps\/v1:\w+|batch\/v1:\w+)$/;

/** All cases; objects with values that aren't known yet are a preview's alone. */
export function admissionCases(): AdmissionCase[] {
  const ofCases = CASES.flatMap(({ id, config = {}, ...rest }) =>
    ("stack" in rest ? rest.stack : rest.manifests.map(resourceOf)).map((resource, index) => ({
      id: `${id}/${index}`,
      config,
      resource,
    })),
  );
  const ofExamples = INVARIANTS.flatMap(({ name, example }) => {
    const { violating = [], complying = [], config = example } = EXAMPLES[name] ?? {};
    return [...violating, ...complying].flatMap((one, index) =>
      one.kind === "object"
        ? [
            {
              id: `example-${name}/${index}`,
              config: { [name]: config ?? {} },
              resource: resourceOf(one.object),
            },
          ]
        : [],
    );
  });
  const own = OWN_OBJECTS.map(({ id, config = {}, resource }) => ({ id, config, resource }));
  return [...ofCases, ...ofExamples, ...own]
    .filter(({ resource }) => KINDS.test(resource.type) && !JSON.stringify(resource.props).includes(UNKNOWN))
    .map(({ id, config, resource }) => {
      const twins = Object.fromEntries(
        Object.entries(config).filter(([name]) => name === "settings" || TWINS.some((twin) => twin === name)),
      );
      return { id, config: twins, resource, object: objectOf(resource) };
    });
}

/** What one policy of the pack says of one object by itself, and leaves to no other policy. */
export function verdictOf(policy: string, resource: TestResource, config: AdmissionCase["config"]): Verdict {
  const disabled = TWINS.filter((twin) => twin !== policy);
  const reports = run([resource], config, { only: policy, disabled });
  if (reports.some(({ undecided }) => !undecided)) return "denied";
  return reports.length > 0 ? "undecided" : "admitted";
}

function resourceOf(object: object): TestResource {
  const { apiVersion, kind, metadata } = object as ApiObject;
  const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
  return { type: `kubernetes:${group}:${kind}`, name: metadata.name, props: object };
}

/** What the API asks for besides, and no policy reads. */
export function objectOf({ type, props }: TestResource): ApiObject {
  const [, token = "", kind = ""] = type.split(":");
  const object = structuredClone(props) as Mutable;
  object["apiVersion"] = token.replace(/^core\//, "");
  object["kind"] = kind;
  const spec = object["spec"] as Mutable | undefined;
  if (kind === "Pod") completePod(spec, "Always");
  const job = kind === "CronJob" ? (spec?.["jobTemplate"] as Mutable)["spec"] : spec;
  const template = (job as Mutable | undefined)?.["template"] as Mutable | undefined;
  if (template !== undefined && spec !== undefined) {
    const isJob = kind === "Job" || kind === "CronJob";
    completePod(template["spec"] as Mutable, isJob ? "Never" : "Always");
    const labels = (template["metadata"] as Mutable)["labels"];
    if (kind === "CronJob") spec["schedule"] = "@daily";
    else if (kind === "ReplicationController") spec["selector"] = labels;
    else if (!isJob) spec["selector"] = { matchLabels: labels };
    if (kind === "StatefulSet") spec["serviceName"] = "web";
  }
  return object as unknown as ApiObject;
}

type Mutable = Record<string, unknown>;

function completePod(spec: Mutable | undefined, restartPolicy: string): void {
  if (spec === undefined) return;
  spec["restartPolicy"] ??= restartPolicy;
  for (const [list, name] of [
    ["containers", "main"],
    ["initContainers", "first"],
  ] as const) {
    const containers = spec[list] as Mutable[] | undefined;
    if (list === "containers" && (containers === undefined || containers.length === 0)) spec[list] = [{}];
    for (const [index, one] of ((spec[list] ?? []) as Mutable[]).entries()) {
      one["name"] ??= `${name}-${index}`;
      one["image"] ??= "web";
    }
  }
}
