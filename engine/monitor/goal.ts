import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb";
import type { RegisterResourceRequest, TransformResourceOptions } from "@pulumi/pulumi/proto/resource_pb";
import { valuesOf } from "../structs";
import { packageOf } from "./providers";
import type { Goal, PackageRequest } from "./resources";
import type { Alias } from "./urn";

/** Packages that a program registered with RegisterPackage, by the reference it got. */
export type PackageReferences = ReadonlyMap<string, PackageRequest>;

/** The plugin that a resource or function token needs. An unknown package reference falls back to what the token says. */
export function packageRequest(
  token: string,
  asked: { version: string; downloadUrl: string; reference: string },
  references: PackageReferences,
): PackageRequest {
  const known = references.get(asked.reference);
  if (known !== undefined) return known;
  return {
    name: packageOf(token),
    version: asked.version,
    downloadUrl: asked.downloadUrl.replace(/\/$/, ""),
  };
}

/** What a registration asks for, before transforms. Throws nothing: an engine takes what the SDK sends. */
export function goalOf(request: RegisterResourceRequest, references: PackageReferences): Goal {
  const timeouts = request.getCustomtimeouts();
  const defined = request.getDeletebeforereplacedefined() || request.getDeletebeforereplace();
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs: valuesOf(request.getObject()),
    dependencies: request.getDependenciesList(),
    propertyDependencies: propertyDependenciesOf(request),
    provider: request.getProvider(),
    providers: Object.fromEntries(request.getProvidersMap().toArray()),
    package: packageRequest(
      request.getType(),
      {
        version: request.getVersion(),
        downloadUrl: request.getPlugindownloadurl(),
        reference: request.getPackageref(),
      },
      references,
    ),
    options: {
      protect: request.hasProtect() ? request.getProtect() : undefined,
      retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
      deleteBeforeReplace: defined ? request.getDeletebeforereplace() : undefined,
      deletedWith: request.getDeletedwith(),
      replaceWith: request.getReplaceWithList(),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      aliases: [
        ...request.getAliasurnsList().map((urn): Alias => ({ kind: "urn", urn })),
        ...request.getAliasesList().map(aliasOf),
      ],
      customTimeouts: {
        create: timeouts?.getCreate() ?? "",
        update: timeouts?.getUpdate() ?? "",
        delete: timeouts?.getDelete() ?? "",
      },
      importId: request.getImportid(),
    },
  };
}

function propertyDependenciesOf(request: RegisterResourceRequest): Record<string, string[]> {
  const entries = request
    .getPropertydependenciesMap()
    .toArray()
    .map(([key]) => [key, request.getPropertydependenciesMap().get(key)?.getUrnsList() ?? []] as const);
  if (entries.length > 0) return Object.fromEntries(entries);
  // An SDK that doesn't say which property depends on what: every one on everything.
  const all = request.getDependenciesList();
  return Object.fromEntries(Object.keys(valuesOf(request.getObject())).map((key) => [key, all]));
}

function aliasOf(message: AliasMessage): Alias {
  const spec = message.getSpec();
  if (spec === undefined) return { kind: "urn", urn: message.getUrn() };
  return {
    kind: "spec",
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent: spec.getParenturn(),
    noParent: spec.getNoparent(),
  };
}

/** The goal with what a transform made of its options. A transform's answer is complete: what it left out is gone. */
export function withTransformedOptions(goal: Goal, options: TransformResourceOptions): Goal {
  const timeouts = options.getCustomTimeouts();
  return {
    ...goal,
    dependencies: options.getDependsOnList(),
    provider: options.getProvider(),
    providers: Object.fromEntries(options.getProvidersMap().toArray()),
    package:
      goal.package.plugin === undefined
        ? { ...goal.package, version: options.getVersion(), downloadUrl: options.getPluginDownloadUrl() }
        : goal.package,
    options: {
      protect: options.hasProtect() ? options.getProtect() : undefined,
      retainOnDelete: options.hasRetainOnDelete() ? options.getRetainOnDelete() : undefined,
      deleteBeforeReplace: options.hasDeleteBeforeReplace() ? options.getDeleteBeforeReplace() : undefined,
      deletedWith: options.getDeletedWith(),
      replaceWith: options.getReplaceWithList(),
      ignoreChanges: options.getIgnoreChangesList(),
      replaceOnChanges: options.getReplaceOnChangesList(),
      additionalSecretOutputs: options.getAdditionalSecretOutputsList(),
      aliases: options.getAliasesList().map(aliasOf),
      customTimeouts: {
        create: timeouts?.getCreate() ?? "",
        update: timeouts?.getUpdate() ?? "",
        delete: timeouts?.getDelete() ?? "",
      },
      importId: options.getImport() || goal.options.importId,
    },
  };
}
