import { AddressSet } from "./addressSet";
import { cidrAround } from "./cidr";

/** Addresses with a meaning of their own, and where that meaning is defined. */
export interface SpecialRange {
  readonly name: string;
  readonly cidrs: readonly string[];
  readonly source: string;
  readonly set: AddressSet;
}

const special = (name: string, source: string, ...cidrs: readonly string[]): SpecialRange => ({
  name,
  cidrs,
  source,
  set: AddressSet.of(...cidrs),
});

export const PRIVATE = special(
  "private",
  "RFC 1918, RFC 4193",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "fc00::/7",
);

export const LINK_LOCAL = special("link-local", "RFC 3927, RFC 4291", "169.254.0.0/16", "fe80::/10");

/** Carrier-grade NAT space; EKS clusters use it for pods on secondary VPC ranges. */
export const SHARED = special("shared", "RFC 6598", "100.64.0.0/10");

export const LOOPBACK = special("loopback", "RFC 1122, RFC 4291", "127.0.0.0/8", "::1/128");

/** "This network": as a destination, 0.0.0.0 and :: mean the host itself on Linux. */
export const THIS_NETWORK = special("this network", "RFC 791, RFC 4291", "0.0.0.0/8", "::/128");

export const MULTICAST = special("multicast", "RFC 5771, RFC 4291", "224.0.0.0/4", "ff00::/8");

/** Reserved or for protocol use, the limited broadcast address, and deprecated site-local addresses. */
const RESERVED = special(
  "reserved",
  "RFC 1112, RFC 6890, RFC 3879",
  "192.0.0.0/24",
  "240.0.0.0/4",
  "fec0::/10",
);

/** IPv4-mapped IPv6 addresses: `parseCidr` refuses their block as text, because many programs read it as all of IPv4. */
export const IPV4_MAPPED: SpecialRange = {
  name: "IPv4-mapped",
  cidrs: ["::ffff:0:0/96"],
  source: "RFC 4291",
  set: AddressSet.of(cidrAround({ family: 6, value: 0xffffn << 32n }, 96)),
};

/** IPv6 addresses that carry an IPv4 address: through a translator or tunnel they reach private IPv4 hosts. */
const EMBEDDED_IPV4 = special(
  "IPv4 inside IPv6",
  "RFC 6052, RFC 8215, RFC 3056, RFC 4380",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "2001::/32",
  "2002::/16",
);

/** All that IANA has given out of IPv6 for public use: the rest is reserved. Source: RFC 4291, section 2.5.4. */
export const GLOBAL_UNICAST_V6 = "2000::/3";

/**
 * The shortest prefix that still is somebody's network, by family: nobody was given a block wider than a /8 of IPv4, or
 * half of a /16 of IPv6. Source: IANA, IPv4 Address Space and IPv6 Global Unicast Address Assignments.
 */
export const WIDEST_NETWORK = { 4: 8, 6: 16 } as const;

/** Instance metadata. Source: AWS EC2 user guide, "Access instance metadata". */
export const METADATA = special(
  "instance metadata",
  "AWS EC2 user guide",
  "169.254.169.254/32",
  "fd00:ec2::254/128",
);

/** EKS Pod Identity agent, TCP 80 and 2703. Source: AWS EKS user guide, "Set up the Pod Identity Agent". */
export const POD_IDENTITY_AGENT = special(
  "EKS Pod Identity agent",
  "AWS EKS user guide",
  "169.254.170.23/32",
  "fd00:ec2::23/128",
);

/**
 * What "the internet" never means, whatever the cluster: an address here is a private host, the node itself,
 * metadata, or no host at all. The cluster's own public ranges, if any, come on top. Documentation and benchmark
 * ranges stay in: nobody is there, and each block left out costs rules.
 */
export const NEVER_INTERNET: readonly SpecialRange[] = [
  PRIVATE,
  LINK_LOCAL,
  SHARED,
  LOOPBACK,
  THIS_NETWORK,
  MULTICAST,
  RESERVED,
  IPV4_MAPPED,
  EMBEDDED_IPV4,
  METADATA,
];
