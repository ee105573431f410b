import { UNKNOWN_SENTINEL } from "../../data";
import { secret, type ValueMap } from "../values";
import type { StackConfig } from "../project";
import type { PackageRequest } from "./resources";

export const PROVIDER_PREFIX = "pulumi:providers:";
export const isProviderType = (type: string): boolean => type.startsWith(PROVIDER_PREFIX);

/** The package of a resource type or function token: what precedes the first colon. */
export const packageOf = (token: string): string => token.split(":")[0] ?? "";

/** The reference to a provider of which nothing exists yet. */
export const referenceTo = (urn: string): string => `${urn}::${UNKNOWN_SENTINEL}`;
/** The URN in a provider reference `urn::id`. */
export const urnOfReference = (reference: string): string => reference.split("::").slice(0, -1).join("::");

/** The name of a default provider, which tells versions and sources apart (pkg/resource/deploy/providers). */
export function defaultProviderName(request: PackageRequest): string {
  const version = request.version === "" ? "" : `_${request.version.replaceAll(/[.+-]/g, "_")}`;
  const url = request.downloadUrl === "" ? "" : `_${qualifiedName(request.downloadUrl)}`;
  return `default${version}${url}`;
}

const qualifiedName = (url: string): string =>
  url
    .split("/")
    .filter(Boolean)
    .map((segment) => segment.replaceAll(/[^A-Za-z0-9_.-]/g, "_"))
    .join("/");

/** The inputs of a default provider: the stack's config for its package, and which plugin it is. */
export function defaultProviderInputs(request: PackageRequest, config: StackConfig): ValueMap {
  const prefix = `${request.name}:`;
  // The provider of resources that are written in the program itself gets all config, under its full keys.
  const isDynamic = request.name === "pulumi-nodejs";
  const configured = Object.entries(config.values)
    .filter(([key]) => isDynamic || key.startsWith(prefix))
    .map(([key, text]) => [
      isDynamic ? key : key.slice(prefix.length),
      config.encryptedKeys.includes(key) ? secret(text) : text,
    ]);
  return withPlugin(Object.fromEntries(configured) as ValueMap, request);
}

/** Notes in a provider's inputs which plugin it is, as the engine does. */
export function withPlugin(inputs: ValueMap, request: PackageRequest): ValueMap {
  const plugin = request.plugin ?? request;
  const internal: ValueMap = {};
  if (request.downloadUrl !== "") internal["pluginDownloadURL"] = request.downloadUrl;
  if (plugin.name !== request.name) internal["name"] = plugin.name;
  const noted = request.version !== "" || Object.keys(internal).length > 0;
  return {
    ...inputs,
    ...(request.version === "" ? {} : { version: request.version }),
    ...(noted ? { __internal: internal } : {}),
  };
}
