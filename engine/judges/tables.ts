import { type AnalyzerInfo, EnforcementLevel, PolicySeverity } from "@pulumi/pulumi/proto/analyzer_pb";
import type { PackFinding, PolicyLevel, PolicyConfig, PolicyInfo } from "../pack";

export const levelOf: Readonly<Record<EnforcementLevel, PolicyLevel>> = {
  [EnforcementLevel.ADVISORY]: "advisory",
  [EnforcementLevel.MANDATORY]: "mandatory",
  [EnforcementLevel.DISABLED]: "disabled",
  [EnforcementLevel.REMEDIATE]: "remediate",
};
export const messageLevel: Readonly<Record<PolicyLevel, EnforcementLevel>> = {
  advisory: EnforcementLevel.ADVISORY,
  mandatory: EnforcementLevel.MANDATORY,
  disabled: EnforcementLevel.DISABLED,
  remediate: EnforcementLevel.REMEDIATE,
};
export const severityOf: Readonly<Record<PolicySeverity, PackFinding["severity"]>> = {
  [PolicySeverity.POLICY_SEVERITY_UNSPECIFIED]: "",
  [PolicySeverity.POLICY_SEVERITY_LOW]: "low",
  [PolicySeverity.POLICY_SEVERITY_MEDIUM]: "medium",
  [PolicySeverity.POLICY_SEVERITY_HIGH]: "high",
  [PolicySeverity.POLICY_SEVERITY_CRITICAL]: "critical",
};

/** The policies of a pack, as it describes itself. */
export function policiesOf(info: AnalyzerInfo): PolicyInfo[] {
  return info.getPoliciesList().map((policy) => {
    const schema = policy.getConfigschema();
    return {
      name: policy.getName(),
      level: levelOf[policy.getEnforcementlevel()],
      schema: schema && {
        properties: schema.getProperties()?.toJavaScript() ?? {},
        required: schema.getRequiredList(),
      },
    };
  });
}

/** The config that a pack starts from, of its own making. */
export function initialConfig(info: AnalyzerInfo): Map<string, PolicyConfig> {
  const entries = info.getInitialconfigMap().toArray();
  return new Map(
    entries.map(([policy]) => {
      const held = info.getInitialconfigMap().get(policy);
      const properties = held?.getProperties()?.toJavaScript() ?? {};
      return [policy, { level: held && levelOf[held.getEnforcementlevel()], properties }];
    }),
  );
}
