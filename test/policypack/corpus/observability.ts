// Longer than most: a list.
import {
  AGENT,
  daemonSet,
  deployment,
  dns,
  from,
  fromNamespace,
  networkPolicy,
  operator,
  service,
  type Shape,
  site,
  statefulSet,
  store,
  tcp,
  web,
} from "./build";

const HOST = "workload-no-host-network";
const agent = (name: string): Readonly<Record<string, string>> => ({ [`${HOST} ${name}`]: AGENT });
const PRIVILEGED = { securityContext: { privileged: true } };
const prometheus = { podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } } };

/** Metrics, logs, traces, and what scans and watches. */
export const OBSERVABILITY: readonly Shape[] = [
  {
    name: "prometheus with its operator",
    objects: [
      ...operator("kube-prometheus-stack-operator", "monitoring"),
      ...store("prometheus", "monitoring", [9090]),
      ...store("alertmanager", "monitoring", [9093, 9094]),
    ],
  },
  {
    name: "node-exporter",
    objects: [
      daemonSet("node-exporter", "monitoring", { ports: [9100], pod: { hostNetwork: true, hostPID: true } }),
      service("node-exporter", "monitoring", [9100]),
    ],
    right: agent("monitoring/node-exporter"),
  },
  {
    name: "kube-state-metrics",
    objects: [
      deployment("kube-state-metrics", "monitoring", { ports: [8080, 8081] }),
      service("kube-state-metrics", "monitoring", [8080, 8081]),
      networkPolicy("kube-state-metrics", "monitoring", {
        ingress: [{ from: [prometheus], ports: tcp(8443, 9443) }],
        egress: [{}],
      }),
    ],
  },
  {
    name: "kube-prometheus, prometheus' policy",
    objects: [
      ...store("prometheus", "monitoring", [9090]),
      networkPolicy("prometheus", "monitoring", {
        ingress: [
          { from: [prometheus], ports: tcp(9090, 8080) },
          { from: [from("grafana")], ports: tcp(9090) },
        ],
        egress: [{}],
      }),
    ],
  },
  {
    name: "kube-prometheus, alertmanager's policy",
    objects: [
      ...store("alertmanager", "monitoring", [9093]),
      networkPolicy("alertmanager", "monitoring", {
        ingress: [
          { from: [prometheus], ports: tcp(9093, 8080) },
          {
            from: [from("alertmanager")],
            ports: [
              { protocol: "TCP", port: 9094 },
              { protocol: "UDP", port: 9094 },
            ],
          },
        ],
        egress: [{}],
      }),
    ],
  },
  {
    name: "grafana",
    objects: [
      ...site("grafana", "monitoring", 3000),
      networkPolicy("grafana", "monitoring", {
        ingress: [{ from: [prometheus], ports: tcp(3000) }],
        egress: [{}],
      }),
    ],
  },
  {
    name: "grafana, its chart's policy as it is by default",
    objects: [
      ...web("grafana", "grafana", 3000),
      networkPolicy("grafana", "grafana", { ingress: [{ ports: tcp(3000) }] }),
    ],
  },
  { name: "prometheus-adapter", objects: web("prometheus-adapter", "monitoring", 6443) },
  {
    name: "blackbox-exporter",
    objects: web("blackbox-exporter", "monitoring", 9115, {
      container: { securityContext: { capabilities: { add: ["NET_RAW"] } } },
    }),
  },
  { name: "pushgateway", objects: web("pushgateway", "monitoring", 9091) },
  {
    name: "thanos",
    objects: [
      ...["query", "store", "compact", "receive"].flatMap((part) =>
        store(`thanos-${part}`, "monitoring", [10901, 10902]),
      ),
    ],
  },
  {
    name: "victoria-metrics, cluster",
    objects: [
      ...web("vmselect", "vm", 8481),
      ...web("vminsert", "vm", 8480),
      ...store("vmstorage", "vm", [8482, 8400, 8401]),
      deployment("vmagent", "vm"),
    ],
  },
  {
    name: "mimir",
    objects: ["distributor", "ingester", "querier", "store-gateway"].flatMap((part) =>
      store(`mimir-${part}`, "mimir", [8080, 9095]),
    ),
  },
  {
    name: "loki, simple scalable, with its policies",
    objects: [
      ...["read", "write", "backend"].flatMap((part) => store(`loki-${part}`, "loki", [3100, 9095])),
      networkPolicy("loki-namespace-only", "loki", {
        pods: null,
        ingress: [{ from: [{ podSelector: {} }] }],
        egress: [{ to: [{ podSelector: {} }] }],
      }),
      networkPolicy("loki-egress-dns", "loki", {
        pods: null,
        egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: "UDP", port: 53 }] }],
      }),
      networkPolicy("loki-ingress", "loki", {
        pods: { "app.kubernetes.io/name": "loki-read" },
        ingress: [{ ports: tcp(3100) }],
      }),
    ],
  },
  { name: "tempo", objects: store("tempo", "tempo", [3100, 4317, 4318]) },
  { name: "promtail", objects: [daemonSet("promtail", "loki", { ports: [3101] })] },
  { name: "alloy on the nodes", objects: [daemonSet("alloy", "alloy", { ports: [12345] })] },
  {
    name: "fluent-bit",
    objects: [
      daemonSet("fluent-bit", "logging", { ports: [2020] }),
      service("fluent-bit", "logging", [2020]),
    ],
  },
  {
    name: "fluentd with a port of the node",
    objects: [
      daemonSet("fluentd", "logging", { container: { ports: [{ containerPort: 24224, hostPort: 24224 }] } }),
    ],
    right: agent("logging/fluentd"),
  },
  { name: "vector", objects: [daemonSet("vector", "vector")] },
  {
    name: "filebeat in the node's network",
    objects: [
      daemonSet("filebeat", "logging", { pod: { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" } }),
    ],
    right: agent("logging/filebeat"),
  },
  { name: "logstash", objects: store("logstash", "logging", [5044, 9600]) },
  { name: "kibana", objects: site("kibana", "logging", 5601) },
  {
    name: "opensearch with dashboards",
    objects: [
      ...store("opensearch", "search", [9200, 9300]),
      ...site("opensearch-dashboards", "search", 5601),
    ],
  },
  {
    name: "jaeger",
    objects: [...web("jaeger-collector", "tracing", 14250), ...web("jaeger-query", "tracing", 16686)],
  },
  {
    name: "jaeger's agent on a port of the node",
    objects: [
      daemonSet("jaeger-agent", "tracing", {
        container: { ports: [{ containerPort: 6831, hostPort: 6831, protocol: "UDP" }] },
      }),
    ],
    right: agent("tracing/jaeger-agent"),
  },
  { name: "zipkin", objects: web("zipkin", "tracing", 9411) },
  { name: "opentelemetry-collector, gateway", objects: web("opentelemetry-collector", "otel", 4317) },
  {
    name: "opentelemetry-collector, on the nodes' ports",
    objects: [
      daemonSet("otel-agent", "otel", { container: { ports: [{ containerPort: 4317, hostPort: 4317 }] } }),
    ],
    right: agent("otel/otel-agent"),
  },
  {
    name: "datadog's agent and cluster agent",
    objects: [
      daemonSet("datadog", "datadog", {
        pod: { hostPID: true },
        container: { ports: [{ containerPort: 8125, hostPort: 8125, protocol: "UDP" }] },
      }),
      ...operator("datadog-cluster-agent", "datadog"),
    ],
    right: agent("datadog/datadog"),
  },
  {
    name: "newrelic-infrastructure",
    objects: [daemonSet("nrk8s-kubelet", "newrelic", { pod: { hostNetwork: true } })],
    right: agent("newrelic/nrk8s-kubelet"),
  },
  { name: "dynatrace's operator", objects: operator("dynatrace-operator", "dynatrace") },
  {
    name: "falco",
    objects: [daemonSet("falco", "falco", { container: PRIVILEGED })],
    right: agent("falco/falco"),
  },
  {
    name: "tetragon",
    objects: [daemonSet("tetragon", "kube-system", { pod: { hostNetwork: true }, container: PRIVILEGED })],
  },
  {
    name: "trivy-operator",
    objects: [
      deployment("trivy-operator", "trivy-system"),
      service("trivy-operator", "trivy-system", [80], { clusterIP: "None" }),
    ],
  },
  {
    name: "kubescape's operator",
    objects: [...web("kubescape", "kubescape", 8080), statefulSet("storage", "kubescape", { ports: [8443] })],
  },
  {
    name: "goldpinger",
    objects: [
      daemonSet("goldpinger", "goldpinger", { ports: [8080] }),
      service("goldpinger", "goldpinger", [8080]),
    ],
  },
  { name: "uptime-kuma", objects: site("uptime-kuma", "status", 3001) },
  {
    name: "a scraper with a policy to every pod's metrics",
    objects: [
      deployment("scraper", "monitoring"),
      networkPolicy("scraper", "monitoring", {
        ingress: [],
        egress: [
          dns,
          { to: [{ namespaceSelector: {} }], ports: tcp(8080, 9090) },
          { to: [fromNamespace("kube-system")], ports: tcp(10250) },
        ],
      }),
    ],
  },
];
