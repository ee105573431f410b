import { POD_IDENTITY_AGENT, PortSet } from "../../net";
import type { FlowEnd } from "../../flows";
import { validBlocks } from "../addresses";
import type { CompileContext } from "./context";
import { outside, refused, type ResolvedEnd } from "./resolvedEnd";

/** Source: AWS EKS user guide, "Set up the Pod Identity Agent". */
const AGENT_PORTS = PortSet.of([80, 2703].map((port) => ({ protocol: "TCP", from: port, to: port })));

type CloudEnd = Extract<FlowEnd, { kind: "database" | "bucket" | "cloud-identity" }>;

/** The addresses behind a cloud service, as the stack's config places it. */
export function resolveCloudEnd(end: CloudEnd, ports: PortSet, context: CompileContext): ResolvedEnd {
  switch (end.kind) {
    case "database":
      return databaseSubnets(end.database, ports, context);
    case "bucket":
      return bucketEndpoint(end.bucket, ports, context);
    case "cloud-identity":
      return cloudIdentity(ports, context);
  }
}

function databaseSubnets(database: string, ports: PortSet, context: CompileContext): ResolvedEnd {
  const place = own(context.placement.databases, database);
  if (place === undefined) {
    return refused(
      `nothing says where database ${database} is`,
      `Give its subnets' CIDRs: databases: { ${database}: { subnetCidrs: […] } }`,
    );
  }
  return outside(validBlocks(place.subnetCidrs), ports, context, `database ${database}`);
}

function bucketEndpoint(bucket: string, ports: PortSet, context: CompileContext): ResolvedEnd {
  const place = own(context.placement.buckets, bucket);
  if (place === undefined) {
    return refused(
      `nothing says where bucket ${bucket} is reached`,
      `Give its endpoint: buckets: { ${bucket}: { endpoint: … } }`,
    );
  }
  const { endpoint } = place;
  const cidrs = endpoint.kind === "gateway" ? endpoint.prefixListCidrs : endpoint.subnetCidrs;
  return outside(validBlocks(cidrs), ports, context, `bucket ${bucket}'s endpoint`);
}

/** IRSA: the flow's ports at the STS endpoint. Pod Identity: the agent's own ports, whatever the flow says. */
function cloudIdentity(ports: PortSet, context: CompileContext): ResolvedEnd {
  const { identity } = context.placement;
  const { cni } = context.cluster;
  if (identity === undefined) {
    return refused(
      "nothing says where pods get their cloud credentials",
      "Give identity: { kind: irsa, stsSubnetCidrs: […] } or { kind: pod-identity }",
    );
  }
  switch (identity.kind) {
    case "irsa":
      return outside(validBlocks(identity.stsSubnetCidrs), ports, context, "the STS endpoint");
    case "pod-identity":
      if (!context.spelling.blocksMatchNodes) {
        return refused(
          `${cni} can't match a node-local agent by its address, so Pod Identity can't be admitted`,
          "Use identity: { kind: irsa, stsSubnetCidrs: […] }",
        );
      }
      return outside(POD_IDENTITY_AGENT.set, AGENT_PORTS, context, "the Pod Identity agent");
  }
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
