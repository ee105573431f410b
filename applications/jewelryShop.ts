import { application, ingressController, internet, kubernetesApi, platform } from "../flows";

/**
 * The jewelry shop: Django behind Nginx, Celery, a replicated PostgreSQL under Patroni with a pooler, a replicated
 * Redis under Sentinel.
 *
 * The names are those of the owner's seventeen policies. NetworkPolicies only add up, so the owner's two denials
 * (deny-external-to-postgresql, deny-external-to-redis) aren't flows: they hold because nothing else is declared.
 * Flows without a name are missing from the owner's policies and would break once egress is denied by default.
 */
export const jewelryShop = application("jewelry-shop", {
  owner: "jewelry-shop",
  names: { metrics: "allow-monitoring-to-all-pods", dns: "allow-dns-access" },
  workloads: {
    nginx: {
      labels: { component: "nginx" },
      ports: { http: "tcp/80", https: "tcp/443" },
      metrics: "tcp/9113",
    },
    django: { labels: { component: "django" }, ports: { http: "tcp/8000" }, metrics: "tcp/8000" },
    "celery-worker": { labels: { component: "celery-worker" } },
    "celery-beat": { labels: { component: "celery-beat" } },
    postgresql: {
      labels: { component: "postgresql" },
      ports: { postgresql: "tcp/5432", patroni: "tcp/8008" },
      metrics: "tcp/9187",
    },
    pgbouncer: { labels: { component: "pgbouncer" }, ports: { postgresql: "tcp/5432" } },
    redis: { labels: { component: "redis" }, ports: { redis: "tcp/6379" }, metrics: "tcp/9121" },
    sentinel: { labels: { component: "sentinel" }, ports: { sentinel: "tcp/26379" } },
  },
  flows: [
    // Nginx
    {
      from: ingressController(),
      to: "nginx",
      ports: ["tcp/80", "tcp/443"],
      because: "the ingress controller routes customers' requests",
      name: "allow-ingress-to-nginx",
    },
    {
      from: "nginx",
      to: "django",
      ports: ["tcp/8000"],
      because: "Nginx proxies HTTP requests",
      name: ["allow-nginx-to-django", "allow-nginx-egress"],
    },

    // Django
    {
      from: "django",
      to: "postgresql",
      // Not Patroni's 8008: its REST API asks for no password by default (zalando/postgres-operator#2856).
      ports: ["tcp/5432"],
      because: "the shop's data",
      name: ["allow-django-to-postgresql", "allow-django-egress"],
    },
    {
      from: "django",
      to: "pgbouncer",
      ports: ["tcp/5432"],
      because: "pooled connections to the shop's data",
      name: ["allow-django-to-pgbouncer", "allow-django-egress"],
    },
    {
      from: "django",
      to: "redis",
      ports: ["tcp/6379"],
      because: "cache, and tasks for Celery",
      name: ["allow-django-to-redis", "allow-django-egress"],
    },
    {
      from: "django",
      to: internet(),
      ports: ["tcp/80", "tcp/443"],
      because: "payment and shipping APIs",
      name: "allow-django-egress",
    },

    // Celery
    {
      from: "celery-worker",
      to: "postgresql",
      ports: ["tcp/5432"],
      because: "tasks read and write the shop's data",
      name: ["allow-celery-to-postgresql", "allow-celery-worker-egress"],
    },
    {
      from: "celery-worker",
      to: "redis",
      ports: ["tcp/6379"],
      because: "tasks to work on, and their results",
      name: ["allow-celery-to-redis", "allow-celery-worker-egress"],
    },
    {
      from: "celery-worker",
      to: internet(),
      ports: ["tcp/25", "tcp/80", "tcp/443", "tcp/587"],
      because: "tasks call external APIs and send mail",
      name: "allow-celery-worker-egress",
    },
    {
      from: "celery-beat",
      to: "postgresql",
      ports: ["tcp/5432"],
      because: "the schedule is kept in the database",
      name: "allow-celery-beat-to-postgresql",
    },
    {
      from: "celery-beat",
      to: "redis",
      ports: ["tcp/6379"],
      because: "due tasks go to the broker",
      name: "allow-celery-beat-to-redis",
    },

    // PostgreSQL
    {
      from: "postgresql",
      to: "postgresql",
      ports: ["tcp/5432", "tcp/8008"],
      because: "replication, and Patroni's REST API between members",
      name: "allow-django-to-postgresql",
    },
    {
      from: "postgresql",
      to: kubernetesApi(),
      ports: ["tcp/443"],
      because: "Patroni keeps its leader lock in the Kubernetes API",
    },
    {
      from: "pgbouncer",
      to: "postgresql",
      ports: ["tcp/5432"],
      because: "the pooler opens the connections that it pools",
    },
    {
      // Only where the cluster's config says where an operator runs.
      from: platform("postgres-operator"),
      to: "postgresql",
      ports: ["tcp/5432", "tcp/8008"],
      because: "the operator manages roles and asks Patroni for the cluster's state",
    },

    // Redis
    {
      from: "redis",
      to: "redis",
      ports: ["tcp/6379"],
      because: "replicas copy from the master",
      name: "allow-django-to-redis",
    },
    {
      from: "sentinel",
      to: "redis",
      ports: ["tcp/6379"],
      because: "Sentinel watches Redis and promotes a replica",
      name: "allow-sentinel-to-redis",
    },
    {
      from: "sentinel",
      to: "sentinel",
      ports: ["tcp/26379"],
      because: "the sentinels agree on a failover",
    },
    {
      from: ["django", "celery-worker", "celery-beat"],
      to: "sentinel",
      ports: ["tcp/26379"],
      because: "clients ask Sentinel where the master is",
    },
  ],
});
