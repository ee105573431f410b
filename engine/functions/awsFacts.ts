import { UNKNOWN_SENTINEL } from "../../data";
import type { Value, ValueMap } from "../values";
import { type Partition, PARTITIONS } from "./awsPartitions";

/** A region and the partition that it is in. */
interface Region {
  readonly code: string;
  readonly description: string;
  readonly partition: Partition;
}

/**
 * The region of that code, where it is known text and one of AWS's. A newer one than the table's, a secret and what the
 * environment of the provider's process says aren't known here.
 */
function regionOf(code: Value | undefined): Region | undefined {
  if (typeof code !== "string" || code.includes(UNKNOWN_SENTINEL)) return undefined;
  const found = PARTITIONS.find(({ regions }) => Object.hasOwn(regions, code));
  const description = found?.regions[code];
  return found === undefined || description === undefined
    ? undefined
    : { code, description, partition: found };
}

/** The region of the arguments, or else the provider's: text in an explicit provider, the stack's config in a default one. */
const askedRegion = ({ region }: ValueMap, provider: ValueMap): Region | undefined =>
  regionOf(region ?? provider["region"]);

/** `aws.getPartition`. */
export function partition(_args: ValueMap, provider: ValueMap): ValueMap | undefined {
  const found = regionOf(provider["region"])?.partition;
  if (found === undefined) return undefined;
  const reverseDnsPrefix = found.dnsSuffix.split(".").reverse().join(".");
  return { id: found.id, partition: found.id, dnsSuffix: found.dnsSuffix, reverseDnsPrefix };
}

/** `aws.getRegion`; one that is asked for by its endpoint isn't looked up. */
export function region(args: ValueMap, provider: ValueMap): ValueMap | undefined {
  const { name, endpoint } = args;
  const found = askedRegion({ region: args["region"] ?? name ?? null }, provider);
  if (found === undefined || (endpoint ?? null) !== null) return undefined;
  const { code, description } = found;
  const dns = `ec2.${code}.${found.partition.dnsSuffix}`;
  return { id: code, name: code, region: code, description, endpoint: dns };
}

/** Services whose principal ends in the partition's own DNS suffix (terraform-provider-aws, service_principal_data_source.go). */
const OWN_SUFFIX: Readonly<Record<string, readonly string[]>> = {
  "aws-iso": ["cloudhsm", "config", "logs", "workspaces"],
  "aws-iso-b": ["dms", "logs"],
  "aws-cn": ["codedeploy", "elasticmapreduce", "logs"],
};

/** `aws.getServicePrincipal`. */
export function servicePrincipal(args: ValueMap, provider: ValueMap): ValueMap | undefined {
  const { serviceName } = args;
  const found = askedRegion(args, provider);
  if (found === undefined || typeof serviceName !== "string") return undefined;
  const { code, partition: own } = found;
  const suffix = OWN_SUFFIX[own.id]?.includes(serviceName) === true ? own.dnsSuffix : "amazonaws.com";
  const id = `${serviceName}.${code}.${suffix}`;
  return { id, name: `${serviceName}.${suffix}`, region: code, serviceName, suffix };
}

/** `aws.getArn`: the parts of an ARN. Throws Error for a text that isn't one. */
export function arnParts({ arn }: ValueMap): ValueMap | undefined {
  if (typeof arn !== "string" || arn.includes(UNKNOWN_SENTINEL)) return undefined;
  const [prefix, own, service, code, account, ...resource] = arn.split(":");
  if (prefix !== "arn" || resource.length === 0) throw new Error(`"${arn}" isn't an ARN`);
  return {
    id: arn,
    arn,
    partition: own ?? "",
    service: service ?? "",
    region: code ?? "",
    account: account ?? "",
    resource: resource.join(":"),
  };
}
