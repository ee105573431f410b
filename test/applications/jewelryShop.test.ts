// Longer than most: one test for each of the owner's policies and scenarios.
import { strict as assert } from "node:assert";
import { jewelryShop } from "../../applications/jewelryShop";
import { validateApplications } from "../../flows";
import { jewelryShopLab } from "./jewelryShopLab";
import { type Lab, departures, portsAround, resolvesNames } from "./lab";

const WORKLOADS = [
  "nginx",
  "django",
  "celery-worker",
  "celery-beat",
  "postgresql",
  "pgbouncer",
  "redis",
  "sentinel",
];
const POSTGRESQL_CLIENTS = ["celery-beat", "celery-worker", "django", "operator", "pgbouncer", "postgresql"];
const REDIS_CLIENTS = ["celery-beat", "celery-worker", "django", "redis", "sentinel"];

describe("jewelry-shop: each of the owner's policies, on computed reachability", () => {
  let lab: Lab;
  before(() => {
    lab = jewelryShopLab();
  });

  it("1 allow-nginx-to-django: nginx, and else only the scraper, reaches django tcp/8000", () => {
    assert.deepEqual(lab.sourcesOf("django", "tcp/8000"), ["nginx", "prometheus"]);
  });

  it("2 allow-django-to-postgresql: 5432 for its clients; Patroni's 8008 for the database's pods and operator only", () => {
    assert(lab.reaches("django", "postgresql", "tcp/5432"));
    assert(lab.reaches("postgresql", "postgresql", "tcp/5432"));
    assert.deepEqual(lab.sourcesOf("postgresql", "tcp/5432"), POSTGRESQL_CLIENTS);
    assert.deepEqual(lab.sourcesOf("postgresql", "tcp/8008"), ["operator", "postgresql"]);
  });

  it("3 allow-django-to-pgbouncer: django alone reaches the pooler", () => {
    assert.deepEqual(lab.sourcesOf("pgbouncer", "tcp/5432"), ["django"]);
  });

  it("4 allow-django-to-redis: django and Redis's own replicas reach Redis", () => {
    assert(lab.reaches("django", "redis", "tcp/6379"));
    assert(lab.reaches("redis", "redis", "tcp/6379"));
    assert.deepEqual(lab.sourcesOf("redis", "tcp/6379"), REDIS_CLIENTS);
  });

  it("5 allow-celery-to-postgresql: celery-worker reaches 5432 and no other port of the database", () => {
    assert(lab.reaches("celery-worker", "postgresql", "tcp/5432"));
    for (const port of ["tcp/8008", "tcp/9187", "udp/5432"]) {
      assert(!lab.reaches("celery-worker", "postgresql", port), port);
    }
  });

  it("6 allow-celery-to-redis: celery-worker reaches 6379 and no other port of Redis", () => {
    assert(lab.reaches("celery-worker", "redis", "tcp/6379"));
    for (const port of ["tcp/9121", "udp/6379"]) assert(!lab.reaches("celery-worker", "redis", port), port);
  });

  it("7 allow-celery-beat-to-redis: celery-beat reaches 6379 and no other port of Redis", () => {
    assert(lab.reaches("celery-beat", "redis", "tcp/6379"));
    for (const port of ["tcp/9121", "udp/6379"]) assert(!lab.reaches("celery-beat", "redis", port), port);
  });

  it("8 allow-celery-beat-to-postgresql: celery-beat reaches 5432 and no other port of the database", () => {
    assert(lab.reaches("celery-beat", "postgresql", "tcp/5432"));
    for (const port of ["tcp/8008", "tcp/9187", "udp/5432"]) {
      assert(!lab.reaches("celery-beat", "postgresql", port), port);
    }
  });

  it("9 allow-sentinel-to-redis: sentinel reaches Redis, and nothing else but its peers", () => {
    assert.deepEqual(lab.destinationsOf("sentinel", "tcp/6379"), ["redis"]);
    assert.deepEqual(lab.destinationsOf("sentinel", "tcp/26379"), ["sentinel"]);
  });

  it("10 allow-monitoring-to-all-pods: Prometheus alone reaches each exporter's port, of its own workload only", () => {
    const scraped = ["tcp/8000", "tcp/9113", "tcp/9187", "tcp/9121"].map((port) => [
      port,
      lab.destinationsOf("prometheus", port).filter((name) => WORKLOADS.includes(name)),
    ]);
    assert.deepEqual(Object.fromEntries(scraped), {
      "tcp/8000": ["django"],
      "tcp/9113": ["nginx"],
      "tcp/9187": ["postgresql"],
      "tcp/9121": ["redis"],
    });
    assert.deepEqual(lab.sourcesOf("nginx", "tcp/9113"), ["prometheus"]);
    assert.deepEqual(lab.sourcesOf("postgresql", "tcp/9187"), ["prometheus"]);
    assert.deepEqual(lab.sourcesOf("redis", "tcp/9121"), ["prometheus"]);
  });

  it("11 allow-ingress-to-nginx: Traefik alone reaches nginx 80 and 443, and nothing but nginx", () => {
    for (const port of ["tcp/80", "tcp/443"]) {
      assert.deepEqual(lab.sourcesOf("nginx", port), ["traefik"]);
      assert.deepEqual(lab.destinationsOf("traefik", port), ["nginx"]);
    }
    assert.deepEqual(lab.destinationsOf("traefik", "tcp/8000"), []);
  });

  it("12 deny-external-to-postgresql: nothing outside the namespace reaches it, but operator and scraper", () => {
    const allowed = new Set([...POSTGRESQL_CLIENTS, "prometheus"]);
    for (const port of portsAround([5432, 8008, 9187, 6432])) {
      assert.deepEqual(
        lab.sourcesOf("postgresql", port).filter((name) => !allowed.has(name)),
        [],
        port,
      );
    }
    for (const outsider of ["netpol-test", "impostor", "stranger", "nginx", "internet", "grafana"]) {
      assert(!lab.reaches(outsider, "postgresql", "tcp/5432"), outsider);
    }
  });

  it("13 deny-external-to-redis: nothing outside the namespace reaches it, but the scraper", () => {
    const allowed = new Set([...REDIS_CLIENTS, "prometheus"]);
    for (const port of portsAround([6379, 9121, 26379])) {
      assert.deepEqual(
        lab.sourcesOf("redis", port).filter((name) => !allowed.has(name)),
        [],
        port,
      );
    }
    for (const outsider of ["netpol-test", "impostor", "stranger", "nginx", "internet", "grafana"]) {
      assert(!lab.reaches(outsider, "redis", "tcp/6379"), outsider);
    }
  });

  it("14 allow-dns-access: every workload resolves names by UDP and TCP; a stranger in the namespace doesn't", () => {
    for (const port of ["udp/53", "tcp/53"]) {
      assert.deepEqual(lab.sourcesOf("coredns", port), [...WORKLOADS].sort(), port);
      for (const name of WORKLOADS) assert.deepEqual(lab.destinationsOf(name, port), ["coredns"], name);
    }
  });

  it("15 allow-django-egress: database, pooler, cache and its sentinels, internet 80 and 443, DNS; nothing else", () => {
    assert.deepEqual(lab.destinationsOf("django", "tcp/5432"), ["pgbouncer", "postgresql"]);
    assert.deepEqual(lab.destinationsOf("django", "tcp/6379"), ["redis"]);
    assert.deepEqual(lab.destinationsOf("django", "tcp/26379"), ["sentinel"]);
    assert.deepEqual(lab.destinationsOf("django", "tcp/80"), ["internet"]);
    assert.deepEqual(lab.destinationsOf("django", "tcp/443"), ["internet"]);
    for (const port of ["tcp/25", "tcp/587", "tcp/22", "tcp/8000", "tcp/8008", "udp/443"]) {
      assert.deepEqual(lab.destinationsOf("django", port), [], port);
    }
  });

  it("16 allow-celery-worker-egress: the same without the pooler, and the internet also by 25 and 587 for mail", () => {
    assert.deepEqual(lab.destinationsOf("celery-worker", "tcp/5432"), ["postgresql"]);
    assert.deepEqual(lab.destinationsOf("celery-worker", "tcp/6379"), ["redis"]);
    assert.deepEqual(lab.destinationsOf("celery-worker", "tcp/26379"), ["sentinel"]);
    for (const port of ["tcp/25", "tcp/80", "tcp/443", "tcp/587"]) {
      assert.deepEqual(lab.destinationsOf("celery-worker", port), ["internet"], port);
    }
    for (const port of ["tcp/465", "tcp/22", "tcp/8000", "udp/443"]) {
      assert.deepEqual(lab.destinationsOf("celery-worker", port), [], port);
    }
  });

  it("17 allow-nginx-egress: django and DNS, nothing else, the internet least of all", () => {
    assert.deepEqual(lab.destinationsOf("nginx", "tcp/8000"), ["django"]);
    for (const port of ["tcp/80", "tcp/443", "tcp/5432", "tcp/6379"]) {
      assert.deepEqual(lab.destinationsOf("nginx", port), [], port);
    }
  });
});

describe("jewelry-shop: the owner's eight scenarios", () => {
  let lab: Lab;
  before(() => {
    lab = jewelryShopLab();
  });

  it("1 the policies exist: every workload is isolated, and so is a pod that nobody declared", () => {
    for (const port of portsAround([80, 443, 5432, 6379])) {
      assert.deepEqual(lab.sourcesOf("stranger", port), [], port);
      assert.deepEqual(lab.destinationsOf("stranger", port), [], port);
    }
  });
  const scenarios: readonly (readonly [string, string, string, string, boolean])[] = [
    ["2 Django → PostgreSQL connects", "django", "postgresql", "tcp/5432", true],
    ["3 Django → Redis connects", "django", "redis", "tcp/6379", true],
    ["4 Nginx → Django connects", "nginx", "django", "tcp/8000", true],
    ["5 External → PostgreSQL is blocked", "netpol-test", "postgresql", "tcp/5432", false],
    ["6 External → Redis is blocked", "netpol-test", "redis", "tcp/6379", false],
    ["7 Celery Worker → PostgreSQL connects", "celery-worker", "postgresql", "tcp/5432", true],
    ["8 Celery Worker → Redis connects", "celery-worker", "redis", "tcp/6379", true],
  ];
  for (const [claim, from, to, port, connects] of scenarios) {
    it(claim, () => assert.equal(lab.reaches(from, to, port), connects));
  }
});

describe("jewelry-shop: nothing more", () => {
  it("reaches exactly what is declared: every pair, every port, TCP and UDP", () => {
    const declared = {
      ...resolvesNames(WORKLOADS),
      "celery-beat → postgresql": "tcp/5432",
      "celery-beat → redis": "tcp/6379",
      "celery-beat → sentinel": "tcp/26379",
      "celery-worker → internet": "tcp/25 tcp/80 tcp/443 tcp/587",
      "celery-worker → postgresql": "tcp/5432",
      "celery-worker → redis": "tcp/6379",
      "celery-worker → sentinel": "tcp/26379",
      "django → internet": "tcp/80 tcp/443",
      "django → pgbouncer": "tcp/5432",
      "django → postgresql": "tcp/5432",
      "django → redis": "tcp/6379",
      "django → sentinel": "tcp/26379",
      "nginx → django": "tcp/8000",
      "operator → postgresql": "tcp/5432 tcp/8008",
      "pgbouncer → postgresql": "tcp/5432",
      "postgresql → Kubernetes API": "tcp/6443",
      "postgresql → postgresql": "tcp/5432 tcp/8008",
      "prometheus → django": "tcp/8000",
      "prometheus → nginx": "tcp/9113",
      "prometheus → postgresql": "tcp/9187",
      "prometheus → redis": "tcp/9121",
      "redis → redis": "tcp/6379",
      "sentinel → redis": "tcp/6379",
      "sentinel → sentinel": "tcp/26379",
      "traefik → nginx": "tcp/80 tcp/443",
    };
    assert.deepEqual(departures(jewelryShopLab().relation(), declared), []);
  });
});

describe("jewelry-shop: the declaration", () => {
  const [checked] = validateApplications([jewelryShop]);

  it("traces to every one of the owner's policies but the two denials, which aren't flows", () => {
    const names = new Set([...(checked?.flows.flatMap((flow) => flow.names) ?? []), checked?.dnsName]);
    assert.deepEqual([...names].sort(), [
      "allow-celery-beat-to-postgresql",
      "allow-celery-beat-to-redis",
      "allow-celery-to-postgresql",
      "allow-celery-to-redis",
      "allow-celery-worker-egress",
      "allow-django-egress",
      "allow-django-to-pgbouncer",
      "allow-django-to-postgresql",
      "allow-django-to-redis",
      "allow-dns-access",
      "allow-ingress-to-nginx",
      "allow-monitoring-to-all-pods",
      "allow-nginx-egress",
      "allow-nginx-to-django",
      "allow-sentinel-to-redis",
    ]);
  });

  it("says nothing of AWS", () => {
    const kinds = new Set(checked?.flows.flatMap(({ from, to }) => [from.kind, to.kind]));
    assert.deepEqual([...kinds].sort(), ["internet", "kubernetes-api", "platform", "workload"]);
  });
});
