// Tests: test/cli/import/existing.test.ts
import { SIGNATURE } from "../../data";
import { isUnknown, type Resource, settle, type Value } from "../../engine";
import { plain } from "../manifests/stackValues";
import type { ExistingIds } from "./existing";

/** The file that `pulumi import --file` takes. Source: pulumi, pkg/cmd/pulumi/operations/import.go, of v3.258. */
export interface ResourceFile {
  /** Providers that have to be in the stack already, by the name that resources have for them. */
  readonly nameTable: Readonly<Record<string, string>>;
  readonly resources: readonly ImportSpec[];
}

interface ImportSpec {
  readonly type: string;
  /** What others in the file call it: of its own. */
  readonly name: string;
  readonly logicalName: string;
  readonly id?: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly component?: true;
  readonly inputs?: unknown;
  /** Of the plugin, where the default provider serves the resource: Pulumi makes that by itself. */
  readonly version?: string;
}

/**
 * The file that takes existing resources into the state where a plan has them: with the components that they are part of, and their providers. A
 * provider of which something is secret or not known before it is made can't stand in a file: it is named, to be made first.
 */
export function resourceFile(resources: readonly Resource[], ids: ExistingIds): ResourceFile {
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  const needed = new Set<Resource>();
  const need = (resource: Resource | undefined): void => {
    if (resource === undefined || resource.type === STACK || isDefault(resource) || needed.has(resource))
      return;
    needed.add(resource);
    need(byUrn.get(resource.parent));
    need(byUrn.get(urnOf(resource.provider)));
  };
  for (const urn of ids.keys()) need(byUrn.get(urn));
  const nameTable: Record<string, string> = {};
  const specs = resources.flatMap((resource): ImportSpec[] => {
    if (!needed.has(resource)) return [];
    const isProvider = resource.type.startsWith(PROVIDER);
    if (isProvider && !isPlain(settle(resource.inputs))) {
      nameTable[nameIn(resource)] = resource.urn;
      return [];
    }
    const parent = byUrn.get(resource.parent);
    const provider = byUrn.get(urnOf(resource.provider));
    const id = ids.get(resource.urn);
    return [
      {
        type: resource.type,
        name: nameIn(resource),
        logicalName: resource.name,
        ...(parent === undefined || parent.type === STACK ? {} : { parent: nameIn(parent) }),
        ...servedBy(provider),
        ...(id === undefined ? {} : { id }),
        ...(isProvider ? { inputs: plain(resource.inputs) } : resource.custom ? {} : { component: true }),
      },
    ];
  });
  return { nameTable, resources: specs };
}

const servedBy = (provider: Resource | undefined): Pick<ImportSpec, "provider" | "version"> => {
  if (provider === undefined) return {};
  const { version } = provider.inputs;
  if (isDefault(provider)) return typeof version === "string" ? { version } : {};
  return { provider: nameIn(provider) };
};

/** Pulumi calls default providers so, with the version of their plugin. */
const isDefault = ({ type, name }: Resource): boolean =>
  type.startsWith(PROVIDER) && /^default(_|$)/.test(name);

const isPlain = (value: Value): boolean => {
  if (value === null || typeof value !== "object") return !isUnknown(value);
  if (Array.isArray(value)) return value.every(isPlain);
  return !(SIGNATURE in value) && Object.values(value).every(isPlain);
};

const STACK = "pulumi:pulumi:Stack";
const PROVIDER = "pulumi:providers:";

/** A provider's reference is its URN and its id. */
const urnOf = (provider: string): string => provider.split("::").slice(0, -1).join("::");

const nameIn = ({ type, name }: Resource): string => `${type}::${name}`;
