import { aws, group, ingress, peer, tcp } from "../aws";
import { type TestResource, UNKNOWN } from "../helpers";
import type { Case } from "./case";

const GROUPS = "rds-admits-groups-only";
const PRIVATE = "rds-private";

/** A kind of data store: its type, what it is called, the port that it listens on, and how its groups are written. */
interface Store {
  readonly id: string;
  readonly type: string;
  readonly what: string;
  readonly port: number;
  readonly withGroups: (ids: unknown) => object;
  /** The property that is made from the group. */
  readonly property: string;
}

const plain = (id: string, type: string, what: string, port: number, property: string): Store => ({
  id,
  type,
  what,
  port,
  withGroups: (ids) => ({ [property]: ids }),
  property,
});

const STORES: readonly Store[] = [
  plain("rds-proxy", "rds/proxy:Proxy", "An RDS proxy", 5432, "vpcSecurityGroupIds"),
  plain(
    "proxy-endpoint",
    "rds/proxyEndpoint:ProxyEndpoint",
    "A proxy's endpoint",
    5432,
    "vpcSecurityGroupIds",
  ),
  plain("redshift", "redshift/cluster:Cluster", "A warehouse", 5439, "vpcSecurityGroupIds"),
  plain("workgroup", "redshiftserverless/workgroup:Workgroup", "A workgroup", 5439, "securityGroupIds"),
  plain("neptune", "neptune/cluster:Cluster", "A graph database", 8182, "vpcSecurityGroupIds"),
  plain("docdb", "docdb/cluster:Cluster", "A document database", 27017, "vpcSecurityGroupIds"),
  plain(
    "docdb-elastic",
    "docdb/elasticCluster:ElasticCluster",
    "An elastic one",
    27017,
    "vpcSecurityGroupIds",
  ),
  plain("memcached", "elasticache/cluster:Cluster", "A cache", 11211, "securityGroupIds"),
  plain("redis", "elasticache/replicationGroup:ReplicationGroup", "A Redis", 6379, "securityGroupIds"),
  plain("valkey", "elasticache/serverlessCache:ServerlessCache", "A Valkey", 6379, "securityGroupIds"),
  plain("memorydb", "memorydb/cluster:Cluster", "A MemoryDB", 6379, "securityGroupIds"),
  plain("dax", "dax/cluster:Cluster", "DynamoDB's cache", 8111, "securityGroupIds"),
  plain("mq", "mq/broker:Broker", "A message broker", 5671, "securityGroups"),
  plain("dms", "dms/replicationInstance:ReplicationInstance", "A migration", 5432, "vpcSecurityGroupIds"),
  plain("influxdb", "timestreaminfluxdb/dbInstance:DbInstance", "A time series", 8086, "vpcSecurityGroupIds"),
  plain("influxdb-cluster", "timestreaminfluxdb/dbCluster:DbCluster", "Several", 8086, "vpcSecurityGroupIds"),
  plain(
    "redshift-endpoint",
    "redshift/endpointAccess:EndpointAccess",
    "A warehouse's second endpoint",
    5439,
    "vpcSecurityGroupIds",
  ),
  plain(
    "workgroup-endpoint",
    "redshiftserverless/endpointAccess:EndpointAccess",
    "A workgroup's second endpoint",
    5439,
    "vpcSecurityGroupIds",
  ),
  plain(
    "search-serverless",
    "opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint",
    "Serverless search's endpoint",
    443,
    "securityGroupIds",
  ),
  plain("msk-connection", "msk/vpcConnection:VpcConnection", "A way to Kafka", 9098, "securityGroups"),
  {
    ...plain(
      "search-endpoint",
      "opensearch/vpcEndpoint:VpcEndpoint",
      "A domain's endpoint",
      443,
      "vpcOptions",
    ),
    withGroups: (securityGroupIds) => ({ vpcOptions: { subnetIds: ["subnet-1"], securityGroupIds } }),
  },
  {
    ...plain("opensearch", "opensearch/domain:Domain", "A search domain", 443, "vpcOptions"),
    withGroups: (securityGroupIds) => ({ vpcOptions: { subnetIds: ["subnet-1"], securityGroupIds } }),
  },
  {
    ...plain("elasticsearch", "elasticsearch/domain:Domain", "An older search domain", 443, "vpcOptions"),
    withGroups: (securityGroupIds) => ({ vpcOptions: { subnetIds: ["subnet-1"], securityGroupIds } }),
  },
  {
    ...plain("msk", "msk/cluster:Cluster", "Kafka's brokers", 9098, "brokerNodeGroupInfo"),
    withGroups: (securityGroups) => ({ brokerNodeGroupInfo: { clientSubnets: [], securityGroups } }),
  },
  {
    ...plain(
      "msk-serverless",
      "msk/serverlessCluster:ServerlessCluster",
      "Serverless Kafka",
      9098,
      "vpcConfigs",
    ),
    withGroups: (securityGroupIds) => ({ vpcConfigs: [{ subnetIds: ["subnet-1"], securityGroupIds }] }),
  },
];

function groupCases({ id, type, what, port, withGroups, property }: Store): Case[] {
  const store = aws(type, "store", withGroups([UNKNOWN]), { [property]: ["guard"] });
  const admitting = (...rules: readonly TestResource[]): TestResource[] => [
    group("client"),
    group("guard"),
    store,
    ...rules,
  ];
  const all = { policies: [GROUPS] };
  return [
    {
      ...all,
      id: `${id}-by-address`,
      idea: `${what} whose group admits a block of the VPC's addresses`,
      source: "AWS Security Hub's checks that data stores aren't open to wide address ranges",
      stack: admitting(ingress("in", "guard", { ...tcp(port), cidrIpv4: "10.0.0.0/8" })),
      expected: [`${GROUPS} in`],
    },
    {
      ...all,
      id: `${id}-by-group`,
      idea: `${what} whose group admits its client's group`,
      source: "what every AWS guide to groups between tiers shows",
      stack: admitting(ingress("in", "guard", { ...tcp(port), ...peer("client")[0] }, peer("client")[1])),
      expected: [],
    },
    {
      ...all,
      id: `${id}-default-group`,
      idea: `${what} without any group gets the VPC's default one`,
      source: "each type's documentation: without groups it has the VPC's default group",
      stack: [aws(type, "store", withGroups([]))],
      expected: [`${GROUPS} store`],
    },
    {
      ...all,
      id: `${id}-unknown-groups`,
      idea: `${what} whose groups only the deployment tells`,
      source: "an output of another stack",
      stack: [aws(type, "store", withGroups(UNKNOWN))],
      expected: [`${GROUPS} store?`],
    },
  ];
}

/** Kinds that have an address on the internet if they are told so. */
const ADDRESSED: readonly (readonly [string, string, string])[] = [
  ["redshift", "redshift/cluster:Cluster", "A warehouse"],
  ["workgroup", "redshiftserverless/workgroup:Workgroup", "A serverless warehouse"],
  ["neptune", "neptune/clusterInstance:ClusterInstance", "A graph database's instance"],
  ["shard-group", "rds/shardGroup:ShardGroup", "A shard group"],
  ["lightsail", "lightsail/database:Database", "A Lightsail database"],
  ["mq", "mq/broker:Broker", "A message broker"],
  ["dms", "dms/replicationInstance:ReplicationInstance", "A migration"],
  ["influxdb", "timestreaminfluxdb/dbInstance:DbInstance", "A time series database"],
  ["influxdb-cluster", "timestreaminfluxdb/dbCluster:DbCluster", "Several time series databases"],
];

const addressCases = ([id, type, what]: (typeof ADDRESSED)[number]): Case[] =>
  (
    [
      ["public", "has a public address", true, [`${PRIVATE} store`]],
      ["public-as-text", "says so by a text, as YAML programs do", "true", [`${PRIVATE} store`]],
      ["private", "says that it has none", false, []],
      ["unsaid", "says nothing, which is no", undefined, []],
      ["public-unknown", "leaves it to the deployment", UNKNOWN, [`${PRIVATE} store?`]],
    ] as const
  ).map(([claim, idea, publiclyAccessible, expected]) => ({
    id: `${id}-${claim}`,
    idea: `${what} ${idea}`,
    source: "Checkov's and Prowler's checks about publicly accessible data stores",
    policies: [PRIVATE],
    stack: [aws(type, "store", { publiclyAccessible })],
    expected,
  }));

/** Data stores besides RDS's instances and clusters: who reaches them. */
export const STORE_CASES: readonly Case[] = [
  ...STORES.flatMap(groupCases),
  ...ADDRESSED.flatMap(addressCases),
  ...(
    [
      ["public", true, [`${PRIVATE} store`]],
      ["private", false, []],
      ["unsaid", undefined, []],
      ["public-unknown", UNKNOWN, [`${PRIVATE} store?`]],
    ] as const
  ).map(([claim, publicConnectivity, expected]) => ({
    id: `graph-${claim}`,
    idea: "A graph of Neptune Analytics, which has no group in front",
    source: "the type's documentation: publicConnectivity",
    policies: [PRIVATE],
    stack: [aws("neptunegraph/graph:Graph", "store", { publicConnectivity })],
    expected,
  })),
  {
    id: "opensearch-public-endpoint",
    idea: "A search domain outside any VPC has a public endpoint",
    source: "AWS Config's rule opensearch-in-vpc-only",
    policies: [PRIVATE, GROUPS],
    stack: [aws("opensearch/domain:Domain", "store", {})],
    expected: [`${PRIVATE} store`],
  },
  {
    id: "opensearch-endpoint-unknown",
    idea: "A search domain whose VPC options only the deployment tells",
    source: "an output of another stack",
    policies: [PRIVATE],
    stack: [aws("opensearch/domain:Domain", "store", { vpcOptions: UNKNOWN })],
    expected: [`${PRIVATE} store?`],
  },
  ...(["SERVICE_PROVIDED_EIPS", "DISABLED", UNKNOWN] as const).map((type): Case => ({
    id: `msk-public-access-${type === UNKNOWN ? "unknown" : type.toLowerCase().replaceAll("_", "-")}`,
    idea: "Kafka's brokers with or without addresses of the internet",
    source: "AWS Security Hub's check about MSK's public access",
    policies: [PRIVATE],
    stack: [
      aws("msk/cluster:Cluster", "store", {
        brokerNodeGroupInfo: { connectivityInfo: { publicAccess: { type } }, securityGroups: ["sg-1"] },
      }),
    ],
    expected: type === "DISABLED" ? [] : [`${PRIVATE} store${type === UNKNOWN ? "?" : ""}`],
  })),
  {
    id: "redis-replica-of-group",
    idea: "A node of a replication group has that one's groups",
    source: "ElastiCache's documentation: groups can't be given beside replicationGroupId",
    policies: [GROUPS],
    stack: [aws("elasticache/cluster:Cluster", "node", { replicationGroupId: "orders" })],
    expected: [],
  },
];
