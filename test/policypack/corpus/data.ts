import {
  cronJob,
  deployment,
  dns,
  forClients,
  from,
  fromNamespace,
  hook,
  networkPolicy,
  openByDefault,
  operator,
  service,
  type Shape,
  statefulSet,
  store,
  tcp,
  web,
} from "./build";

/** Stores by a chart of their own, and the policy that it renders by default. */
const CHARTS: Readonly<Record<string, readonly number[]>> = {
  postgresql: [5432],
  "postgresql-ha": [5432, 9999],
  mysql: [3306],
  mariadb: [3306],
  "mariadb-galera": [3306, 4567, 4568],
  mongodb: [27017],
  redis: [6379],
  "redis-cluster": [6379, 16379],
  valkey: [6379],
  memcached: [11211],
  kafka: [9092, 9093],
  zookeeper: [2181, 2888, 3888],
  rabbitmq: [4369, 5672, 15672, 25672],
  elasticsearch: [9200, 9300],
  cassandra: [9042, 7000],
  etcd: [2379, 2380],
  minio: [9000, 9001],
  clickhouse: [8123, 9000],
  nats: [4222, 6222, 8222],
  influxdb: [8086],
  solr: [8983],
  consul: [8500, 8300],
};

const sizes = Object.entries(CHARTS);

/** Databases, queues and their operators. */
export const DATA: readonly Shape[] = [
  ...sizes.map(([name, ports]): Shape => ({
    name: `${name}, its chart's policy as it is by default`,
    objects: [...store(name, "data", ports), openByDefault(name, "data", ...ports)],
  })),
  ...sizes.slice(0, 12).map(([name, ports]): Shape => ({
    name: `${name}, its chart's policy for named clients`,
    objects: [...store(name, "data", ports), forClients(name, "data", ...ports)],
  })),
  ...[
    "cloudnative-pg",
    "postgres-operator",
    "percona-xtradb-operator",
    "mysql-operator",
    "mariadb-operator",
  ].map((name): Shape => ({ name: `${name}, the operator`, objects: operator(name, `${name}-system`) })),
  ...[
    "strimzi-cluster-operator",
    "eck-operator",
    "opensearch-operator",
    "mongodb-operator",
    "redis-operator",
  ].map((name): Shape => ({ name: `${name}, the operator`, objects: operator(name, "operators") })),
  {
    name: "zalando's postgres operator and its interface",
    objects: [deployment("postgres-operator", "postgres"), ...web("postgres-operator-ui", "postgres", 8081)],
  },
  {
    name: "a cluster's pods as CloudNativePG makes them, with a policy for its operator",
    objects: [
      service("pg-rw", "app", [5432]),
      networkPolicy("pg", "app", {
        pods: { "cnpg.io/cluster": "pg" },
        ingress: [
          { from: [fromNamespace("cnpg-system")], ports: tcp(8000, 5432) },
          { from: [{ podSelector: { matchLabels: { app: "api" } } }], ports: tcp(5432) },
        ],
      }),
    ],
  },
  {
    name: "strimzi, the policy that it makes for brokers",
    objects: [
      networkPolicy("kafka-brokers", "kafka", {
        pods: { "strimzi.io/name": "c-kafka" },
        ingress: [
          {
            from: [
              { podSelector: { matchLabels: { "strimzi.io/name": "c-kafka" } } },
              {
                podSelector: { matchLabels: { "strimzi.io/kind": "cluster-operator" } },
                namespaceSelector: {},
              },
            ],
            ports: tcp(9090, 9091),
          },
          { ports: tcp(9092) },
        ],
      }),
    ],
  },
  {
    name: "redis-ha with haproxy",
    objects: [
      ...store("redis-ha-server", "data", [6379, 26379]),
      ...web("redis-ha-haproxy", "data", 6379),
      networkPolicy("redis-ha-haproxy", "data", {
        ingress: [{ from: [from("redis-ha-server"), from("api")], ports: tcp(6379) }],
        egress: [dns, { to: [from("redis-ha-server")], ports: tcp(6379, 26379) }],
      }),
    ],
  },
  {
    name: "cockroachdb",
    objects: [
      ...store("cockroachdb", "crdb", [26257, 8080]),
      hook("cockroachdb-init", "crdb"),
      networkPolicy("cockroachdb", "crdb", { ingress: [{ ports: tcp("grpc") }, { ports: tcp("http") }] }),
    ],
  },
  {
    name: "yugabyte",
    objects: [...store("yb-master", "yb", [7000, 7100]), ...store("yb-tserver", "yb", [9000, 5433])],
  },
  {
    name: "tidb",
    objects: [
      ...operator("tidb-controller-manager", "tidb-admin"),
      ...store("pd", "tidb", [2379]),
      ...store("tikv", "tidb", [20160]),
      ...web("tidb", "tidb", 4000),
    ],
  },
  {
    name: "cassandra by k8ssandra",
    objects: [
      ...operator("cass-operator", "k8ssandra"),
      statefulSet("dc1-rack1", "k8ssandra", { ports: [9042] }),
    ],
  },
  {
    name: "scylla",
    objects: [
      ...operator("scylla-operator", "scylla-operator"),
      statefulSet("scylla-rack", "scylla", { ports: [9042] }),
    ],
  },
  {
    name: "neo4j with a load balancer inside the network",
    objects: [
      ...store("neo4j", "graph", [7474, 7687]),
      {
        ...service("neo4j-lb", "graph", [7687], { type: "LoadBalancer", selector: { app: "neo4j" } }),
        metadata: {
          name: "neo4j-lb",
          namespace: "graph",
          annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" },
        },
      },
    ],
  },
  {
    name: "pulsar",
    objects: [
      ...store("pulsar-zookeeper", "pulsar", [2181]),
      ...store("pulsar-bookie", "pulsar", [3181]),
      ...store("pulsar-broker", "pulsar", [6650, 8080]),
      ...web("pulsar-proxy", "pulsar", 6650),
      hook("pulsar-init", "pulsar"),
    ],
  },
  {
    name: "emqx",
    objects: [
      ...store("emqx", "mqtt", [1883, 8883, 18083]),
      service("emqx-listeners", "mqtt", [1883], {
        type: "LoadBalancer",
        loadBalancerSourceRanges: ["10.0.0.0/8"],
        selector: { app: "emqx" },
      }),
    ],
  },
  { name: "mosquitto", objects: web("mosquitto", "mqtt", 1883) },
  { name: "qdrant", objects: store("qdrant", "vectors", [6333, 6334]) },
  { name: "weaviate", objects: store("weaviate", "vectors", [8080]) },
  {
    name: "milvus",
    objects: [...web("milvus-proxy", "vectors", 19530), ...store("milvus-etcd", "vectors", [2379])],
  },
  { name: "typesense", objects: store("typesense", "search", [8108]) },
  { name: "meilisearch", objects: store("meilisearch", "search", [7700]) },
  {
    name: "pgbouncer between an application and its database",
    objects: [
      ...web("pgbouncer", "data", 6432),
      networkPolicy("pgbouncer", "data", {
        ingress: [{ from: [from("api")], ports: tcp(6432) }],
        egress: [dns, { to: [{ ipBlock: { cidr: "10.20.30.0/28" } }], ports: tcp(5432) }],
      }),
    ],
  },
  { name: "pgadmin", objects: web("pgadmin", "data", 80) },
  {
    name: "a backup of a database each night",
    objects: [
      cronJob("pg-dump", "data"),
      networkPolicy("pg-dump", "data", {
        egress: [dns, { to: [from("postgresql")], ports: tcp(5432) }, { ports: tcp(443) }],
      }),
    ],
  },
  {
    name: "temporal with cassandra",
    objects: [
      ...["frontend", "history", "matching", "worker"].flatMap((part) =>
        web(`temporal-${part}`, "temporal", 7233),
      ),
      ...web("temporal-web", "temporal", 8080),
      ...store("cassandra", "temporal", [9042]),
      hook("temporal-schema", "temporal"),
    ],
  },
];
