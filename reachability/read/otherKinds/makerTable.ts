// Tests: test/reachability/evidence/otherWorkloads.test.ts
import { DEFAULT_NAMESPACE, isNamespaceName } from "../../../kubernetes";
import type { Fields } from "../fields";
import { UNKNOWN_NAME } from "../identity";
import type { Source } from "../problems";
import { type FolderShape, readFolders } from "./makerFolders";
import { contentOf } from "./walk";
import { WORKLOAD_TABLE } from "./workloadTable";

/** An object that makes pods, or policies, which no manifest of the input shows. */
export interface Maker {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The namespace that they are made in; undefined where it may be any. */
  readonly into: string | undefined;
  /** Whether it may make objects of any kind, or pods alone. */
  readonly makes: "pods" | "objects";
  /** The NetworkPolicies that it may make; undefined where it makes none. */
  readonly policies?: MadePolicies;
  /** Folders of a repository that hold all that it makes, as they are; undefined where that isn't known. */
  readonly folders?: readonly string[] | undefined;
}

/** NetworkPolicies that an object may make, and the input doesn't show. */
export interface MadePolicies {
  readonly source: Source;
  /** One text for objects that say the same. */
  readonly content: string;
  /** A label that has the maker's name as its value on every pod that they select; undefined: they may select any. */
  readonly label?: string;
}

interface MakerRow {
  readonly kinds: readonly string[];
  readonly group: string;
  readonly makes: Maker["makes"];
  /** The field that names the namespace; without one, or where it is absent, its own. */
  readonly into?: readonly string[];
  /** Whether, without that field, it may be any namespace. */
  readonly anywhere?: true;
  /** A label that has the object's name as its value on every pod that the policies which it makes select. */
  readonly label?: string;
  /** Where it says of which folders its objects are made. */
  readonly folders?: FolderShape;
  /** The field that has the kind of the one object that it makes. */
  readonly single?: readonly string[];
}

const objects = (group: string, kinds: readonly string[], more: Partial<MakerRow> = {}): MakerRow => ({
  kinds,
  group,
  makes: "objects",
  ...more,
});
const pods = (group: string, ...kinds: readonly string[]): MakerRow => ({ kinds, group, makes: "pods" });

/** Sources: each project's API reference. */
export const MAKER_TABLE: readonly MakerRow[] = [
  objects("helm.toolkit.fluxcd.io", ["HelmRelease"], { into: ["spec", "targetNamespace"] }),
  objects("kustomize.toolkit.fluxcd.io", ["Kustomization"], {
    into: ["spec", "targetNamespace"],
    anywhere: true,
    folders: "kustomization",
  }),
  objects("argoproj.io", ["Application"], {
    into: ["spec", "destination", "namespace"],
    anywhere: true,
    folders: "application",
  }),
  objects("argoproj.io", ["ApplicationSet"], {
    into: ["spec", "template", "spec", "destination", "namespace"],
    anywhere: true,
    folders: "applicationSet",
  }),
  objects("helm.cattle.io", ["HelmChart"], { into: ["spec", "targetNamespace"] }),
  objects("fleet.cattle.io", ["GitRepo", "Bundle", "HelmOp"], {
    into: ["spec", "targetNamespace"],
    anywhere: true,
  }),
  objects("operators.coreos.com", ["Subscription", "ClusterServiceVersion"]),
  objects("operators.coreos.com", ["CatalogSource"]),
  objects("template.openshift.io", ["TemplateInstance", "Template"]),
  objects("helm.crossplane.io", ["Release"], { into: ["spec", "forProvider", "namespace"], anywhere: true }),
  objects("kubernetes.crossplane.io", ["Object"], {
    into: ["spec", "forProvider", "manifest", "metadata", "namespace"],
    anywhere: true,
    single: ["spec", "forProvider", "manifest", "kind"],
  }),
  // Strimzi's operator writes NetworkPolicies for the pods of each cluster.
  ...["Kafka", "KafkaConnect", "KafkaBridge", "KafkaMirrorMaker2"].map((kind) => ({
    ...pods("kafka.strimzi.io", kind),
    label: "strimzi.io/cluster",
  })),
  pods("kafka.strimzi.io", "KafkaNodePool"),
  pods("argoproj.io", "EventSource", "Sensor", "EventBus"),
  pods("postgresql.cnpg.io", "Cluster", "Pooler"),
  pods("acid.zalan.do", "postgresql"),
  pods("postgres-operator.crunchydata.com", "PostgresCluster", "PGAdmin"),
  pods("stackgres.io", "SGCluster", "SGShardedCluster"),
  pods("mysql.oracle.com", "InnoDBCluster"),
  pods("pxc.percona.com", "PerconaXtraDBCluster"),
  pods("psmdb.percona.com", "PerconaServerMongoDB"),
  pods("pgv2.percona.com", "PerconaPGCluster"),
  pods("k8s.mariadb.com", "MariaDB", "MaxScale"),
  pods("mongodbcommunity.mongodb.com", "MongoDBCommunity"),
  pods("mongodb.com", "MongoDB"),
  pods("redis.redis.opstreelabs.in", "Redis", "RedisCluster", "RedisReplication", "RedisSentinel"),
  pods("databases.spotahome.com", "RedisFailover"),
  pods("rabbitmq.com", "RabbitmqCluster"),
  pods("elasticsearch.k8s.elastic.co", "Elasticsearch"),
  pods("kibana.k8s.elastic.co", "Kibana"),
  pods("logstash.k8s.elastic.co", "Logstash"),
  pods("beat.k8s.elastic.co", "Beat"),
  pods("opensearch.opster.io", "OpenSearchCluster"),
  pods("monitoring.coreos.com", "Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"),
  pods("loki.grafana.com", "LokiStack"),
  pods("grafana.integreatly.org", "Grafana"),
  pods("jaegertracing.io", "Jaeger"),
  pods("opentelemetry.io", "OpenTelemetryCollector"),
  pods("k8ssandra.io", "K8ssandraCluster"),
  pods("cassandra.datastax.com", "CassandraDatacenter"),
  pods("scylla.scylladb.com", "ScyllaCluster"),
  pods("minio.min.io", "Tenant"),
  pods("ceph.rook.io", "CephCluster", "CephObjectStore", "CephFilesystem"),
  pods("vault.banzaicloud.com", "Vault"),
  pods("k8s.keycloak.org", "Keycloak"),
  pods("zookeeper.pravega.io", "ZookeeperCluster"),
  pods("flink.apache.org", "FlinkDeployment"),
  pods("sparkoperator.k8s.io", "SparkApplication", "ScheduledSparkApplication"),
  pods("ray.io", "RayJob", "RayService"),
  pods("tekton.dev", "PipelineRun", "TaskRun"),
  pods("camel.apache.org", "Integration"),
  pods("serving.kserve.io", "InferenceService"),
  pods("actions.github.com", "AutoscalingRunnerSet"),
  pods("actions.summerwind.dev", "RunnerDeployment", "RunnerSet"),
];

const byKind = new Map(
  MAKER_TABLE.flatMap((row) => row.kinds.map((kind) => [`${row.group}/${kind}`, row] as const)),
);

/** Reads an object that makes pods or policies; undefined for all others. */
export function readMaker(
  { kind, group }: { readonly kind: string; readonly group: string },
  object: Fields,
  source: Source,
): Maker | undefined {
  const row = byKind.get(`${group}/${kind}`);
  if (row === undefined) return undefined;
  const { label, folders } = row;
  const only = textAt(object, row.single ?? []);
  // A kind that is named makes no policy unless it is called one.
  const makes = only === undefined || only.endsWith("Policy") ? row.makes : "pods";
  const made = makerOf(kind, object, makes, row.into, row.anywhere === true);
  if (makes === "pods" && label === undefined) return made;
  const content = contentOf(object["spec"] ?? {}) ?? `${source.file} ${source.document}`;
  return {
    ...made,
    policies: { source, content, ...(label !== undefined && { label }) },
    ...(folders !== undefined && { folders: readFolders(folders, object) }),
  };
}

/** A kind of another project whose objects make pods that their manifests may not show, and in which namespace. */
export interface MakingKind {
  readonly group: string;
  readonly kind: string;
  /** The field that names the namespace; without one, or where it is absent, it is their own, or any. */
  readonly into: readonly string[];
  readonly anywhere: boolean;
}

/** Every kind that makes pods, those with a template of their own among them. */
export const MAKING_KINDS: readonly MakingKind[] = [
  ...MAKER_TABLE.flatMap(({ group, kinds, into = [], anywhere = false }) =>
    kinds.map((kind) => ({ group, kind, into, anywhere })),
  ),
  ...WORKLOAD_TABLE.flatMap(({ groups, kind }) =>
    groups.map((group) => ({ group, kind, into: [], anywhere: false })),
  ),
];

/**
 * An object as a maker; `into` is the path of the field that names the namespace. `anywhere`: without it, it may be any, instead of
 * its own.
 */
export function makerOf(
  kind: string,
  object: Fields,
  makes: Maker["makes"],
  into: readonly string[] = [],
  anywhere = false,
): Maker {
  const own = valueAt(object, ["metadata", "namespace"]);
  const namespace = typeof own === "symbol" ? UNKNOWN_NAME : textAt(object, ["metadata", "namespace"]);
  const name = textAt(object, ["metadata", "name"]) ?? "";
  const given = into.length === 0 ? undefined : valueAt(object, into);
  const isGiven = given !== undefined && given !== null && given !== "";
  const home = isGiven ? given : anywhere ? undefined : (namespace ?? DEFAULT_NAMESPACE);
  return {
    kind,
    namespace: namespace ?? DEFAULT_NAMESPACE,
    name,
    // What isn't known, and what a template is to fill in, may be any.
    into: typeof home === "string" && isNamespaceName(home) ? home : undefined,
    makes,
  };
}

function valueAt(object: Fields, path: readonly string[]): unknown {
  let at: unknown = object;
  for (const step of path) {
    if (typeof at === "symbol") return at;
    at = typeof at === "object" && at !== null ? (at as Fields)[step] : undefined;
  }
  return at;
}

function textAt(object: Fields, path: readonly string[]): string | undefined {
  const at = valueAt(object, path);
  return typeof at === "string" && at !== "" ? at : undefined;
}
