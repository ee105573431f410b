import type { TwinWorld } from "../../twin/world";
import type { Cluster } from "../bench/cluster";
import { namespaces, outside, pods } from "./randomWorld";

const tcp = (port: number) => [{ protocol: "TCP", port }];
const blocks = (...cidrs: readonly string[]) => cidrs.map((cidr) => ({ ipBlock: { cidr } }));

/**
 * Policies whose rules name addresses only: a host outside and a node, where an API server may listen, a whole range of nodes, of one
 * node's pods and of all, and the world.
 */
export function blocksWorld({ nodes: [, second] }: Cluster): TwinWorld {
  const nodes = second.address.replace(/\.\d+$/, ".0/24");
  const [host, other] = outside.map(({ address }) => `${address}/32`);
  return {
    namespaces: namespaces.map((name) => ({ name })),
    pods: pods.map((pod) => ({ ...pod, labels: {} })),
    networkPolicies: [
      {
        metadata: { name: "addresses", namespace: namespaces[0] },
        spec: {
          podSelector: {},
          policyTypes: ["Ingress", "Egress"],
          ingress: [
            { from: blocks(nodes), ports: tcp(80) },
            { from: blocks("10.42.1.0/24"), ports: tcp(81) },
            { from: blocks(host ?? ""), ports: tcp(443) },
          ],
          egress: [
            { to: blocks(`${second.address}/32`, other ?? ""), ports: tcp(443) },
            { to: blocks("10.42.0.0/16"), ports: tcp(80) },
            { to: blocks("0.0.0.0/0"), ports: [{ protocol: "UDP", port: 53 }] },
          ],
        },
      },
    ],
  };
}
