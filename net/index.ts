/**
 * Sets of IP addresses and ports, exact for both families, and the ranges that mean something everywhere. In: CIDRs,
 * addresses and port specifications as text. Out: values that are united, intersected, subtracted and compared.
 * Everything here is pure and knows neither Kubernetes nor AWS; every other folder may use it.
 * Tests: test/net/algebra.test.ts, test/net/addressSet.test.ts, test/net/ports.test.ts.
 */
export { AddressSet } from "./addressSet";
export { DATABASE_PORT_NAMES, DATABASE_PORTS, RDS_ENGINE_PORTS, type RdsEngine } from "./databasePorts";
export {
  type Address,
  type Cidr,
  cidrAround,
  CidrError,
  type Family,
  formatAddress,
  formatCidr,
  parseAddress,
  parseCidr,
  width,
} from "./cidr";
export {
  formatPortSpec,
  MAX_PORT,
  parsePortSpec,
  type PortRange,
  PortSet,
  type PortSpec,
  PortSpecError,
  type Protocol,
  PROTOCOLS,
} from "./ports";
export {
  GLOBAL_UNICAST_V6,
  IPV4_MAPPED,
  LINK_LOCAL,
  LOOPBACK,
  METADATA,
  MULTICAST,
  NEVER_INTERNET,
  POD_IDENTITY_AGENT,
  PRIVATE,
  SHARED,
  THIS_NETWORK,
  WIDEST_NETWORK,
} from "./specialRanges";
