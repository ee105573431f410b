/** What is open beyond what is declared, and by what: as the preview and the policy pack say it. */
export interface Beyond {
  /** "fineract/write → 10.40.208.32/27 tcp/443" */
  readonly connection: string;
  /** The object by hand, and its rule. */
  readonly by: string;
  /** Whether one side alone lets it through, and the other closes it today. */
  readonly half?: true;
}

const INTO = "NetworkPolicy fineract/by-hand spec.ingress[0]";
const OUT_OF = "NetworkPolicy fineract/by-hand spec.egress[0]";
const OWN_PODS =
  "fineract/batch, fineract/read, fineract/write, fineract-redis, keycloak, oauth2-proxy, fineract/fineract, any other pod of fineract";

/** The ways in which an object by hand opens more than program/ declares (program/besides.ts has the objects). */
export const WAYS: Readonly<Record<string, readonly Beyond[]>> = {
  "wider addresses": [{ connection: "fineract/write → 10.40.208.32/27 tcp/443", by: OUT_OF }],
  "other labels": [{ connection: "ingress-nginx/debug → fineract/write tcp/8080", by: INTO }],
  "another namespace": [{ connection: "elsewhere/ingress-nginx → fineract/write tcp/8080", by: INTO }],
  "every pod": [
    {
      connection: "fineract-redis, keycloak, any other pod of fineract → fineract-redis tcp/6379",
      by: INTO,
      half: true,
    },
  ],
  "another port": [{ connection: "ingress-nginx/ingress-nginx → oauth2-proxy tcp/4181", by: INTO }],
  "a range of ports": [{ connection: "ingress-nginx/ingress-nginx → oauth2-proxy tcp/4181-4189", by: INTO }],
  "a direction that policyTypes leaves to the API server": [
    { connection: "oauth2-proxy → any other pod of elsewhere tcp/443", by: OUT_OF },
  ],
  "an empty list of peers": [
    {
      connection:
        "any other pod of ingress-nginx, kube-system/kube-dns, any other pod of kube-system, any other pod of monitoring, pods of any other namespace, anywhere outside → oauth2-proxy tcp/4180",
      by: INTO,
    },
    { connection: `${OWN_PODS} → oauth2-proxy tcp/4180`, by: INTO, half: true },
  ],
  "a namespace's egress": [{ connection: `${OWN_PODS} → any other pod of elsewhere tcp/443`, by: OUT_OF }],
  "a database's subnets": [{ connection: "oauth2-proxy → 10.40.192.0/26 tcp/5432", by: OUT_OF }],
  "a security group's rule": [
    { connection: "10.40.0.0/19 → security group of database keycloak tcp/5432", by: "ingress rule by-hand" },
  ],
};
