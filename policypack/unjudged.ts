import * as z from "zod";
import { append } from "../data";
import { isJudgedKind, isMakingKind, parseKubernetesType } from "./facts";
import type { Policy } from "./policy";

/** The policy that says what none judges, so that silence about the rest isn't read as silence about this. */
export const UNJUDGED = {
  name: "resources-unjudged",
  description: "Nothing that policies judge is made by kinds that none of them reads.",
  stops:
    "Resources that make databases, buckets, groups, policies or pods by other hands: those of the provider aws-native, CloudFormation stacks and Cloud Control's resources, AWS resources by Kubernetes objects (ACK, Crossplane), policies of a CNI's own kinds, Helm releases, whose charts the provider renders, and objects whose controllers make the pods (Flux's HelmRelease and Kustomization, Argo CD's Application, Argo's Rollout, Knative's Service, operators' clusters). And AWS resources that admit others elsewhere than at databases, buckets and groups: load balancers, APIs, distributions, function URLs, keys, policies of functions, queues, topics, secrets, repositories and file systems, shares, peerings. They are counted by kind, in one line; what they open isn't seen. `palisade preview` and `palisade check` end with 3 for them by `--fail-on unjudged`.",
  severity: "low",
  references: [],
  remedy:
    "Declare them by kinds that are judged (see the end of this page), or look at them by other means; disable this policy where that is done.",
  level: "advisory",
  scope: "stack",
  config: z.strictObject({}),
} as const satisfies Policy;

/** Makers of AWS resources that no program shows. */
const MAKERS = [
  "cloudformation/stack:Stack",
  "cloudformation/stackSet:StackSet",
  "cloudcontrol/resource:Resource",
];

/**
 * What admits others to data, functions, keys or networks beside databases, buckets and groups: policies of resources, public front ends,
 * joined networks. Source: AWS IAM user guide, "AWS services that work with IAM" (resource-based policies); each service's guide.
 */
const DOORS = [
  ...["apigateway/restApi:RestApi", "apigatewayv2/api:Api", "cloudfront/distribution:Distribution"],
  ...["alb/loadBalancer:LoadBalancer", "elb/loadBalancer:LoadBalancer", "lb/loadBalancer:LoadBalancer"],
  ...[
    "globalaccelerator/accelerator:Accelerator",
    "lambda/functionUrl:FunctionUrl",
    "lambda/permission:Permission",
  ],
  ...["backup/vaultPolicy:VaultPolicy", "cloudwatch/eventBusPolicy:EventBusPolicy"],
  ...["dynamodb/resourcePolicy:ResourcePolicy", "kinesis/resourcePolicy:ResourcePolicy"],
  ...["ecr/registryPolicy:RegistryPolicy", "ecr/repositoryPolicy:RepositoryPolicy"],
  ...["efs/fileSystemPolicy:FileSystemPolicy", "secretsmanager/secretPolicy:SecretPolicy"],
  ...["kms/grant:Grant", "kms/key:Key", "kms/keyPolicy:KeyPolicy"],
  ...["sns/topicPolicy:TopicPolicy", "sqs/queuePolicy:QueuePolicy", "ram/resourceShare:ResourceShare"],
  ...["ec2/vpcPeeringConnection:VpcPeeringConnection", "ec2transitgateway/vpcAttachment:VpcAttachment"],
];

/** The types of AWS resources that are counted. */
export const UNJUDGED_TYPES: ReadonlySet<string> = new Set(
  [...MAKERS, ...DOORS].map((type) => `aws:${type}`),
);

/** API groups whose objects make AWS resources, or are policies of their own kinds; kinds that make pods are counted beside them. */
const GROUPS: readonly RegExp[] = [
  /\.services\.k8s\.aws$/,
  /\.aws(\.m)?\.(upbound|crossplane)\.io$/,
  /^cilium\.io$/,
  /(^|\.)projectcalico\.org$/,
  /^policy\.networking\.k8s\.io$/,
  /^networking\.k8s\.aws$/,
];

/** A release's namespace is judged; what its chart makes is the provider's to know. */
const RELEASE = "helm.sh Release";

/** How a kind that no policy judges is named; undefined for kinds that are judged, and for those that don't bear on it. */
function unjudgedKind(type: string): string | undefined {
  if (type.startsWith("aws-native:") || UNJUDGED_TYPES.has(type)) return type;
  const { group, kind } = parseKubernetesType(type) ?? { group: "", kind: "" };
  if (`${group} ${kind}` === RELEASE) return RELEASE;
  if (isJudgedKind(group, kind)) return undefined;
  return GROUPS.some((pattern) => pattern.test(group)) || isMakingKind(group, kind)
    ? `${group} ${kind}`
    : undefined;
}

/** Those of some resources' types that no policy judges, each with how many there are. */
export function unjudgedKinds(types: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, string[]>();
  for (const type of types) {
    const kind = unjudgedKind(type);
    if (kind !== undefined) append(found, kind, type);
  }
  return new Map([...found].map(([kind, all]) => [kind, all.length]));
}

/** `3 resources of kinds that no policy judges (aws-native:rds:DBInstance 2, aws:cloudformation/stack:Stack 1)`. */
export function unjudgedText(kinds: ReadonlyMap<string, number>): string {
  const total = [...kinds.values()].reduce((sum, count) => sum + count, 0);
  const listed = [...kinds].map(([kind, count]) => `${kind} ${count}`).join(", ");
  return `${total === 1 ? "1 resource of a kind" : `${total} resources of kinds`} that no policy judges (${listed})`;
}
