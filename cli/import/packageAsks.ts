// Tests: test/cli/import/packages.test.ts
import type { z } from "zod";
import type { Labels } from "../../flows";
import { ALLOW, EXPOSE, MONITOR, SPEC, SSO } from "./packageShape";
import type { Path } from "../../problems";
import { inNamespace } from "./translation";

/** Something that a Package asks for, as one NetworkPolicy has it. */
export interface Ask {
  /** Of the entry, by its place. */
  readonly name: string;
  readonly direction: "Ingress" | "Egress";
  /** Labels of the namespace's own pods; none for each of them. */
  readonly pods: Labels;
  /** Peers as a NetworkPolicy has them; undefined for everyone. */
  readonly peers: readonly object[] | undefined;
  /** Port numbers, all TCP; none for every port. */
  readonly ports: readonly number[];
  readonly description: string | undefined;
}

/** What no NetworkPolicy says: with its place in the spec, and the nearest that can. */
export interface Unsaid {
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
}

/** What a Package's spec asks for, entry by entry; and which entries say it in no way that its definition knows. */
export function asksOf(spec: unknown): readonly (Ask | Unsaid)[] {
  const result = SPEC.safeParse(spec);
  if (!result.success) return wrong(result.error, []);
  const { network, monitor, sso } = result.data;
  return [
    ...entries(network.allow, ALLOW, ["network", "allow"], allowed),
    ...entries(network.expose, EXPOSE, ["network", "expose"], exposed),
    ...entries(monitor, MONITOR, ["monitor"], monitored),
    ...entries(sso, SSO, ["sso"], signedOn),
  ];
}

function entries<Entry>(
  listed: readonly unknown[],
  shape: z.ZodType<Entry>,
  path: Path,
  read: (entry: Entry, path: Path, name: string) => readonly (Ask | Unsaid)[],
): readonly (Ask | Unsaid)[] {
  return listed.flatMap((value, index) => {
    const here = [...path, index];
    const result = shape.safeParse(value);
    return result.success ? read(result.data, here, here.slice(-2).join("-")) : wrong(result.error, here);
  });
}

const wrong = ({ issues }: z.ZodError, at: Path): readonly Unsaid[] =>
  issues.map(({ path, message }) => ({
    path: [...at, ...path.map((step) => (typeof step === "number" ? step : String(step)))],
    message: `isn't as a Package has it: ${message}`,
    remedy: "Write it as UDS Core's definition of the kind says",
  }));

function allowed(entry: z.output<typeof ALLOW>, path: Path, name: string): readonly (Ask | Unsaid)[] {
  const peers = peersOf(entry, path);
  if (peers !== "everyone" && !Array.isArray(peers)) return [peers as Unsaid];
  const { direction, selector, podLabels, port: single, ports, description } = entry;
  const ask: Ask = {
    name,
    direction,
    pods: selector ?? podLabels ?? {},
    peers: peers === "everyone" ? undefined : (peers as readonly object[]),
    ports: single === undefined ? ports : [...ports, single],
    description,
  };
  const identity = entry.remoteServiceAccount ?? entry.serviceAccount;
  if (identity === undefined) return [ask];
  const field = entry.remoteServiceAccount === undefined ? "serviceAccount" : "remoteServiceAccount";
  return [
    ask,
    unsaid(
      [...path, field],
      "means one service account: the mesh tells them apart, and no NetworkPolicy does",
      "Keep the mesh's AuthorizationPolicy beside the flow",
    ),
  ];
}

const unsaid = (path: Path, message: string, remedy: string): Unsaid => ({ path, message, remedy });

const METADATA = "169.254.169.254/32";

function peersOf(entry: z.output<typeof ALLOW>, path: Path): readonly object[] | "everyone" | Unsaid {
  const { remoteGenerated, remoteHost, remoteCidr, remoteNamespace } = entry;
  const generated = [...path, "remoteGenerated"];
  switch (remoteGenerated) {
    case "KubeAPI":
      return unsaid(
        generated,
        "means the Kubernetes API, whose addresses the operator fills in",
        "Declare a flow to kubernetesApi()",
      );
    case "KubeNodes":
      return unsaid(
        generated,
        "means the nodes, whose addresses the operator fills in",
        "Declare a cidr() with their addresses",
      );
    case "CloudMetadata":
      return unsaid(
        generated,
        "means instance metadata, which is never opened here",
        "Give the workload a role of its own: cloudIdentity()",
      );
    case "IntraNamespace":
      return [{ podSelector: {} }];
    case "Anywhere":
      return [block(remoteCidr ?? "0.0.0.0/0")];
    case undefined:
      break;
  }
  if (remoteHost !== undefined)
    return unsaid(
      [...path, "remoteHost"],
      `means ${remoteHost}, which has a name and no address`,
      "Declare internet() on its ports, or cidr() with its addresses",
    );
  if (remoteCidr !== undefined) return [block(remoteCidr)];
  const remote = entry.remoteSelector ?? entry.remotePodLabels;
  if (remoteNamespace === undefined && remote === undefined) return "everyone";
  return [
    {
      ...(remoteNamespace === undefined ? {} : namespacesOf(remoteNamespace)),
      ...(remote === undefined ? {} : { podSelector: { matchLabels: remote } }),
    },
  ];
}

/** The operator leaves instance metadata out of what is "anywhere". */
const block = (cidr: string) => ({
  ipBlock: { cidr, ...(cidr === "0.0.0.0/0" ? { except: [METADATA] } : {}) },
});

const namespacesOf = (remote: string) =>
  remote === "" || remote === "*" ? { namespaceSelector: {} } : inNamespace(remote);

function exposed(entry: z.output<typeof EXPOSE>, path: Path, name: string): readonly (Ask | Unsaid)[] {
  const { gateway, selector, podLabels, port: single, targetPort, description } = entry;
  // A gateway that answers by itself asks nobody.
  if (entry.advancedHTTP?.directResponse !== undefined) return [];
  if (entry.protocol === "UDP")
    return [
      unsaid(
        [...path, "protocol"],
        "means UDP, which comes by a gateway outside the mesh",
        "Declare a flow from that gateway's pods: podsOf()",
      ),
    ];
  return [
    {
      name,
      direction: "Ingress",
      pods: selector ?? podLabels ?? {},
      peers: [pods(`istio-${gateway}-gateway`, { app: `${gateway}-ingressgateway` })],
      ports: [targetPort ?? single],
      description,
    },
  ];
}

const monitored = (entry: z.output<typeof MONITOR>, _path: Path, name: string): readonly Ask[] => [
  {
    name,
    direction: "Ingress",
    pods: entry.podSelector ?? entry.selector ?? {},
    peers: [pods("monitoring", { app: "prometheus" })],
    ports: [entry.targetPort],
    description: entry.description,
  },
];

/** Pods that single sign-on stands before ask the service that does it, and Keycloak. */
const signedOn = (
  { enableAuthserviceSelector: selected }: z.output<typeof SSO>,
  _path: Path,
  name: string,
): readonly Ask[] =>
  selected === undefined
    ? []
    : (
        [
          ["authservice", 10003],
          ["keycloak", 8080],
        ] as const
      ).map(([service, single], index) => ({
        name: `${name}-${index}`,
        direction: "Egress",
        pods: selected,
        peers: [pods(service, { "app.kubernetes.io/name": service })],
        ports: [single],
        description: undefined,
      }));

const pods = (namespace: string, matchLabels: Labels) => ({
  ...inNamespace(namespace),
  podSelector: { matchLabels },
});
