import { isMap } from "../../data";
import { readKubernetesYaml } from "../../yaml";
import type { ValueMap } from "../values";

/**
 * The objects of a YAML text, as ConfigFile, ConfigGroup and their like ask for them (pulumi-kubernetes,
 * provider/pkg/provider/invoke_decode_yaml.go): documents without a kind or an apiVersion are skipped. A default namespace needs
 * the cluster, which knows what kinds have one.
 */
export function decodeYaml({ text, defaultNamespace }: ValueMap): ValueMap | undefined {
  if (typeof text !== "string" || (defaultNamespace ?? "") !== "") return undefined;
  const objects = readKubernetesYaml(text, { repeatedKeys: "last" }).filter((document) => {
    if (document === null || document === undefined) return false;
    if (!isMap(document)) throw new Error("a document of the YAML isn't an object");
    return isText(document["kind"]) && isText(document["apiVersion"]);
  });
  // As JSON: what YAML has beside, the provider doesn't give either.
  return { result: JSON.parse(JSON.stringify(objects)) as ValueMap[] };
}

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
