import { strict as assert } from "node:assert";
import { run, type TestResource, verdicts } from "../helpers";

const NAME = "no-route-to-databases";
const ingress = (name: string, port: number, namespace = "shop"): TestResource => ({
  type: "kubernetes:networking.k8s.io/v1:Ingress",
  name,
  props: {
    metadata: { name, namespace },
    spec: {
      rules: [{ http: { paths: [{ backend: { service: { name: "db", port: { number: port } } } }] } }],
    },
  },
});
const judge = (stack: readonly TestResource[], config = {}) => run(stack, { [NAME]: config }, { only: NAME });

describe(NAME, () => {
  it("says the backend, the port and the Service", () => {
    assert.deepEqual(
      judge([ingress("web", 5432)]).map(({ message }) => message),
      [
        'Ingress shop/web (resource "web") leads from outside to a database\'s port: TCP 5432 of the Service db, so whoever ' +
          "reaches the ingress controller or load balancer may try the database's password. Evidence: " +
          "spec.rules[0].http.paths[0].backend.service leads to TCP 5432. Remedy: remove " +
          "spec.rules[0].http.paths[0].backend.service, or let it lead to the application in front of the database.",
      ],
    );
  });

  it("takes ports and exempt namespaces from the configuration", () => {
    assert.deepEqual(judge([ingress("web", 5432)], { ports: ["tcp/9200"] }), []);
    assert.deepEqual(verdicts(judge([ingress("web", 9200)], { ports: ["tcp/9200"] })), [`${NAME} web`]);
    assert.deepEqual(judge([ingress("web", 5432, "bastion")], { exempt: ["bastion"] }), []);
  });
});
