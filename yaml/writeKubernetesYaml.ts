import { dump } from "js-yaml";

/**
 * One document, as text that every reader takes for the same value: strings that YAML 1.1 or 1.2 would read as something else are quoted (the
 * writer's own schema knows both). No line is folded and nothing is written by an alias, so a diff shows what changed. Keys keep their order.
 */
export const writeKubernetesYaml = (value: object): string => dump(value, { lineWidth: -1, noRefs: true });
