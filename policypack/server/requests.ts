import {
  type AnalyzeRequest,
  type ConfigureAnalyzerRequest,
  EnforcementLevel,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { ResourceInput } from "../facts";
import type { RawProperties } from "../invariant";
import type { PolicySetting } from "../policyReport";
import type { Level } from "../levels";
import { reveal } from "../values";

const LEVEL_OF: Readonly<Record<EnforcementLevel, Level>> = {
  [EnforcementLevel.ADVISORY]: "advisory",
  [EnforcementLevel.MANDATORY]: "mandatory",
  [EnforcementLevel.DISABLED]: "disabled",
  [EnforcementLevel.REMEDIATE]: "remediate",
};

/** The policies' configuration, by name. */
export function readSettings(request: ConfigureAnalyzerRequest): Map<string, PolicySetting> {
  const settings = new Map<string, PolicySetting>();
  request.getPolicyconfigMap().forEach((config, name) => {
    const level = LEVEL_OF[config.getEnforcementlevel()];
    settings.set(name, { level, properties: config.getProperties()?.toJavaScript() ?? {} });
  });
  return settings;
}

/** A resource that may be changed, and its properties as they came. */
export function readChangeable(request: AnalyzeRequest): [Omit<ResourceInput, "props">, RawProperties] {
  const [provider, properties] = [request.getProvider(), request.getProperties()];
  const resource = {
    urn: request.getUrn(),
    type: request.getType(),
    name: request.getName(),
    provider: provider && {
      urn: provider.getUrn(),
      name: provider.getName(),
      props: reveal(provider.getProperties()?.toJavaScript()),
    },
  };
  return [resource, properties?.toJavaScript() ?? {}];
}
