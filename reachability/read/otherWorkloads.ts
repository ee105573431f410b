import { type KnownLabels, UNKNOWN } from "../../kubernetes";
import type { FieldReader, Fields } from "./fields";
import type { Identity } from "./identity";
import { makerOf } from "./otherKinds/makerTable";
import { moreLabelsOf, readOtherShapes } from "./otherKinds/readWorkload";
import type { WorkloadRow } from "./otherKinds/workloadTable";
import { kindNamed } from "./kinds";
import { readOwner } from "./owners";
import type { Store } from "./store";
import type { PodShape } from "./world";

/** Reads an object of another project's kind whose pods its template describes, or another workload's that it refers to. */
export function readOtherWorkload(
  fields: FieldReader,
  object: Fields,
  { namespace, name }: Identity,
  row: WorkloadRow,
  store: Store,
): void {
  const one = { kind: row.as, namespace, name, owner: readOwner(fields, object), selector: undefined };
  const shapes = readOtherShapes(fields, object, row);
  if (shapes.length > 0) {
    store.workloads.push({ ...one, shapes });
    return;
  }
  const maker = makerOf(row.as, object, "pods");
  const template = row.reference === undefined ? undefined : at(object, row.reference);
  const { apiVersion, kind, name: referred } = template ?? {};
  const known =
    typeof kind === "string"
      ? kindNamed(kind, typeof apiVersion === "string" ? apiVersion : undefined)
      : undefined;
  if (known === undefined || typeof referred !== "string") store.makers.push(maker);
  else
    store.references.push({
      one,
      to: { kind: known, name: referred },
      row,
      more: moreLabelsOf(object, row),
      maker,
    });
}

const at = (object: Fields, path: readonly string[]): Fields | undefined => {
  let value: unknown = object;
  for (const step of path)
    value = typeof value === "object" && value !== null ? (value as Fields)[step] : undefined;
  return typeof value === "object" && value !== null ? (value as Fields) : undefined;
};

/**
 * Workloads that run another's template, once all is read: their pods are as the other's, but for the labels of each one's
 * controller. Where the other isn't in the input, the pods are missing.
 */
export function resolveReferences({ references, workloads, makers }: Store): void {
  for (const { one, to, row, more, maker } of references) {
    const found = workloads.find(
      ({ kind, namespace, name }) => kind === to.kind && namespace === one.namespace && name === to.name,
    );
    if (found === undefined) makers.push(maker);
    else {
      const shapes = found.shapes.map((shape) => relabelled(shape, row));
      const overlaid = more.flatMap((labels) => shapes.map((shape) => overlay(shape, labels)));
      workloads.push({ ...one, shapes: [...shapes, ...overlaid] });
    }
  }
}

/** What a Deployment's controller adds is not what this one's does. */
function relabelled(shape: PodShape, row: WorkloadRow): PodShape {
  const known = new Map(shape.labels.known);
  known.delete("pod-template-hash");
  for (const key of row.adds) known.set(key, UNKNOWN);
  return { ...shape, labels: { ...shape.labels, known } };
}

function overlay(shape: PodShape, labels: unknown): PodShape {
  if (typeof labels !== "object" || labels === null)
    return { ...shape, labels: { ...shape.labels, complete: false } satisfies KnownLabels };
  const more = Object.entries(labels).map(
    ([key, value]) => [key, typeof value === "string" ? value : UNKNOWN] as const,
  );
  return { ...shape, labels: { ...shape.labels, known: new Map([...shape.labels.known, ...more]) } };
}
