import { type Field, known, mapField, type Unread } from "../../values";
import type { DataStoreKind, SettingKind } from "./dataStore";
import { type PropertyPath, placesAt } from "./places";
import { property } from "./subject";

/** Weak if true; left out it is false. */
const ifOn = (path: PropertyPath): SettingKind => ({
  path,
  isWeak: (place) => mapField(place.boolean(), (value) => value === true),
  evidence: `${path} is true`,
  remedy: `${path}: false`,
});

/** Weak unless true. */
const unlessOn = (path: PropertyPath): SettingKind => ({
  path,
  isWeak: (place) => mapField(place.boolean(), (value) => value !== true),
  evidence: `${path} isn't true`,
  remedy: `${path}: true`,
});

/** Weak if it isn't written at all. */
const ifAbsent = (path: PropertyPath, remedy: string): SettingKind => ({
  path,
  evidence: `${path} is absent`,
  isWeak: (place) => mapField(place.isWritten(), (written) => !written),
  remedy,
});

/** Brokers on addresses of the internet. Source: Amazon MSK developer guide, "Turn on public access". */
const mskPublic: SettingKind = {
  path: "brokerNodeGroupInfo.connectivityInfo.publicAccess.type",
  isWeak: (place) => mapField(place.text(), (value) => value === "SERVICE_PROVIDED_EIPS"),
  evidence: "brokerNodeGroupInfo.connectivityInfo.publicAccess.type is SERVICE_PROVIDED_EIPS",
  remedy: 'brokerNodeGroupInfo.connectivityInfo.publicAccess.type: "DISABLED"',
};

/** A proxy's clients log in by IAM if each `auths` entry requires it, or its default scheme does. */
const proxyPasswords: SettingKind = {
  path: "auths",
  isWeak: (_, subject) => {
    const scheme = property(subject, "defaultAuthScheme").text();
    const entries = placesAt(subject, "auths[]");
    if (!entries.known) return entries;
    const modes = entries.value.map((entry) => entry.at("iamAuth").text());
    if (modes.some((mode) => mode.known && mode.value !== "REQUIRED")) return known(true);
    const unread = modes.find((mode): mode is Unread => !mode.known);
    if (unread) return unread;
    return modes.length > 0 ? known(false) : mapField(scheme, (value) => value !== "IAM_AUTH");
  },
  evidence: "auths doesn't require IAM",
  remedy: 'iamAuth: "REQUIRED" in each of auths',
};

/** A global cluster made of a cluster has that one's encryption. */
const globalEncryption: SettingKind = {
  ...unlessOn("storageEncrypted"),
  isWeak: (place, subject): Field<boolean> => {
    const written = place.boolean();
    const isMadeOfOne = !property(subject, "sourceDbClusterIdentifier").isAbsent();
    return mapField(written, (value) => (value === undefined ? !isMadeOfOne : !value));
  },
};

const PUBLIC = { public: ifOn("publiclyAccessible") };
/** No group is in front of these: what is public is guarded by its own logins and policy. */
const UNGUARDED = { isUnguarded: true } as const;
const ENDPOINT_OF_DOMAIN = {
  public: { ...ifAbsent("vpcOptions", "vpcOptions: { subnetIds, securityGroupIds }"), ...UNGUARDED },
};

/**
 * The kinds of data stores besides RDS's instances and clusters. Properties and defaults: @pulumi/aws 7.48, each type's own
 * documentation. An older provider's other default (Redshift's `publiclyAccessible` was true) is written into the inputs by
 * the provider's Check before any policy sees them.
 */
export const DATA_STORES: Readonly<Record<string, DataStoreKind>> = {
  "rds/proxy:Proxy": {
    title: "RDS proxy",
    name: "name",
    groups: "vpcSecurityGroupIds",
    weak: { plaintext: unlessOn("requireTls"), passwords: proxyPasswords },
  },
  "rds/proxyEndpoint:ProxyEndpoint": {
    title: "RDS proxy endpoint",
    name: "dbProxyEndpointName",
    groups: "vpcSecurityGroupIds",
  },
  "rds/shardGroup:ShardGroup": { title: "RDS shard group", name: "dbShardGroupIdentifier", weak: PUBLIC },
  "rds/globalCluster:GlobalCluster": {
    title: "RDS global cluster",
    name: "globalClusterIdentifier",
    weak: { unencrypted: globalEncryption, unprotected: unlessOn("deletionProtection") },
  },
  "redshift/cluster:Cluster": {
    title: "Redshift cluster",
    name: "clusterIdentifier",
    groups: "vpcSecurityGroupIds",
    weak: PUBLIC,
  },
  "redshiftserverless/workgroup:Workgroup": {
    title: "Redshift workgroup",
    name: "workgroupName",
    groups: "securityGroupIds",
    weak: PUBLIC,
  },
  "neptune/cluster:Cluster": {
    title: "Neptune cluster",
    name: "clusterIdentifier",
    groups: "vpcSecurityGroupIds",
  },
  "neptune/clusterInstance:ClusterInstance": {
    title: "Neptune instance",
    name: "identifier",
    weak: PUBLIC,
  },
  "docdb/cluster:Cluster": {
    title: "DocumentDB cluster",
    name: "clusterIdentifier",
    groups: "vpcSecurityGroupIds",
  },
  "docdb/elasticCluster:ElasticCluster": {
    title: "DocumentDB elastic cluster",
    name: "name",
    groups: "vpcSecurityGroupIds",
  },
  "lightsail/database:Database": {
    title: "Lightsail database",
    name: "relationalDatabaseName",
    weak: { public: { ...PUBLIC.public, ...UNGUARDED } },
  },
  "elasticache/cluster:Cluster": {
    title: "ElastiCache cluster",
    name: "clusterId",
    groups: "securityGroupIds",
    partOf: "replicationGroupId",
  },
  "elasticache/replicationGroup:ReplicationGroup": {
    title: "ElastiCache replication group",
    name: "replicationGroupId",
    groups: "securityGroupIds",
  },
  "elasticache/serverlessCache:ServerlessCache": {
    title: "ElastiCache serverless cache",
    name: "name",
    groups: "securityGroupIds",
  },
  "memorydb/cluster:Cluster": { title: "MemoryDB cluster", name: "name", groups: "securityGroupIds" },
  "dax/cluster:Cluster": { title: "DAX cluster", name: "clusterName", groups: "securityGroupIds" },
  "opensearch/domain:Domain": {
    title: "OpenSearch domain",
    name: "domainName",
    groups: "vpcOptions.securityGroupIds",
    weak: ENDPOINT_OF_DOMAIN,
  },
  "elasticsearch/domain:Domain": {
    title: "Elasticsearch domain",
    name: "domainName",
    groups: "vpcOptions.securityGroupIds",
    weak: ENDPOINT_OF_DOMAIN,
  },
  "msk/cluster:Cluster": {
    title: "MSK cluster",
    name: "clusterName",
    groups: "brokerNodeGroupInfo.securityGroups",
    weak: { public: mskPublic },
  },
  "msk/serverlessCluster:ServerlessCluster": {
    title: "MSK serverless cluster",
    name: "clusterName",
    groups: "vpcConfigs[].securityGroupIds",
  },
  "mq/broker:Broker": { title: "MQ broker", name: "brokerName", groups: "securityGroups", weak: PUBLIC },
  "dms/replicationInstance:ReplicationInstance": {
    title: "DMS replication instance",
    name: "replicationInstanceId",
    groups: "vpcSecurityGroupIds",
    weak: PUBLIC,
  },
  "timestreaminfluxdb/dbInstance:DbInstance": {
    title: "Timestream InfluxDB instance",
    name: "name",
    groups: "vpcSecurityGroupIds",
    weak: PUBLIC,
  },
  "timestreaminfluxdb/dbCluster:DbCluster": {
    title: "Timestream InfluxDB cluster",
    name: "name",
    groups: "vpcSecurityGroupIds",
    weak: PUBLIC,
  },
  "neptunegraph/graph:Graph": {
    title: "Neptune Analytics graph",
    name: "graphName",
    weak: { public: { ...ifOn("publicConnectivity"), ...UNGUARDED } },
  },
  "redshift/endpointAccess:EndpointAccess": {
    title: "Redshift endpoint",
    name: "endpointName",
    groups: "vpcSecurityGroupIds",
  },
  "redshiftserverless/endpointAccess:EndpointAccess": {
    title: "Redshift Serverless endpoint",
    name: "endpointName",
    groups: "vpcSecurityGroupIds",
  },
  "opensearch/serverlessVpcEndpoint:ServerlessVpcEndpoint": {
    title: "OpenSearch Serverless endpoint",
    name: "name",
    groups: "securityGroupIds",
  },
  "opensearch/vpcEndpoint:VpcEndpoint": {
    title: "OpenSearch endpoint",
    name: "domainArn",
    groups: "vpcOptions.securityGroupIds",
  },
  "msk/vpcConnection:VpcConnection": {
    title: "MSK connection",
    name: "targetClusterArn",
    groups: "securityGroups",
  },
};
