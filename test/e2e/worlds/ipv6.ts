import type { TwinPeer, TwinWorld } from "../../twin/world";

/** Whose last four bytes are the IPv4 address that stands there instead. */
const prefix = "fd42::";

/** The other family's block in these worlds, as `fd00::/8` is in those of IPv4: nobody's address is in it. */
const otherFamily = "10.0.0.0/8";

/** An IPv4 address of the random worlds as an IPv6 one. */
export function inIPv6(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return `${prefix}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/** A block of the random worlds as its addresses' in IPv6; everybody's stays everybody's. */
function blockInIPv6(cidr: string): string {
  if (cidr.includes(":")) return otherFamily;
  const [address = "", length = ""] = cidr.split("/");
  return length === "0" ? "::/0" : `${inIPv6(address)}/${96 + Number(length)}`;
}

function peerInIPv6(peer: TwinPeer): TwinPeer {
  if (peer.ipBlock === undefined) return peer;
  const { cidr, except } = peer.ipBlock;
  return {
    ipBlock: {
      cidr: blockInIPv6(cidr),
      ...(except === undefined ? {} : { except: except.map(blockInIPv6) }),
    },
  };
}

/** The same world in a cluster of IPv6 alone. */
export function worldInIPv6(world: TwinWorld): TwinWorld {
  return {
    ...world,
    pods: world.pods.map((pod) => (pod.ips === undefined ? pod : { ...pod, ips: pod.ips.map(inIPv6) })),
    networkPolicies: world.networkPolicies.map(({ spec = {}, ...policy }) => ({
      ...policy,
      spec: {
        ...spec,
        ...(spec.ingress === undefined
          ? {}
          : {
              ingress: spec.ingress.map((rule) =>
                rule.from === undefined ? rule : { ...rule, from: rule.from.map(peerInIPv6) },
              ),
            }),
        ...(spec.egress === undefined
          ? {}
          : {
              egress: spec.egress.map((rule) =>
                rule.to === undefined ? rule : { ...rule, to: rule.to.map(peerInIPv6) },
              ),
            }),
      },
    })),
  };
}
