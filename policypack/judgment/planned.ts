// Tests: test/policypack/invariants/exactlyDeclared.test.ts
import type { Plain, PlannedResource } from "../../proof";
import { UNKNOWN } from "../../kubernetes";
import type { ResourceInput } from "../facts";
import type { RevealedValue } from "../values";

/** A stack's resource as the proof takes it. The engine tells one set of properties: in a preview, the inputs and what is unknown. */
export function plannedResource({
  urn,
  type,
  name,
  parent,
  props,
  provider,
  propertyDependencies,
}: ResourceInput): PlannedResource {
  const properties = plain(props) as Plain;
  return {
    urn,
    type,
    name,
    parent: parent ?? "",
    // As the engine writes a reference; the id tells nothing here.
    provider: provider === undefined ? "" : `${provider.urn}::id`,
    read: false,
    inputs: properties,
    outputs: properties,
    propertyDependencies: propertyDependencies ?? {},
  };
}

function plain(value: RevealedValue): unknown {
  switch (value.kind) {
    case "unknown":
    case "opaque":
      return UNKNOWN;
    case "absent":
      return undefined;
    case "scalar":
      return value.value;
    case "list":
      return value.items.map(plain);
    case "map":
      return Object.fromEntries(
        [...value.entries].flatMap(([key, inner]) => (inner.kind === "absent" ? [] : [[key, plain(inner)]])),
      );
  }
}
