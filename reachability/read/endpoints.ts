import type { AddressSet } from "../../net";
import { addressesOf } from "./addresses";
import type { Fields } from "./fields";
import { isPort } from "../../kubernetes";

/** What EndpointSlices and Endpoints objects say of the Service of their name. */
export interface ReadEndpoints {
  readonly namespace: string;
  readonly service: string;
  readonly addresses: AddressSet;
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

/** Reads an EndpointSlice; undefined where it is of no Service. */
export function readEndpointSlice(object: Fields, namespace: string): ReadEndpoints | undefined {
  const labels = (object["metadata"] as { labels?: unknown } | null | undefined)?.labels;
  const service = (labels as Fields | null | undefined)?.["kubernetes.io/service-name"];
  if (typeof service !== "string") return undefined;
  const endpoints = listOf(object["endpoints"]);
  const addresses = addressesOf(endpoints.flatMap((one) => texts((one as Fields | null)?.["addresses"])));
  return { namespace, service, addresses, ports: portsOf(object["ports"]) };
}

/** Reads an Endpoints object, which is of the Service of its name. */
export function readEndpoints(object: Fields, namespace: string, name: string): readonly ReadEndpoints[] {
  return listOf(object["subsets"]).map((one): ReadEndpoints => {
    const subset = (one ?? {}) as Fields;
    const ips = listOf(subset["addresses"]).map((each) => (each as Fields | null)?.["ip"]);
    return { namespace, service: name, addresses: addressesOf(texts(ips)), ports: portsOf(subset["ports"]) };
  });
}

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [];

const portsOf = (value: unknown): ReadEndpoints["ports"] =>
  listOf(value).flatMap((one) => {
    const { name = "", protocol = "TCP", port } = (one ?? {}) as Fields;
    return isPort(port) ? [{ name: String(name), protocol: String(protocol), port }] : [];
  });

/** The strings of a list; none where it is no list. */
export const texts = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];
