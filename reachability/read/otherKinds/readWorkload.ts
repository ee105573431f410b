// Tests: test/reachability/evidence/otherWorkloads.test.ts
import { fieldsOf } from "../../../data";
import type { FieldReader, Fields } from "../fields";
import { type FieldPlace, under } from "../problems";
import { UNKNOWN } from "../../../kubernetes";
import { type LabelEntries, NOTHING_KNOWN, readTemplate } from "../workload";
import type { PodShape } from "../world";
import type { WorkloadRow } from "./workloadTable";

interface Found {
  readonly value: unknown;
  readonly path: FieldPlace;
}

/**
 * The pods that an object of another project's kind describes, one for each template that it has. None where it has no
 * template of its own.
 */
export function readOtherShapes(fields: FieldReader, object: Fields, row: WorkloadRow): readonly PodShape[] {
  if (row.elsewhere !== undefined && isThere(object, row.elsewhere)) return [];
  const added = row.adds.map((key) => [key, UNKNOWN] as const);
  const found = row.templates.flatMap((steps) => descend({ value: object, path: [] }, steps));
  const overlays = moreLabelsOf(object, row);
  const shapes = found
    .flatMap((one) => [one, ...overlays.map((labels) => relabelled(one, labels))])
    .flatMap((one) => shapeOf(fields, one, object, row, added) ?? []);
  return shapes.map((shape) => ({
    ...shape,
    ...(row.addsPorts === true && { portsComplete: false }),
    ...(row.isForeign === true && { labels: { ...shape.labels, complete: false } }),
  }));
}

/** Labels that some of its pods have besides the template's. */
export const moreLabelsOf = (object: Fields, row: WorkloadRow): readonly unknown[] =>
  (row.moreLabels ?? []).flatMap((steps) =>
    descend({ value: object, path: [] }, [...steps, "labels"]).map(({ value }) => value),
  );

/** A template with more labels, which win. */
function relabelled({ value, path }: Found, labels: unknown): Found {
  const template = map(value);
  const metadata = map(template["metadata"]);
  const all = labels === UNKNOWN ? UNKNOWN : { ...map(metadata["labels"]), ...map(labels) };
  return { value: { ...template, metadata: { ...metadata, labels: all } }, path };
}

function shapeOf(
  fields: FieldReader,
  { value, path }: Found,
  object: Fields,
  row: WorkloadRow,
  added: LabelEntries,
): PodShape | undefined {
  const template = fields.map(value, path);
  if (template === undefined) return undefined;
  if (template === UNKNOWN) return NOTHING_KNOWN;
  if (row.workflow === undefined) return readTemplate(fields, template, path, added);
  const [workflow] = descend({ value: object, path: [] }, row.workflow);
  const pod = podOfWorkflow(template, (workflow?.value ?? {}) as Fields);
  return pod && readTemplate(fields, pod, path, added);
}

/** The values at the end of a path, in which `*` stands for every item of a list or map. */
function descend(start: Found, steps: readonly string[]): readonly Found[] {
  let found: readonly Found[] = [start];
  for (const step of steps) {
    found = found.flatMap(({ value, path }): Found[] => {
      if (value === UNKNOWN) return [{ value, path }];
      if (typeof value !== "object" || value === null) return [];
      const keys = step === "*" ? Object.keys(value) : [step];
      return keys.flatMap((key): Found[] => {
        const inner = (value as Fields)[key];
        if (inner === undefined || inner === null) return [];
        return [{ value: inner, path: under(path, Array.isArray(value) ? Number(key) : key) }];
      });
    });
  }
  return found;
}

const isThere = (object: Fields, path: readonly string[]): boolean =>
  descend({ value: object, path: [] }, path).length > 0;

const map = (value: unknown): Fields => fieldsOf(value) ?? {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

/** The pod template that a template of Argo's workflows means; undefined for steps and graphs, which run others. */
function podOfWorkflow(template: Fields, workflow: Fields): Fields | undefined {
  const main = [template["container"], template["script"]].filter((one) => one !== undefined && one !== null);
  const containers = [
    ...main,
    ...list(map(template["containerSet"])["containers"]),
    ...list(template["sidecars"]),
  ];
  if (containers.length === 0 && template["resource"] === undefined && template["data"] === undefined)
    return undefined;
  const labels = {
    ...map(map(workflow["podMetadata"])["labels"]),
    ...map(map(template["metadata"])["labels"]),
  };
  return {
    metadata: { labels },
    spec: {
      hostNetwork: workflow["hostNetwork"],
      serviceAccountName: template["serviceAccountName"] ?? workflow["serviceAccountName"],
      containers,
    },
  };
}
