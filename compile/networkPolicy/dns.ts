import { DNS_PORTS } from "../../kubernetes";
import { PortSet } from "../../net";
import { hostAddresses, ofFamilies } from "../addresses";
import type { CompileContext } from "./context";
import type { ResolvedPeer } from "./peer";

/** The ports of name resolution. */
export const NAME_RESOLUTION = PortSet.of(DNS_PORTS);

/** Where every pod resolves names: the DNS pods, and the addresses that the CNI sees or a node-local cache has. */
export function dnsPeers({ cluster, spelling, addresses }: CompileContext): ResolvedPeer[] {
  const { dns } = cluster;
  const nodeLocal = hostAddresses(dns.nodeLocalAddresses);
  // A node-local cache listens on the Service's address too.
  const service =
    spelling.seesClusterIps || !nodeLocal.isEmpty() ? hostAddresses(dns.serviceAddresses) : undefined;
  const hosts = ofFamilies(service === undefined ? nodeLocal : nodeLocal.union(service), addresses.families);
  const pods: ResolvedPeer = { kind: "pods", namespace: dns.namespace, pods: dns.pods };
  return hosts.isEmpty() ? [pods] : [pods, { kind: "addresses", addresses: hosts }];
}
