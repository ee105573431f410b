// Tests: test/reachability/evidence/otherWorkloads.test.ts
import type { Fields } from "../fields";
import { WORKLOAD_TABLE } from "./workloadTable";

/** An object that makes pods, or policies, which no manifest of the input shows. */
export interface Maker {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The namespace that they are made in; undefined where it may be any. */
  readonly into: string | undefined;
  /** Whether it may make objects of any kind, NetworkPolicies among them, or pods alone. */
  readonly makes: "pods" | "objects";
}

interface MakerRow {
  readonly kinds: readonly string[];
  readonly group: string;
  readonly makes: Maker["makes"];
  /** The field that names the namespace; without one, or where it is absent, its own. */
  readonly into?: readonly string[];
  /** Whether, without that field, it may be any namespace. */
  readonly anywhere?: true;
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
  }),
  objects("argoproj.io", ["Application"], { into: ["spec", "destination", "namespace"], anywhere: true }),
  objects("argoproj.io", ["ApplicationSet"], {
    into: ["spec", "template", "spec", "destination", "namespace"],
    anywhere: true,
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
  objects("kubernetes.crossplane.io", ["Object"], { anywhere: true }),
  // Strimzi's operator writes NetworkPolicies for its clusters.
  objects("kafka.strimzi.io", ["Kafka", "KafkaNodePool", "KafkaConnect", "KafkaBridge", "KafkaMirrorMaker2"]),
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
): Maker | undefined {
  const row = byKind.get(`${group}/${kind}`);
  return row === undefined
    ? undefined
    : makerOf(kind, object, row.makes, textAt(object, row.into ?? []), row.anywhere === true);
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

/** An object as a maker of pods; `into` is the namespace that it names, if it does. */
export function makerOf(
  kind: string,
  object: Fields,
  makes: Maker["makes"],
  into?: string,
  anywhere = false,
): Maker {
  const namespace = textAt(object, ["metadata", "namespace"]) ?? "default";
  const name = textAt(object, ["metadata", "name"]) ?? "";
  return { kind, namespace, name, into: into ?? (anywhere ? undefined : namespace), makes };
}

function textAt(object: Fields, path: readonly string[]): string | undefined {
  let at: unknown = object;
  for (const step of path) at = typeof at === "object" && at !== null ? (at as Fields)[step] : undefined;
  return typeof at === "string" && at !== "" ? at : undefined;
}
