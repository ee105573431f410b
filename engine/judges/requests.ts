import {
  AnalyzerProviderResource,
  AnalyzerPropertyDependencies,
  AnalyzeRequest,
  AnalyzerResource,
  AnalyzerResourceOptions,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { Struct } from "../sdk";
import type { Resource } from "../monitor";
import { structOf } from "../structs";
import { forAnalyzer, type ValueMap } from "../values";

/** Gives the resource of a provider reference's URN. */
export type FindProvider = (resource: Resource) => Resource | undefined;

const messageOf = (values: ValueMap): Struct => structOf(forAnalyzer(values));

/** A resource policy's question: the inputs, before anything is created. */
export function analyzeRequest(resource: Resource, provider: FindProvider): AnalyzeRequest {
  return new AnalyzeRequest()
    .setType(resource.type)
    .setUrn(resource.urn)
    .setName(resource.name)
    .setProperties(messageOf(resource.inputs))
    .setOptions(optionsOf(resource))
    .setProvider(providerOf(provider(resource)));
}

/** A resource among those that a stack policy is asked about: the outputs. */
export function stackResource(resource: Resource, provider: FindProvider): AnalyzerResource {
  const message = new AnalyzerResource()
    .setType(resource.type)
    .setUrn(resource.urn)
    .setName(resource.name)
    .setProperties(messageOf(resource.outputs))
    .setOptions(optionsOf(resource))
    .setProvider(providerOf(provider(resource)))
    .setParent(resource.parent)
    .setDependenciesList([...resource.dependencies]);
  for (const [key, urns] of Object.entries(resource.propertyDependencies)) {
    message.getPropertydependenciesMap().set(key, new AnalyzerPropertyDependencies().setUrnsList([...urns]));
  }
  return message;
}

/** Without aliases: of these the engine shows packs the one by which it found an older resource, and here is none. */
function optionsOf({ options, parent }: Resource): AnalyzerResourceOptions {
  const { customTimeouts: timeouts } = options;
  return new AnalyzerResourceOptions()
    .setProtect(options.protect ?? false)
    .setIgnorechangesList([...options.ignoreChanges])
    .setDeletebeforereplace(options.deleteBeforeReplace ?? false)
    .setDeletebeforereplacedefined(options.deleteBeforeReplace !== undefined)
    .setAdditionalsecretoutputsList([...options.additionalSecretOutputs])
    .setCustomtimeouts(
      new AnalyzerResourceOptions.CustomTimeouts()
        .setCreate(seconds(timeouts.create))
        .setUpdate(seconds(timeouts.update))
        .setDelete(seconds(timeouts.delete)),
    )
    .setParent(parent);
}

function providerOf(provider: Resource | undefined): AnalyzerProviderResource | undefined {
  if (provider === undefined) return undefined;
  return new AnalyzerProviderResource()
    .setType(provider.type)
    .setUrn(provider.urn)
    .setName(provider.name)
    .setProperties(messageOf(provider.inputs));
}

const units: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/** Seconds of a duration as Go writes it ("1h30m"); 0 for none. */
export function seconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)];
  return parts.reduce((sum, [, amount, unit = "s"]) => sum + Number(amount) * (units[unit] ?? 0), 0);
}
