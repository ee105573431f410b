import { atCluster, inputError, type PalisadeInputError } from "../problems";
import type { KubeReader } from "../kube";

/** What a permission is for. */
interface Permission {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
}

/** What is asked for on one cluster. */
export interface Purpose {
  readonly namespaces: readonly string[];
  /** Whether pods are probed from. */
  readonly probing: boolean;
  /** Whether by ephemeral containers too. */
  readonly ephemeral: boolean;
  /** Kinds of planned objects, which are compared with the live ones. */
  readonly kinds: ReadonlySet<string>;
}

/** Of kinds that are listed only where the plan has them. */
const LISTED: Readonly<Record<string, Omit<Permission, "namespace">>> = {
  ServiceAccount: { verb: "list", group: "", resource: "serviceaccounts" },
  SecurityGroupPolicy: { verb: "list", group: "vpcresources.k8s.aws", resource: "securitygrouppolicies" },
};

/** Without these nothing can be verified. */
const needed = ({ namespaces, probing, ephemeral, kinds }: Purpose): Permission[] => [
  { verb: "list", group: "", resource: "namespaces" },
  { verb: "list", group: "", resource: "pods" },
  { verb: "list", group: "networking.k8s.io", resource: "networkpolicies" },
  ...Object.entries(LISTED)
    .filter(([kind]) => kinds.has(kind))
    .flatMap(([, permission]) => namespaces.map((namespace) => ({ ...permission, namespace }))),
  ...(probing ? namespaces : []).flatMap((namespace): Permission[] => [
    // A WebSocket opens with GET; newer API servers ask for create as well.
    { verb: "get", group: "", resource: "pods", subresource: "exec", namespace },
    { verb: "create", group: "", resource: "pods", subresource: "exec", namespace },
    ...(ephemeral
      ? [{ verb: "patch", group: "", resource: "pods", subresource: "ephemeralcontainers", namespace }]
      : []),
  ]),
];

/** What the caller may not do, of what is needed; "list pods", "create pods/exec in shop". */
export async function missingPermissions(kube: KubeReader, purpose: Purpose): Promise<string[]> {
  const asked = await Promise.all(
    needed(purpose).map(async (permission) => {
      const review = {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: permission },
      };
      const answer = (await kube.rest.call(
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
        review,
      )) as {
        status?: { allowed?: boolean };
      };
      return answer.status?.allowed === true ? [] : [textOf(permission)];
    }),
  );
  return asked.flat();
}

const textOf = ({ verb, resource, subresource, namespace }: Permission): string =>
  `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}${namespace === undefined ? "" : ` in ${namespace}`}`;

/** The error of what is missing; its remedy holds the role that has it. */
export const noPermission = (
  cluster: string,
  context: string,
  missing: readonly string[],
): PalisadeInputError =>
  inputError(
    atCluster(cluster),
    `no permission to ${missing.join(", ")}`,
    `Bind this role to the user of context ${context}:\n${ROLE}`,
  );

/** The role that `verify` and `drift` need, as YAML to apply. */
export const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: palisade-verify
rules:
  - apiGroups: [""]
    resources: [namespaces, pods, services, nodes, serviceaccounts]
    verbs: [get, list]
  - apiGroups: [networking.k8s.io]
    resources: [networkpolicies]
    verbs: [get, list]
  - apiGroups: [discovery.k8s.io]
    resources: [endpointslices]
    verbs: [get, list]
  - apiGroups: [apps]
    resources: [daemonsets]
    verbs: [get, list]
  - apiGroups: [vpcresources.k8s.aws]
    resources: [securitygrouppolicies]
    verbs: [get, list]
  # Of EKS Auto Mode.
  - apiGroups: [eks.amazonaws.com]
    resources: [nodeclasses]
    verbs: [get, list]
  - apiGroups: [""]
    resources: [configmaps]
    resourceNames: [amazon-vpc-cni, cilium-config]
    verbs: [get]
  # From here on for verify only: probes run in the pods.
  - apiGroups: [""]
    resources: [pods/exec]
    verbs: [get, create]
  # Only where --image is given.
  - apiGroups: [""]
    resources: [pods/ephemeralcontainers]
    verbs: [patch]
`;
