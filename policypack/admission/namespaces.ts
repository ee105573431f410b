// Tests: test/policypack/admission.test.ts
import { all, any, not, text, texts } from "./cel";
import type { AdmissionRule, TwinContext } from "./rule";

/** What the twin of namespace-labels needs of its configuration. */
interface LabelsConfig {
  readonly required: readonly string[];
  readonly allowed: Readonly<Record<string, readonly string[]>>;
  readonly exempt: readonly string[];
}

/** The twin of namespace-labels. */
export function labelsRule({ config }: TwinContext<LabelsConfig>): AdmissionRule {
  const { required, allowed, exempt } = config;
  return {
    resources: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["namespaces"] }],
    decidedBy: ["metadata.labels"],
    variables: [
      { name: "exempt", expression: isExempt("object.metadata.name", exempt) },
      { name: "labels", expression: "has(object.metadata.labels) ? object.metadata.labels : {}" },
    ],
    validations: [
      ...required.map((label) => ({
        expression: any([
          "variables.exempt",
          all([`${text(label)} in variables.labels`, `variables.labels[${text(label)}].trim() != ""`]),
        ]),
        message: `lacks the label ${label}`,
      })),
      ...Object.entries(allowed).map(([label, values]) => ({
        expression: any([
          "variables.exempt",
          not(`${text(label)} in variables.labels`),
          `variables.labels[${text(label)}] in ${texts(values)}`,
        ]),
        message: `the label ${label} may only be ${values.join(", ")}`,
      })),
    ],
  };
}

/** Whether a namespace is exempt by its name. */
export const isExempt = (name: string, patterns: readonly string[]): string =>
  any(
    patterns.map((pattern) =>
      pattern.endsWith("*")
        ? `${name}.startsWith(${text(pattern.slice(0, -1))})`
        : `${name} == ${text(pattern)}`,
    ),
  );
