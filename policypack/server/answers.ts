import {
  AnalyzeDiagnostic,
  AnalyzeResponse,
  AnalyzerInfo,
  EnforcementLevel,
  PolicyConfigSchema,
  PolicyInfo,
  PolicySeverity,
  PolicyType,
  RemediateResponse,
  Remediation as RemediationMessage,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Severity } from "../invariant";
import type { Remediation } from "../pack";
import type { PolicyReport } from "../policyReport";
import { PACK_NAME, POLICIES } from "../policies";
import type { Policy } from "../policy";
import { crossGuardSchema } from "../policyConfig";
import { referenceText } from "../references";

const LEVEL: Readonly<Record<Policy["level"], EnforcementLevel>> = {
  advisory: EnforcementLevel.ADVISORY,
  mandatory: EnforcementLevel.MANDATORY,
};

const SEVERITY: Readonly<Record<Severity, PolicySeverity>> = {
  low: PolicySeverity.POLICY_SEVERITY_LOW,
  medium: PolicySeverity.POLICY_SEVERITY_MEDIUM,
  high: PolicySeverity.POLICY_SEVERITY_HIGH,
  critical: PolicySeverity.POLICY_SEVERITY_CRITICAL,
};

const TYPE: Readonly<Record<Policy["scope"], PolicyType>> = {
  resource: PolicyType.POLICY_TYPE_RESOURCE,
  stack: PolicyType.POLICY_TYPE_STACK,
};

const struct = (value: object): Struct => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);

/** What the pack says about itself and each policy. */
export function analyzerInfo(version: string): AnalyzerInfo {
  return new AnalyzerInfo()
    .setName(PACK_NAME)
    .setVersion(version)
    .setSupportsconfig(true)
    .setPoliciesList(POLICIES.map(policyInfo));
}

function policyInfo(policy: Policy): PolicyInfo {
  const { name, description, level, severity, remedy, scope, config, references } = policy;
  return new PolicyInfo()
    .setName(name)
    .setDescription(description)
    .setEnforcementlevel(LEVEL[level])
    .setSeverity(SEVERITY[severity])
    .setRemediationSteps(remedy)
    .setPolicyType(TYPE[scope])
    .setTagsList(references.map(referenceText))
    .setConfigschema(new PolicyConfigSchema().setProperties(struct(crossGuardSchema(config))));
}

/** What the policies report, in order. */
export function analyzeResponse(reports: readonly PolicyReport[], version: string): AnalyzeResponse {
  const diagnostics = reports.map(({ policy, level, urn, message }) =>
    new AnalyzeDiagnostic()
      .setPolicyname(policy.name)
      .setPolicypackname(PACK_NAME)
      .setPolicypackversion(version)
      .setDescription(policy.description)
      .setMessage(message)
      .setEnforcementlevel(LEVEL[level])
      .setSeverity(SEVERITY[policy.severity])
      .setUrn(urn ?? ""),
  );
  return new AnalyzeResponse().setDiagnosticsList(diagnostics);
}

/** What the policies change, in order. */
export function remediateResponse(made: readonly Remediation[], version: string): RemediateResponse {
  const remediations = made.map(({ policy, properties }) =>
    new RemediationMessage()
      .setPolicyname(policy.name)
      .setPolicypackname(PACK_NAME)
      .setPolicypackversion(version)
      .setDescription(policy.description)
      .setProperties(struct(properties)),
  );
  return new RemediateResponse().setRemediationsList(remediations);
}
