import { strict as assert } from "node:assert";
import path from "node:path";
import { declarationIn } from "../../cli/import/prove";
import { fineract } from "../../applications/fineract";
import { jewelryShop } from "../../applications/jewelryShop";
import { type DeclaredApplication, validateApplications } from "../../flows";
import { type Imported, importOfPath, linesOf, unexplained } from "./importing";

const imported = (name: string): Imported =>
  importOfPath(path.join(__dirname, "..", "fixtures", "import", `${name}.yaml`));

/** The flows that an application means, one for each pair of ends. */
const flowsOf = (declared: DeclaredApplication): readonly string[] =>
  validateApplications([
    { ...declared, owner: declared.owner === "TODO" ? "somebody" : declared.owner },
  ]).flatMap(({ flows }) => flows.map(({ id }) => id));

/** What is in one list alone. */
const without = (all: readonly string[], others: readonly string[]): readonly string[] =>
  all.filter((one) => !others.includes(one)).sort();

const declaredIn = ({ files: [file] }: Imported): DeclaredApplication => {
  assert.ok(file);
  return declarationIn(file);
};

/** What `internet()` isn't and the owners' blocks except RFC 1918 are: nobody's hosts, or metadata. */
const NOT_THE_INTERNET = "0.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 192.0.0.0/24, 224.0.0.0/3";

describe("import of both owners' policies: their applications, but for what their policies get wrong", () => {
  describe("the jewelry shop's seventeen", () => {
    const shop = imported("jewelry-shop");
    const [theirs, ours] = [declaredIn(shop), jewelryShop].map((one) => flowsOf(one)) as [
      readonly string[],
      readonly string[],
    ];

    it("are compiled to the same relation, without what the internet never is", () => {
      assert.deepEqual(linesOf(shop.proof.wider), []);
      assert.deepEqual(linesOf(shop.proof.narrower), [
        `jewelry-shop/celery-worker[Deployment] → ${NOT_THE_INTERNET}: TCP 25,80,443,587`,
        `jewelry-shop/django[Deployment] → ${NOT_THE_INTERNET}: TCP 80,443`,
      ]);
      assert.deepEqual([shop.proof.unknown, shop.proof.problems, unexplained(shop)], [[], [], []]);
    });

    it("lack flows of ours that would break: closed on one side, or on both", () => {
      assert.deepEqual(without(ours, theirs), [
        // Let in, and not out: allow-dns-access isolates every pod's egress.
        "celery-beat → postgresql tcp/5432",
        "celery-beat → redis tcp/6379",
        // Clients ask Sentinel where the master is: no policy of the owner's says so.
        "celery-beat → sentinel tcp/26379",
        "celery-worker → sentinel tcp/26379",
        "django → sentinel tcp/26379",
        // A pooler that reaches no database.
        "pgbouncer → postgresql tcp/5432",
        // Each workload's own exporter, instead of four ports of every pod.
        "platform monitoring → django tcp/8000",
        "platform monitoring → nginx tcp/9113",
        "platform monitoring → postgresql tcp/9187",
        "platform monitoring → redis tcp/9121",
        "platform postgres-operator → postgresql tcp/5432, tcp/8008",
        // Patroni's leader lock.
        "postgresql → kubernetes-api tcp/443",
        // Replication: let in, and not out.
        "postgresql → postgresql tcp/5432, tcp/8008",
        "redis → redis tcp/6379",
        "sentinel → redis tcp/6379",
        "sentinel → sentinel tcp/26379",
      ]);
      assert.deepEqual(
        shop.plan.oneSided.map(({ flow, ports, closed }) => `${flow} ${ports}: no ${closed}`).sort(),
        [
          "celery-beat → postgresql TCP 5432: no egress",
          "celery-beat → redis TCP 6379: no egress",
          "postgresql → postgresql TCP 5432,8008: no egress",
          "redis → redis TCP 6379: no egress",
          "sentinel → redis TCP 6379: no egress",
        ],
      );
    });

    it("open four ports of every pod to the monitoring, and nothing else that ours don't", () => {
      const workloads = Object.keys(jewelryShop.workloads).sort();
      assert.deepEqual(
        without(theirs, ours),
        workloads.map((name) => `platform monitoring → ${name} tcp/8000, tcp/9113, tcp/9121, tcp/9187`),
      );
    });

    it("give workloads, reasons and policies' names as ours have them", () => {
      const declared = declaredIn(shop);
      assert.deepEqual(
        Object.entries(declared.workloads)
          .map(([name, { labels }]) => [name, labels])
          .sort(),
        Object.entries(jewelryShop.workloads)
          .map(([name, { labels }]) => [name, labels])
          .sort(),
      );
      assert.equal(declared.names?.dns, "allow-dns-access");
      assert.deepEqual(shop.plan.cluster, {
        dns: { namespace: "kube-system", pods: { "k8s-app": "kube-dns" } },
        platform: {
          ingress: { namespace: "kube-system", pods: { "app.kubernetes.io/name": "traefik" } },
          monitoring: { namespace: "monitoring", pods: "every-pod" },
        },
      });
      assert.deepEqual(
        shop.proof.toWrite.map(({ message }) => message),
        ['owner "TODO" is still to be named'],
      );
      const named = new Set(declared.flows.flatMap(({ name }) => [name ?? []].flat()));
      // Of the seventeen those whose connections are open: the others' are one-sided, or denials, which flows needn't say.
      assert.deepEqual([...named].sort(), [
        "allow-celery-to-postgresql",
        "allow-celery-to-redis",
        "allow-celery-worker-egress",
        "allow-django-egress",
        "allow-django-to-pgbouncer",
        "allow-django-to-postgresql",
        "allow-django-to-redis",
        "allow-ingress-to-nginx",
        "allow-monitoring-to-all-pods",
        "allow-nginx-egress",
        "allow-nginx-to-django",
      ]);
    });
  });

  describe("Fineract's four", () => {
    const bank = imported("fineract");
    const [theirs, ours] = [declaredIn(bank), fineract].map((one) => flowsOf(one)) as [
      readonly string[],
      readonly string[],
    ];

    it("are compiled to the same relation, without what the internet never is", () => {
      assert.deepEqual(linesOf(bank.proof.wider), []);
      assert.deepEqual(linesOf(bank.proof.narrower), [
        `fineract-dev/fineract-batch[Deployment], fineract-dev/fineract-read[Deployment], fineract-dev/fineract-write[Deployment], fineract-dev/keycloak[Deployment] → ${NOT_THE_INTERNET}: TCP 443,5432`,
      ]);
      assert.deepEqual([bank.proof.unknown, bank.proof.problems, unexplained(bank)], [[], [], []]);
    });

    it("lack flows of ours: databases, the bucket and credentials by what they are, and what one side closes", () => {
      assert.deepEqual(without(ours, theirs), [
        // Ingress admits the other instances, egress doesn't; sessions leave for Redis, which doesn't admit the proxy.
        "fineract → database fineract tcp/5432",
        "fineract → fineract tcp/8080",
        "fineract/write → bucket documents (read-write) tcp/443",
        "fineract/write → cloud-identity tcp/443",
        "keycloak → database keycloak tcp/5432",
        // JGroups.
        "keycloak → keycloak tcp/7800, tcp/57800",
        "oauth2-proxy → fineract-redis tcp/6379",
      ]);
      assert.deepEqual(
        bank.plan.oneSided.map(({ flow, ports, closed }) => `${flow} ${ports}: no ${closed}`).sort(),
        ["fineract → fineract TCP 8080: no egress", "oauth2-proxy → fineract-redis TCP 6379: no ingress"],
      );
    });

    it("open the internet where databases and the bucket are meant, and nothing else that ours don't", () => {
      assert.deepEqual(without(theirs, ours), [
        "fineract → internet tcp/443",
        "fineract → internet tcp/5432",
        "keycloak → internet tcp/5432",
      ]);
    });

    it("need nothing to be written before the first preview: every reason and the owner are the owner's words", () => {
      assert.deepEqual(bank.proof.toWrite, []);
      assert.equal(declaredIn(bank).owner, "fineract");
    });
  });
});
