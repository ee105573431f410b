import { strict as assert } from "node:assert";
import { fineract } from "../../applications/fineract";
import { applyOverrides, validateApplications } from "../../flows";
import { GATEWAY, fineractLab } from "./fineractLab";
import { type Lab, departures, portsAround, resolvesNames } from "./lab";

const INSTANCES = ["fineract/batch", "fineract/read", "fineract/write"];
const WORKLOADS = [...INSTANCES, "fineract-redis", "keycloak", "oauth2-proxy"];
const PORTS = portsAround([53, 80, 443, 2703, 4180, 5432, 6379, 7800, 8080, 8443, 9000, 9121, 57800]);

/** Ports enough to tell what a stack's override changes. */
const FEW_PORTS = [53, 443, 4180, 5432, 6379, 7800, 8080, 8443, 9000, 9121, 57800]
  .map((number) => `tcp/${number}`)
  .concat("udp/53");

const DNS: Readonly<Record<string, string>> = {
  ...resolvesNames(WORKLOADS),
  ...Object.fromEntries(WORKLOADS.map((name) => [`${name} → name service's address`, "tcp/53 udp/53"])),
};

/** The whole relation, as the owner's text has it and the page of corrections corrects it. */
const DECLARED: Readonly<Record<string, string>> = {
  ...DNS,
  ...Object.fromEntries<string>(
    INSTANCES.flatMap((instance): [string, string][] => [
      ...INSTANCES.map((other): [string, string] => [`${instance} → ${other}`, "tcp/8080"]),
      [`${instance} → fineract's database`, "tcp/5432"],
      [`${instance} → fineract-redis`, "tcp/6379"],
      [`${instance} → keycloak`, "tcp/8080"],
      [`ingress-nginx → ${instance}`, "tcp/8080 tcp/8443"],
      [`prometheus → ${instance}`, "tcp/8080"],
    ]),
  ),
  "fineract/write → S3's interface endpoint": "tcp/443",
  "fineract/write → STS": "tcp/443",
  "ingress-nginx → keycloak": "tcp/8080",
  "ingress-nginx → oauth2-proxy": "tcp/4180",
  "keycloak → S3's public addresses": "tcp/443", // They are internet, where Keycloak's identity providers are.
  "keycloak → internet": "tcp/443",
  "keycloak → keycloak": "tcp/7800 tcp/57800",
  "keycloak → keycloak's database": "tcp/5432",
  "oauth2-proxy → fineract-redis": "tcp/6379",
  "oauth2-proxy → keycloak": "tcp/8080",
  "prometheus → fineract-redis": "tcp/9121",
  "prometheus → keycloak": "tcp/8080",
  "prometheus → oauth2-proxy": "tcp/4180",
};

describe("fineract: each of the owner's policies, on computed reachability", () => {
  let lab: Lab;
  before(() => {
    lab = fineractLab();
  });

  it("fineract, ingress: ingress-nginx 8080 and 8443, the instances and Prometheus 8080; nobody else", () => {
    for (const instance of INSTANCES) {
      assert.deepEqual(lab.sourcesOf(instance, "tcp/8080"), [...INSTANCES, "ingress-nginx", "prometheus"]);
      assert.deepEqual(lab.sourcesOf(instance, "tcp/8443"), ["ingress-nginx"]);
    }
  });

  it("fineract, egress: its database 5432, Redis 6379, Keycloak 8080, DNS; S3 443 from the write instance only", () => {
    for (const instance of INSTANCES) {
      assert.deepEqual(lab.destinationsOf(instance, "tcp/5432"), ["fineract's database"]);
      assert.deepEqual(lab.destinationsOf(instance, "tcp/6379"), ["fineract-redis"]);
      assert.deepEqual(lab.destinationsOf(instance, "tcp/8080"), [...INSTANCES, "keycloak"]);
      assert.deepEqual(lab.destinationsOf(instance, "udp/53"), ["coredns", "name service's address"]);
      assert.deepEqual(
        lab.destinationsOf(instance, "tcp/443"),
        instance === "fineract/write" ? ["S3's interface endpoint", "STS"] : [],
      );
    }
  });

  it("fineract-redis: the instances and the OAuth2 proxy 6379, Prometheus 9121; out to DNS only", () => {
    assert.deepEqual(lab.sourcesOf("fineract-redis", "tcp/6379"), [...INSTANCES, "oauth2-proxy"]);
    assert.deepEqual(lab.sourcesOf("fineract-redis", "tcp/9121"), ["prometheus"]);
    for (const port of PORTS) {
      const expected = port.endsWith("/53") ? ["coredns", "name service's address"] : [];
      assert.deepEqual(lab.destinationsOf("fineract-redis", port), expected, port);
    }
  });

  it("keycloak: proxy, instances, ingress-nginx and Prometheus 8080; out to its database, identity providers, DNS", () => {
    assert.deepEqual(lab.sourcesOf("keycloak", "tcp/8080"), [
      ...INSTANCES,
      "ingress-nginx",
      "oauth2-proxy",
      "prometheus",
    ]);
    assert.deepEqual(lab.destinationsOf("keycloak", "tcp/5432"), ["keycloak's database"]);
    assert.deepEqual(lab.destinationsOf("keycloak", "tcp/443"), ["S3's public addresses", "internet"]);
    for (const port of ["tcp/7800", "tcp/57800"]) {
      assert.deepEqual(lab.sourcesOf("keycloak", port), ["keycloak"]);
      assert.deepEqual(lab.destinationsOf("keycloak", port), ["keycloak"]);
    }
  });

  it("oauth2-proxy: ingress-nginx and Prometheus 4180; out to Keycloak 8080, Redis 6379, DNS; no internet", () => {
    assert.deepEqual(lab.sourcesOf("oauth2-proxy", "tcp/4180"), ["ingress-nginx", "prometheus"]);
    assert.deepEqual(lab.destinationsOf("oauth2-proxy", "tcp/8080"), ["keycloak"]);
    assert.deepEqual(lab.destinationsOf("oauth2-proxy", "tcp/6379"), ["fineract-redis"]);
    assert.deepEqual(lab.destinationsOf("oauth2-proxy", "tcp/443"), []);
  });

  it("opens 5432 to the database's subnets, not to the internet, nor to other private addresses", () => {
    for (const instance of INSTANCES) {
      for (const place of ["internet", "other private addresses", "keycloak's database"]) {
        assert(!lab.reaches(instance, place, "tcp/5432"), `${instance} → ${place}`);
      }
    }
  });

  it("lets nobody fetch instance metadata", () => {
    assert.deepEqual(lab.sourcesOf("instance metadata", "tcp/80"), []);
  });
});

describe("fineract: the owner's tests", () => {
  let lab: Lab;
  before(() => {
    lab = fineractLab();
  });
  const tests: readonly (readonly [string, string, string, string, boolean])[] = [
    ["fineract → redis 6379 works", "fineract/read", "fineract-redis", "tcp/6379", true],
    ["fineract → keycloak 8080 works", "fineract/read", "keycloak", "tcp/8080", true],
    ["fineract → RDS 5432 works", "fineract/read", "fineract's database", "tcp/5432", true],
    ["redis → internet 443 fails", "fineract-redis", "internet", "tcp/443", false],
    ["an unlabelled pod → fineract 8080 fails", "test-pod", "fineract/write", "tcp/8080", false],
    ["a stranger in the namespace → fineract 8080 fails", "stranger", "fineract/write", "tcp/8080", false],
    ["the write instance reaches S3", "fineract/write", "S3's interface endpoint", "tcp/443", true],
    ["the read instance doesn't", "fineract/read", "S3's interface endpoint", "tcp/443", false],
    ["another environment's fineract is a stranger", "fineract of uat", "keycloak", "tcp/8080", false],
  ];
  for (const [claim, from, to, port, connects] of tests) {
    it(claim, () => assert.equal(lab.reaches(from, to, port), connects));
  }
});

describe("fineract: nothing more", () => {
  it("reaches exactly what is declared: every pair, every port, TCP and UDP", () => {
    assert.deepEqual(departures(fineractLab().relation(), DECLARED), []);
  });

  it("reaches S3 through a gateway endpoint by its prefix list's addresses, and the interface no more", () => {
    const lab = fineractLab(fineract, { buckets: { documents: { endpoint: GATEWAY } } });
    const expected = {
      ...without("fineract/write → S3's interface endpoint"),
      "fineract/write → S3's public addresses": "tcp/443",
    };
    assert.deepEqual(departures(lab.relationOn(FEW_PORTS), expected), []);
  });
});

describe("fineract: what a stack may change, on computed reachability", () => {
  const assertChanged = (overrides: object, expected: Readonly<Record<string, string>>) => {
    const lab = fineractLab(applyOverrides(fineract, overrides));
    assert.deepEqual(departures(lab.relationOn(FEW_PORTS), expected), []);
  };

  it("a custom monitoring namespace: its scraper reaches what Prometheus reached, and Prometheus nothing", () => {
    const custom = { monitoring: { namespace: "custom-monitoring", pods: { app: "scraper" } } };
    const expected = Object.fromEntries(
      Object.entries(DECLARED).map(([pair, ports]) => [pair.replace("prometheus", "custom scraper"), ports]),
    );
    assert.deepEqual(departures(fineractLab(fineract, {}, custom).relationOn(FEW_PORTS), expected), []);
  });

  it("an extra webhook's address: one connection more, and no other", () => {
    const webhook = { kind: "cidr", cidrs: ["142.250.74.78/32", "8.8.8.8/32"] };
    const flow = { from: "fineract/write", to: webhook, ports: ["tcp/443"], because: "payment webhook" };
    assertChanged({ extraFlows: [flow] }, { ...DECLARED, "fineract/write → internet": "tcp/443" });
  });

  it("one instance only: Redis admits the write instance, and the others no more", () => {
    assertChanged(
      { flows: { "fineract -> fineract-redis": { from: "fineract/write" } } },
      without("fineract/read → fineract-redis", "fineract/batch → fineract-redis"),
    );
  });

  it("monitoring off: Prometheus reaches nothing, all else stays", () => {
    const scraped = Object.keys(DECLARED).filter((pair) => pair.startsWith("prometheus"));
    assertChanged({ monitoring: false }, without(...scraped));
  });

  it("Keycloak's newer metrics port: 9000 for Prometheus instead of 8080", () => {
    assertChanged(
      { metrics: { keycloak: "tcp/9000" } },
      { ...DECLARED, "prometheus → keycloak": "tcp/9000" },
    );
  });

  it("a flow that the stack doesn't want is gone on both sides", () => {
    assertChanged(
      { flows: { "keycloak -> keycloak": { removed: "one replica" } } },
      without("keycloak → keycloak"),
    );
  });
});

/** The declared relation without some pairs, each of which it has. */
function without(...pairs: readonly string[]): Record<string, string> {
  for (const pair of pairs) assert(pair in DECLARED, pair);
  return Object.fromEntries(Object.entries(DECLARED).filter(([pair]) => !pairs.includes(pair)));
}

describe("fineract: the owner's policies", () => {
  it("are each what some flow traces to", () => {
    const [checked] = validateApplications([fineract]);
    assert.deepEqual([...new Set(checked?.flows.flatMap(({ names }) => names))].sort(), [
      "fineract-network-policy",
      "fineract-redis-network-policy",
      "keycloak-network-policy",
      "oauth2-proxy-network-policy",
    ]);
  });
});
