import { strict as assert } from "node:assert";
import { applications } from "../../applications";
import { validateApplications } from "../../flows";

describe("applications", () => {
  it("are all valid, together", () => {
    assert.deepEqual(
      validateApplications(applications).map(({ name }) => name),
      ["fineract", "jewelry-shop"],
    );
  });

  it("trace to every one of the jewelry shop's policies but the two denials, which aren't flows", () => {
    const shop = validateApplications(applications).find(({ name }) => name === "jewelry-shop");
    const names = new Set([...(shop?.flows.flatMap((flow) => flow.names) ?? []), shop?.dnsName]);
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

  it("trace to each of Fineract's four policies", () => {
    const fineract = validateApplications(applications).find(({ name }) => name === "fineract");
    const names = new Set(fineract?.flows.flatMap((flow) => flow.names));
    assert.deepEqual([...names].sort(), [
      "fineract-network-policy",
      "fineract-redis-network-policy",
      "keycloak-network-policy",
      "oauth2-proxy-network-policy",
    ]);
  });

  it("say nothing of AWS for the jewelry shop", () => {
    const shop = validateApplications(applications).find(({ name }) => name === "jewelry-shop");
    const kinds = new Set(shop?.flows.flatMap(({ from, to }) => [from.kind, to.kind]));
    assert.deepEqual([...kinds].sort(), ["internet", "kubernetes-api", "platform", "workload"]);
  });
});
