// Longer than most: a list.
import {
  AGENT,
  cronJob,
  deployment,
  dns,
  forClients,
  from,
  fromNamespace,
  hook,
  namespace,
  networkPolicy,
  openByDefault,
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

/** Sites with a database of their own beside them, as their charts render them: the site's port, and the database's. */
const WITH_DATABASE: Readonly<Record<string, readonly [number, string, number]>> = {
  wordpress: [8080, "mariadb", 3306],
  ghost: [2368, "mysql", 3306],
  nextcloud: [80, "postgresql", 5432],
  mattermost: [8065, "postgresql", 5432],
  rocketchat: [3000, "mongodb", 27017],
  discourse: [3000, "postgresql", 5432],
  matomo: [8080, "mariadb", 3306],
  n8n: [5678, "postgresql", 5432],
  superset: [8088, "postgresql", 5432],
  metabase: [3000, "postgresql", 5432],
  redmine: [3000, "mariadb", 3306],
  moodle: [8080, "mariadb", 3306],
  drupal: [8080, "mariadb", 3306],
  odoo: [8069, "postgresql", 5432],
  sonarqube: [9000, "postgresql", 5432],
  gitea: [3000, "postgresql", 5432],
  harbor: [8080, "postgresql", 5432],
  plausible: [8000, "clickhouse", 8123],
};

const ALONE: Readonly<Record<string, number>> = {
  podinfo: 9898,
  echoserver: 8080,
  httpbin: 80,
  "actual-budget": 5006,
  vaultwarden: 8080,
  adminer: 8080,
  chartmuseum: 8080,
  verdaccio: 4873,
  nexus: 8081,
  artifactory: 8082,
  jupyterhub: 8081,
  mlflow: 5000,
  ollama: 11434,
  "stirling-pdf": 8080,
};

/** Delivery and applications. */
export const APPLICATIONS: readonly Shape[] = [
  ...Object.entries(WITH_DATABASE).map(([name, [port, database, databasePort]]): Shape => ({
    name: `${name} with ${database}`,
    objects: [
      ...site(name, name, port),
      ...store(database, name, [databasePort]),
      openByDefault(name, name, port),
    ],
  })),
  ...Object.entries(ALONE).map(([name, port]): Shape => ({ name, objects: site(name, name, port) })),
  {
    name: "argo-cd, its policies",
    objects: [
      ...["server", "repo-server", "applicationset-controller"].flatMap((part) =>
        web(`argocd-${part}`, "argocd", 8080),
      ),
      ...store("argocd-application-controller", "argocd", [8082]),
      ...web("argocd-redis", "argocd", 6379),
      networkPolicy("argocd-server", "argocd", { ingress: [{}] }),
      networkPolicy("argocd-repo-server", "argocd", {
        ingress: [
          { from: [from("argocd-server"), from("argocd-application-controller")], ports: tcp(8081) },
          { from: [{ namespaceSelector: {} }], ports: tcp(8084) },
        ],
      }),
      networkPolicy("argocd-redis", "argocd", {
        ingress: [{ from: [from("argocd-server"), from("argocd-repo-server")], ports: tcp(6379) }],
        egress: [{ ports: [{ protocol: "UDP", port: 53 }, ...tcp(53)] }],
      }),
    ],
  },
  {
    name: "argo workflows",
    objects: [...web("argo-server", "argo", 2746), deployment("workflow-controller", "argo")],
  },
  { name: "argo rollouts, the controller", objects: web("argo-rollouts", "argo-rollouts", 8090) },
  {
    name: "argo events",
    objects: [...operator("events-webhook", "argo-events"), deployment("controller-manager", "argo-events")],
  },
  {
    name: "flux, its policies",
    objects: [
      namespace("flux-system"),
      ...["source-controller", "kustomize-controller", "helm-controller", "notification-controller"].flatMap(
        (part) => web(part, "flux-system", 9292),
      ),
      networkPolicy("allow-egress", "flux-system", {
        pods: null,
        ingress: [{ from: [{ podSelector: {} }] }],
        egress: [{}],
      }),
      networkPolicy("allow-scraping", "flux-system", {
        pods: null,
        ingress: [{ from: [{ namespaceSelector: {} }], ports: tcp(8080) }],
      }),
      networkPolicy("allow-webhooks", "flux-system", {
        pods: { app: "notification-controller" },
        ingress: [{ from: [{ namespaceSelector: {} }] }],
      }),
    ],
  },
  {
    name: "tekton pipelines",
    objects: [
      ...operator("tekton-pipelines-webhook", "tekton-pipelines"),
      ...web("tekton-pipelines-controller", "tekton-pipelines", 9090),
    ],
  },
  {
    name: "jenkins with its agents' policy",
    objects: [
      ...store("jenkins", "jenkins", [8080, 50000]),
      networkPolicy("jenkins", "jenkins", {
        ingress: [
          { ports: tcp(8080) },
          { from: [{ podSelector: { matchLabels: { "jenkins/agent": "true" } } }], ports: tcp(50000) },
        ],
      }),
    ],
  },
  { name: "gitlab-runner", objects: [deployment("gitlab-runner", "gitlab")] },
  {
    name: "gitlab-runner with docker in docker",
    objects: [
      deployment("gitlab-runner", "gitlab", { container: { securityContext: { privileged: true } } }),
    ],
    right: { [`${HOST} gitlab/gitlab-runner`]: AGENT },
  },
  {
    name: "actions-runner-controller",
    objects: [
      ...operator("gha-runner-scale-set-controller", "arc-systems"),
      deployment("listener", "arc-systems"),
    ],
  },
  {
    name: "gitea with an external load balancer for SSH",
    objects: [
      ...site("gitea", "gitea", 3000),
      service("gitea-ssh", "gitea", [22], { type: "LoadBalancer", selector: { app: "gitea" } }),
    ],
  },
  {
    name: "airflow with its workers' policies",
    objects: [
      ...web("airflow-webserver", "airflow", 8080),
      deployment("airflow-scheduler", "airflow"),
      ...store("airflow-worker", "airflow", [8793]),
      ...store("airflow-redis", "airflow", [6379]),
      ...store("airflow-postgresql", "airflow", [5432]),
      hook("airflow-run-migrations", "airflow"),
      networkPolicy("airflow-worker", "airflow", {
        ingress: [{ from: [from("airflow-webserver")], ports: tcp(8793) }],
      }),
      networkPolicy("airflow-redis", "airflow", {
        ingress: [{ from: [from("airflow-worker"), from("airflow-scheduler")], ports: tcp(6379) }],
      }),
    ],
  },
  { name: "spark operator", objects: operator("spark-operator", "spark") },
  { name: "flink operator", objects: operator("flink-kubernetes-operator", "flink") },
  {
    name: "kubeflow, notebook controller",
    objects: [...operator("notebook-controller", "kubeflow"), ...web("centraldashboard", "kubeflow", 8082)],
  },
  {
    name: "jupyterhub, its policies",
    objects: [
      ...web("hub", "jhub", 8081),
      ...web("proxy", "jhub", 8000),
      networkPolicy("hub", "jhub", {
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { "hub.jupyter.org/network-access-hub": "true" } } }],
            ports: tcp(8081),
          },
        ],
        egress: [
          { to: [from("proxy")], ports: tcp(8001) },
          { ports: [{ protocol: "UDP", port: 53 }, ...tcp(53)] },
          {
            to: [
              {
                ipBlock: {
                  cidr: "0.0.0.0/0",
                  except: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.169.254/32"],
                },
              },
            ],
          },
        ],
      }),
      networkPolicy("singleuser", "jhub", {
        pods: { component: "singleuser-server" },
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { "hub.jupyter.org/network-access-singleuser": "true" } } }],
            ports: tcp("notebook-port"),
          },
        ],
        egress: [
          { to: [from("hub")], ports: tcp(8081) },
          { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.169.254/32"] } }] },
        ],
      }),
    ],
  },
  {
    name: "airbyte",
    objects: [
      ...web("airbyte-server", "airbyte", 8001),
      ...web("airbyte-webapp", "airbyte", 80),
      deployment("airbyte-worker", "airbyte"),
      ...store("airbyte-db", "airbyte", [5432]),
    ],
  },
  {
    name: "sentry, a part of it",
    objects: [
      ...web("sentry-web", "sentry", 9000),
      deployment("sentry-worker", "sentry"),
      cronJob("sentry-cleanup", "sentry"),
      ...store("clickhouse", "sentry", [9000]),
      forClients("redis", "sentry", 6379),
    ],
  },
  {
    name: "the guestbook",
    objects: [
      ...web("frontend", "default", 80),
      ...web("redis-leader", "default", 6379),
      ...web("redis-follower", "default", 6379),
    ],
  },
  {
    name: "the online boutique, its policies",
    objects: [
      namespace("boutique"),
      networkPolicy("deny-all", "boutique", { pods: null, ingress: [], egress: [] }),
      ...["frontend", "cartservice", "checkoutservice"].flatMap((part) => web(part, "boutique", 8080)),
      networkPolicy("frontend", "boutique", {
        ingress: [{ from: [fromNamespace("istio-system")], ports: tcp(8080) }],
        egress: [dns, { to: [from("cartservice"), from("checkoutservice")], ports: tcp(8080) }],
      }),
      networkPolicy("cartservice", "boutique", {
        ingress: [{ from: [from("frontend"), from("checkoutservice")], ports: tcp(8080) }],
        egress: [dns],
      }),
      networkPolicy("checkoutservice", "boutique", {
        ingress: [{ from: [from("frontend")], ports: tcp(8080) }],
        egress: [dns, { to: [from("cartservice")], ports: tcp(8080) }],
      }),
    ],
  },
  {
    name: "the sock shop, a database's policy by labels",
    objects: [
      ...web("carts", "sock-shop", 80),
      ...web("carts-db", "sock-shop", 27017),
      networkPolicy("carts-db", "sock-shop", { ingress: [{ from: [from("carts")], ports: tcp(27017) }] }),
    ],
  },
  {
    name: "home-assistant in its node's network",
    objects: [
      statefulSet("home-assistant", "home", {
        pod: { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" },
      }),
    ],
    right: { [`${HOST} home/home-assistant`]: AGENT },
  },
  {
    name: "pihole behind load balancers",
    objects: [
      deployment("pihole", "pihole", { ports: [80, 53] }),
      service("pihole-dns", "pihole", [53], { type: "LoadBalancer", selector: { app: "pihole" } }),
    ],
  },
  { name: "plex", objects: [...store("plex", "media", [32400])] },
  {
    name: "minecraft on a NodePort",
    objects: [
      statefulSet("minecraft", "games", { ports: [25565] }),
      service("minecraft", "games", [25565], { type: "NodePort" }),
    ],
  },
];
