import { writeFileSync } from "node:fs";
import { must } from "../machine/process";

/**
 * The network, all of it in namespaces inside the run's own (see sandbox.ts), with no way out to the host:
 *
 *     outside hosts ── router ──┬── node-a ── pods
 *                               └── node-b ── pods
 *
 * The router is the namespace that this process runs in: etcd, the API servers and the engine run beside it. A pod is a
 * namespace with one veth to its node and routes in place of a bridge, so all its traffic, to a pod of its own node too,
 * passes the node's FORWARD chain, where a policy controller filters.
 */
export interface NodeHost {
  readonly name: string;
  readonly address: string;
}

/** A pod or an outside host: a network namespace with one address. */
export interface Host {
  /** Name of its network namespace. */
  readonly namespace: string;
  readonly address: string;
}

/** The router's own address: where API servers are reached from nodes and pods. */
export const routerAddress = "10.0.0.10";

/** Whether an address, or a block of addresses, is of IPv6. */
export const isIPv6 = (address: string): boolean => address.includes(":");

/** An address as a block of its own. */
const alone = (address: string): string => `${address}/${isIPv6(address) ? 128 : 32}`;

/** The link-local gateway that every pod and host routes by; nobody holds the address, the neighbour entry is fixed. */
const gatewayOf = (address: string): string => (isIPv6(address) ? "fe80::1" : "169.254.1.1");
const gatewayMac = "ee:ee:ee:ee:ee:ee";

let interfaces = 0;

function ipBatch(lines: readonly string[], namespace?: string): Promise<string> {
  const where = namespace === undefined ? [] : ["-n", namespace];
  return must("ip", [...where, "-batch", "-"], { input: `${lines.join("\n")}\n` });
}

/** A locally administered MAC address for the n-th interface. */
function mac(n: number): string {
  const hex = n.toString(16).padStart(8, "0");
  return `02:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${hex.slice(6, 8)}`;
}

/**
 * Joins a new namespace by a veth to the namespace `to` (undefined: the router).
 * @param link name of the veth's end there
 */
async function attach(
  namespace: string,
  address: string,
  to: string | undefined,
  link?: string,
): Promise<void> {
  const n = ++interfaces;
  const gateway = gatewayOf(address);
  // Without "nodad" an IPv6 address is no use for a second.
  const [here, everywhere] = isIPv6(address) ? ["nodad", "::/0"] : ["", "0.0.0.0/0"];
  const far = link ?? `v${n}`;
  await ipBatch([
    `netns add ${namespace}`,
    `link add eth0 address ${mac(n)} netns ${namespace} type veth peer name ${far} address ${gatewayMac}` +
      (to === undefined ? "" : ` netns ${to}`),
  ]);
  await ipBatch(
    [
      "link set lo up",
      "link set eth0 up",
      `address add ${alone(address)} dev eth0 ${here}`,
      `route add ${gateway} dev eth0 scope link src ${address}`,
      `route add ${everywhere} via ${gateway} dev eth0 src ${address}`,
      `neigh replace ${gateway} lladdr ${gatewayMac} dev eth0 nud permanent`,
    ],
    namespace,
  );
  await ipBatch(
    [
      `link set ${far} up`,
      `route replace ${alone(address)} dev ${far}`,
      `neigh replace ${address} lladdr ${mac(n)} dev ${far} nud permanent`,
    ],
    to,
  );
}

/** Brings up the router. Called once, inside the sandbox. */
export async function buildRouter(): Promise<void> {
  await ipBatch(["link set lo up", `address add ${routerAddress}/32 dev lo`]);
  for (const setting of ["ipv4/ip_forward", "ipv6/conf/all/forwarding"])
    writeFileSync(`/proc/sys/net/${setting}`, "1");
}

/** A node: a namespace of its name that forwards between its pods and the router. */
export async function addNode(node: NodeHost): Promise<void> {
  await attach(node.name, node.address, undefined);
  const forwards = isIPv6(node.address) ? "net.ipv6.conf.all.forwarding=1" : "net.ipv4.ip_forward=1";
  await inNamespace(node.name, "sysctl", ["-q", "-w", forwards]);
  await refuseAloud(node.name);
}

/** A refusal is an ICMP message, and most of them would be swallowed by the limit: probes would wait for nothing. */
export async function refuseAloud(namespace: string): Promise<void> {
  const settings = ["icmp_ratelimit=0", "icmp_msgs_per_sec=1000000", "icmp_msgs_burst=1000000"];
  await inNamespace(namespace, "sysctl", ["-q", "-w", ...settings.map((each) => `net.ipv4.${each}`)]);
}

async function linkTo(node: NodeHost): Promise<string> {
  const [route] = JSON.parse(await must("ip", ["-json", "route", "get", node.address])) as { dev: string }[];
  if (route === undefined) throw new Error(`no route to ${node.name}`);
  return route.dev;
}

/**
 * A pod's namespace on a node.
 * @param name any short unique one
 * @param link name of the node's end of its link, where somebody looks for it
 */
export async function addPodHost(
  name: string,
  address: string,
  node: NodeHost,
  link?: string,
): Promise<Host> {
  await attach(name, address, node.name, link);
  await routeToPod(address, node);
  return { namespace: name, address };
}

/** A pod's namespace without a link: a CNI plugin makes it. */
export async function addUnpluggedHost(name: string, address: string, node: NodeHost): Promise<Host> {
  await ipBatch([`netns add ${name}`]);
  await ipBatch(["link set lo up"], name);
  await routeToPod(address, node);
  return { namespace: name, address };
}

/** Whichever range the address is from, the router finds it at its node. */
async function routeToPod(address: string, node: NodeHost): Promise<void> {
  const link = await linkTo(node);
  await must("ip", ["route", "replace", alone(address), "via", node.address, "dev", link, "onlink"]);
}

/** A host outside the cluster: a database subnet's, an endpoint's, the internet's. */
export async function addOutsideHost(name: string, address: string): Promise<Host> {
  await attach(name, address, undefined);
  return { namespace: name, address };
}

/** Runs a command in a namespace. */
export function inNamespace(
  namespace: string,
  command: string,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const options = input === undefined ? {} : { input };
  return must("ip", ["netns", "exec", namespace, command, ...args], options);
}

/** Makes nodes forget every tracked connection, so that what follows is judged by the policies alone. */
export async function forgetConnections(nodes: readonly NodeHost[]): Promise<void> {
  for (const node of nodes) await inNamespace(node.name, "conntrack", ["-F"]);
}

/** Makes TCP ports of an address ports of another one for what a node forwards, as kube-proxy does for a Service. */
export async function forwardPorts(
  node: string,
  address: string,
  to: string,
  ports: readonly (readonly [port: number, target: number])[],
): Promise<void> {
  const rules = ports.map(
    ([port, target]) =>
      `-A PREROUTING -d ${address}/32 -p tcp --dport ${port} -j DNAT --to-destination ${to}:${target}`,
  );
  const table = ["*nat", ...rules, "COMMIT", ""].join("\n");
  await inNamespace(node, "iptables-restore", ["--noflush"], table);
}
