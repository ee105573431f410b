// Tests: test/cli/import/existing.test.ts
import { type Fields, fieldsOf, isMap, mapsIn } from "../../data";
import type { Resource } from "../../engine";
import type { SourcedObject } from "../../reachability/read";
import { opened } from "../manifests/namespace";
import { plain } from "../manifests/stackValues";
import { clusterOf } from "../verify/planned";

/** What is there: one cluster's objects, and answers of AWS. */
export interface Existing {
  /** Which of the stack's clusters the objects are of, by its provider's name. */
  readonly cluster: string;
  readonly objects: readonly SourcedObject[];
  /** Documents as `aws … describe-…` and `aws s3api list-buckets` print them. */
  readonly answers: readonly Fields[];
}

/** Resources of a plan that exist, by URN: the id that their provider knows each by. */
export type ExistingIds = ReadonlyMap<string, string>;

/**
 * Which resources of a plan exist already, by what makes each one of its kind: an object's kind, namespace and name; a group's name and VPC, and a rule's group, direction,
 * protocol, ports and peer; a database's identifier; a bucket's name. Patches aren't among them: they change what is there as it is.
 * Ids are as the providers' import documentation has them.
 */
export function existingIds(resources: readonly Resource[], existing: Existing): ExistingIds {
  const ids = new Map<string, string>();
  const objects = new Map(
    existing.objects.flatMap(opened).flatMap(({ value }) => identified(fieldsOf(value))),
  );
  const answers = new SavedAnswers(existing.answers);
  const custom = resources.filter(({ custom: isCustom, read }) => isCustom && !read);
  for (const resource of custom) {
    const inputs = plain(resource.inputs) as Fields;
    const [key] =
      resource.type.startsWith("kubernetes:") && !resource.type.endsWith("Patch")
        ? identified({ ...inputs, kind: resource.type.split(":").at(-1) })
        : [];
    const isHere = key !== undefined && clusterOf(resource) === existing.cluster;
    const id = isHere ? objects.get(key[0]) : answers.idOf(resource.type, inputs);
    if (id !== undefined) ids.set(resource.urn, id);
  }
  // Rules are known by their groups, of which some were found just now.
  for (const resource of custom) {
    const id = answers.ruleId(resource, plain(resource.inputs) as Fields, ids);
    if (id !== undefined) ids.set(resource.urn, id);
  }
  return ids;
}

/** An object's identity and its id; empty where its name isn't known. */
function identified(object: Fields | undefined): readonly (readonly [key: string, id: string])[] {
  const { apiVersion, kind, metadata } = object ?? {};
  const { name, namespace } = isMap(metadata) ? metadata : ({} as Fields);
  if (typeof name !== "string" || typeof kind !== "string" || typeof apiVersion !== "string") return [];
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  const home = typeof namespace === "string" ? namespace : CLUSTER_WIDE.test(kind) ? undefined : "default";
  const id = home === undefined ? name : `${home}/${name}`;
  return [[`${group ?? ""} ${kind} ${id}`, id]];
}

/** Kinds without a namespace, of those that stacks plan. */
const CLUSTER_WIDE =
  /^(Namespace|Node|Cluster\w+|AdminNetworkPolicy|BaselineAdminNetworkPolicy|CiliumClusterwide\w+)$/;

const GROUP_RULE = /^aws:vpc\/securityGroup(Ingress|Egress)Rule:/;

/** Saved answers of AWS, asked for ids. */
class SavedAnswers {
  constructor(private readonly answers: readonly Fields[]) {}

  idOf(type: string, inputs: Fields): string | undefined {
    switch (type) {
      case "aws:ec2/securityGroup:SecurityGroup":
        return this.find("SecurityGroups", { GroupName: inputs["name"], VpcId: inputs["vpcId"] }, "GroupId");
      case "aws:rds/instance:Instance":
        return this.byName("DBInstances", "DBInstanceIdentifier", inputs["identifier"]);
      case "aws:rds/cluster:Cluster":
        return this.byName("DBClusters", "DBClusterIdentifier", inputs["clusterIdentifier"]);
      case "aws:s3/bucket:Bucket":
        return this.byName("Buckets", "Name", inputs["bucket"]);
      default:
        return undefined;
    }
  }

  ruleId({ type, propertyDependencies }: Resource, inputs: Fields, ids: ExistingIds): string | undefined {
    const [, direction] = GROUP_RULE.exec(type) ?? [];
    if (direction === undefined) return undefined;
    const groupId = (property: string): unknown => {
      const given = inputs[property];
      const [made] = propertyDependencies[property] ?? [];
      return typeof given === "string" || made === undefined ? given : ids.get(made);
    };
    const peer = groupId("referencedSecurityGroupId");
    const protocol = String(inputs["ipProtocol"]);
    const isAll = protocol === "-1";
    const found = this.all("SecurityGroupRules").filter(
      (rule) =>
        rule["GroupId"] === groupId("securityGroupId") &&
        (rule["IsEgress"] === true) === (direction === "Egress") &&
        rule["IpProtocol"] === protocol &&
        (isAll || (rule["FromPort"] === inputs["fromPort"] && rule["ToPort"] === inputs["toPort"])) &&
        rule["CidrIpv4"] === inputs["cidrIpv4"] &&
        rule["CidrIpv6"] === inputs["cidrIpv6"] &&
        rule["PrefixListId"] === inputs["prefixListId"] &&
        (isMap(rule["ReferencedGroupInfo"]) ? rule["ReferencedGroupInfo"]["GroupId"] : undefined) === peer,
    );
    return idIn(found, "SecurityGroupRuleId");
  }

  private byName(list: string, key: string, name: unknown): string | undefined {
    return this.find(list, { [key]: name }, key);
  }

  private find(list: string, wanted: Fields, id: string): string | undefined {
    const all = Object.entries(wanted);
    if (all.some(([, value]) => typeof value !== "string")) return undefined;
    return idIn(
      this.all(list).filter((one) => all.every(([key, value]) => one[key] === value)),
      id,
    );
  }

  private all(list: string): readonly Fields[] {
    return this.answers.flatMap((answer) => mapsIn(answer[list]));
  }
}

/** The id of the only one; of several, none is known to be meant. */
function idIn(found: readonly Fields[], key: string): string | undefined {
  const ids = new Set(found.map((one) => one[key]));
  const [only] = ids;
  return ids.size === 1 && typeof only === "string" ? only : undefined;
}
