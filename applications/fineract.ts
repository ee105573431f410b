import { application, bucket, cloudIdentity, database, ingressController, internet } from "../flows";

/**
 * Fineract: core banking as three instances (read, write, batch), Keycloak behind an OAuth2 proxy, Redis; databases
 * in RDS, documents in S3. Once for every environment: where the databases and the bucket are is the stack's config.
 *
 * The names are those of the owner's four policies, each of which states its workload's ingress and egress; scraping
 * and name resolution are in all four.
 */
export const fineract = application("fineract", {
  owner: "fineract",
  workloads: {
    fineract: {
      labels: { app: "fineract" },
      instances: {
        read: { instance: "read" },
        write: { instance: "write" },
        batch: { instance: "batch" },
      },
      // An account each: a role belongs to an account, and only the write instance may have the bucket's.
      serviceAccount: { read: "fineract-read", write: "fineract-write", batch: "fineract-batch" },
      ports: { http: "tcp/8080", https: "tcp/8443" },
      metrics: "tcp/8080",
    },
    "fineract-redis": {
      labels: { app: "fineract-redis" },
      ports: { redis: "tcp/6379" },
      metrics: "tcp/9121",
    },
    keycloak: {
      labels: { app: "keycloak" },
      serviceAccount: "keycloak",
      ports: { http: "tcp/8080", jgroups: "tcp/7800", "failure-detection": "tcp/57800" },
      metrics: "tcp/8080",
    },
    "oauth2-proxy": { labels: { app: "oauth2-proxy" }, ports: { http: "tcp/4180" }, metrics: "tcp/4180" },
  },
  databases: { fineract: { engine: "postgres" }, keycloak: { engine: "postgres" } },
  buckets: { documents: { description: "customers' documents and images" } },
  flows: [
    // Fineract
    {
      from: ingressController(),
      to: "fineract",
      ports: ["tcp/8080", "tcp/8443"],
      because: "external API requests",
      name: "fineract-network-policy",
    },
    {
      from: "fineract",
      to: "fineract",
      ports: ["tcp/8080"],
      because: "the instances call each other",
      name: "fineract-network-policy",
    },
    {
      from: "fineract",
      to: database("fineract"),
      ports: ["tcp/5432"],
      because: "accounts, loans and transactions",
      name: "fineract-network-policy",
    },
    {
      from: "fineract",
      to: "fineract-redis",
      ports: ["tcp/6379"],
      because: "cache",
      name: ["fineract-network-policy", "fineract-redis-network-policy"],
    },
    {
      from: "fineract",
      to: "keycloak",
      ports: ["tcp/8080"],
      because: "OAuth2 tokens are validated",
      name: ["fineract-network-policy", "keycloak-network-policy"],
    },
    {
      // Documents are uploaded and deleted through the API's writes; the read instance has no flow to S3 in the owner's
      // diagrams. Neither has batch: its jobs (close of business, interest, reports) work on the database alone.
      from: "fineract/write",
      to: bucket("documents", "read-write"),
      ports: ["tcp/443"],
      because: "customers' documents are stored in S3",
      name: "fineract-network-policy",
    },
    {
      from: "fineract/write",
      to: cloudIdentity(),
      ports: ["tcp/443"],
      because: "the role that may use the bucket needs credentials",
      name: "fineract-network-policy",
    },

    // Keycloak
    {
      from: ingressController(),
      to: "keycloak",
      ports: ["tcp/8080"],
      because: "logins, and the admin console",
      name: "keycloak-network-policy",
    },
    {
      from: "keycloak",
      to: database("keycloak"),
      ports: ["tcp/5432"],
      because: "users, sessions and realms",
      name: "keycloak-network-policy",
    },
    {
      from: "keycloak",
      to: internet(),
      ports: ["tcp/443"],
      because: "federation with external identity providers",
      name: "keycloak-network-policy",
    },
    {
      from: "keycloak",
      to: "keycloak",
      ports: ["tcp/7800", "tcp/57800"],
      because: "replicas form one cluster (JGroups) and detect each other's failures",
    },

    // OAuth2 proxy
    {
      from: ingressController(),
      to: "oauth2-proxy",
      ports: ["tcp/4180"],
      because: "every request is authenticated first",
      name: "oauth2-proxy-network-policy",
    },
    {
      from: "oauth2-proxy",
      to: "keycloak",
      ports: ["tcp/8080"],
      because: "OIDC logins",
      name: ["oauth2-proxy-network-policy", "keycloak-network-policy"],
    },
    {
      // The owner's proxy may leave for Redis, but the owner's Redis doesn't let it in.
      from: "oauth2-proxy",
      to: "fineract-redis",
      ports: ["tcp/6379"],
      because: "sessions are stored in Redis",
      name: "oauth2-proxy-network-policy",
    },
  ],
});
