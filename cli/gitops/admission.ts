// Tests: test/cli/gitops/command.test.ts
import fs from "node:fs";
import path from "node:path";
import { isMap } from "../../data";
import { type Project, type Resource, settle } from "../../engine";
import { admissionObjects } from "../../policypack/admission";
import { readSettings } from "../check/config";
import { clusterOf } from "../verify/planned";
import type { RenderedCluster } from "./rendered";

/** What `--admission` asks for: that the API server refuses, or that it only warns. */
export type AdmissionChoice = "deny" | "warn";

/** The folder of what the API server enforces: no namespace is called so. */
export const ADMISSION_FOLDER = "_admission";

/**
 * Clusters, each with the ValidatingAdmissionPolicies of the stack's own configuration of the policies (Pulumi.<stack>.policies.json) among its objects.
 * @throws PalisadeInputError for a configuration that is wrong
 */
export function withAdmission(
  clusters: readonly RenderedCluster[],
  context: AdmissionContext,
): readonly RenderedCluster[] {
  const { project, stack } = context;
  const file = path.join(project.root, `Pulumi.${stack}.policies.json`);
  const settings = readSettings(fs.existsSync(file) ? file : undefined, {});
  return clusters.map((cluster) => withPolicies(cluster, settings, context));
}

function withPolicies(
  cluster: RenderedCluster,
  settings: ReturnType<typeof readSettings>,
  { project, stack, resources, how }: AdmissionContext,
): RenderedCluster {
  const own = resources.filter(
    (resource) => resource.type.startsWith("kubernetes:") && clusterOf(resource) === cluster.cluster,
  );
  const objects = admissionObjects(
    settings,
    { project: project.name, stack },
    {
      exempt: (named) =>
        own.filter(({ urn }) => urn === named || urn.split("::").at(-1) === named).flatMap(identityOf),
      today: new Date().toISOString().slice(0, 10),
      onlyWarn: how === "warn",
    },
  );
  const rendered = objects.map(({ kind, name, object }) => ({
    kind,
    name,
    namespace: ADMISSION_FOLDER,
    wave: 0,
    object,
  }));
  return { ...cluster, objects: [...cluster.objects, ...rendered] };
}

interface AdmissionContext {
  readonly project: Project;
  readonly stack: string;
  readonly resources: readonly Resource[];
  readonly how: AdmissionChoice;
}

/** Where an object is, as far as its plan says it; an exemption can't hold for one whose name isn't known. */
function identityOf({ inputs }: Resource): { namespace: string; name: string }[] {
  const metadata = settle(inputs["metadata"] ?? {});
  const { name, namespace = "" } = isMap(metadata) ? metadata : {};
  return typeof name === "string" && typeof namespace === "string" ? [{ namespace, name }] : [];
}
