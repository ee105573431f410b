import { dump } from "js-yaml";

/** As scripts/policies-doc.mjs writes the examples. */
export const toYaml = (value: object): string => dump(value, { lineWidth: 100, noRefs: true, flowLevel: 5 });
