import { strict as assert } from "node:assert";
import { namespace, policy, run, type TestResource, UNKNOWN, verdicts, workload } from "../helpers";

const NAME = "demands-admitted";
const judge = (...stack: readonly TestResource[]) => verdicts(run(stack, {}, { only: NAME }));

const app = (name: string) => ({ podSelector: { matchLabels: { app: name } } });
const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});
const object = (type: string, name: string, spec: object, namespaceName = "shop"): TestResource => ({
  type: `kubernetes:${type}`,
  name,
  props: { metadata: { name, namespace: namespaceName }, ...spec },
});
const API = workload(
  "apps/v1:Deployment",
  {
    containers: [
      {
        ports: [
          { name: "metrics", containerPort: 9090 },
          { name: "http", containerPort: 8080 },
        ],
      },
    ],
  },
  { name: "api", labels: { app: "api" } },
);
const WEB = workload("apps/v1:Deployment", {}, { name: "web", labels: { app: "web" } });
const serving = (more: object = {}) =>
  object("core/v1:Service", "svc", {
    metadata: { name: "api", namespace: "shop", labels: { app: "api" } },
    spec: {
      selector: { app: "api" },
      ports: [
        { name: "web", port: 80, targetPort: "http" },
        { name: "metrics", port: 9100, targetPort: 9090 },
      ],
      ...more,
    },
  });
const isolating = (...ingress: unknown[]) =>
  policy("isolating", { ...app("api"), policyTypes: ["Ingress"], ingress });
const from = (peers: unknown, ...ports: unknown[]) => ({
  from: peers,
  ports: ports.map((port) => ({ port })),
});

const MONITOR = object("monitoring.coreos.com/v1:ServiceMonitor", "demand", {
  spec: { selector: { matchLabels: { app: "api" } }, endpoints: [{ port: "metrics" }] },
});
const HOOK = { clientConfig: { service: { namespace: "shop", name: "api", port: 80 } } };
const BACKEND = { service: { name: "api", port: { name: "web" } } };
const route = (backendRefs: object[]) =>
  object("gateway.networking.k8s.io/v1:HTTPRoute", "demand", { spec: { rules: [{ backendRefs }] } });

const webhook = (...webhooks: object[]) =>
  object("admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration", "demand", { webhooks });

/** Every kind of demand, and the port of the pods that it is about. */
const DEMANDS: Readonly<Record<string, readonly [TestResource, number]>> = {
  "ServiceMonitor by the Service's port": [MONITOR, 9090],
  "ServiceMonitor by a target port": [
    object("monitoring.coreos.com/v1:ServiceMonitor", "demand", {
      spec: { selector: {}, namespaceSelector: { any: true }, endpoints: [{ targetPort: "metrics" }] },
    }),
    9090,
  ],
  "ServiceMonitor from another namespace": [
    object(
      "monitoring.coreos.com/v1:ServiceMonitor",
      "demand",
      {
        spec: { selector: {}, namespaceSelector: { matchNames: ["shop"] }, endpoints: [{ port: "metrics" }] },
      },
      "mon",
    ),
    9090,
  ],
  PodMonitor: [
    object("monitoring.coreos.com/v1:PodMonitor", "demand", {
      spec: { selector: { matchLabels: { app: "api" } }, podMetricsEndpoints: [{ port: "metrics" }] },
    }),
    9090,
  ],
  ValidatingWebhookConfiguration: [webhook(HOOK), 8080],
  MutatingWebhookConfiguration: [
    object("admissionregistration.k8s.io/v1:MutatingWebhookConfiguration", "demand", { webhooks: [HOOK] }),
    8080,
  ],
  "CustomResourceDefinition with a conversion": [
    object("apiextensions.k8s.io/v1:CustomResourceDefinition", "demand", {
      spec: { conversion: { strategy: "Webhook", webhook: HOOK } },
    }),
    8080,
  ],
  APIService: [
    object("apiregistration.k8s.io/v1:APIService", "demand", {
      spec: { service: { namespace: "shop", name: "api", port: 80 } },
    }),
    8080,
  ],
  "Ingress by path": [
    object("networking.k8s.io/v1:Ingress", "demand", {
      spec: { rules: [{ http: { paths: [{ backend: BACKEND }] } }] },
    }),
    8080,
  ],
  "Ingress by default": [
    object("networking.k8s.io/v1:Ingress", "demand", {
      spec: { defaultBackend: { service: { name: "api", port: { number: 80 } } } },
    }),
    8080,
  ],
  HTTPRoute: [route([{ name: "api", port: 80 }]), 8080],
};

const STACK = [namespace(), API, WEB, serving()];

describe("demands-admitted", () => {
  for (const [kind, [demand, port]] of Object.entries(DEMANDS)) {
    it(`${kind}: reports a port that policies keep from who asks`, () => {
      for (const ingress of [
        [],
        [from([app("web")], port)],
        [from([], port + 1)],
        [from([{ podSelector: {} }], port)],
      ])
        assert.deepEqual(
          judge(...STACK, demand, isolating(...ingress)),
          [`${NAME} demand`],
          JSON.stringify(ingress),
        );
      const [report] = run([...STACK, demand, isolating()], {}, { only: NAME });
      assert.equal(report?.level, "advisory");
      assert.match(
        report.message,
        new RegExp(`leads to TCP ${port} of Deployment shop/api .* isolated by NetworkPolicy shop/isolating`),
      );
    });

    it(`${kind}: is silent where nothing isolates, or a rule may be for who asks`, () => {
      assert.deepEqual(judge(...STACK, demand), []);
      assert.deepEqual(
        judge(...STACK, demand, policy("e", { podSelector: {}, policyTypes: ["Egress"] })),
        [],
      );
      for (const peers of [[], [{ ipBlock: { cidr: "10.0.0.0/8" } }], [{ namespaceSelector: {} }]])
        assert.deepEqual(judge(...STACK, demand, isolating(from(peers, port))), [], JSON.stringify(peers));
      assert.deepEqual(
        judge(
          ...STACK,
          demand,
          isolating(),
          policy("more", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] }),
        ),
        [],
      );
    });

    it(`${kind}: is silent where the stack doesn't show what is behind`, () => {
      assert.deepEqual(judge(namespace(), WEB, serving(), demand, isolating()), []);
      assert.deepEqual(judge(demand), []);
    });

    it(`${kind}: says what isn't known`, () => {
      assert.deepEqual(judge(...STACK, demand, isolating(UNKNOWN)), [`${NAME} demand?`]);
      assert.deepEqual(judge(...STACK, demand, isolating(from(UNKNOWN, port))), [`${NAME} demand?`]);
    });
  }

  it("takes pods of other namespaces, and pods that look like it, for who asks", () => {
    for (const peers of [
      [inNamespace("monitoring")],
      [{ ...inNamespace("monitoring"), ...app("prometheus") }],
      [
        {
          ...inNamespace("monitoring"),
          podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
        },
      ],
      [{ podSelector: { matchLabels: { "metrics-client": "true" } } }],
    ])
      assert.deepEqual(
        judge(API, serving(), MONITOR, isolating(from(peers, 9090))),
        [],
        JSON.stringify(peers),
      );
    const prometheus = workload("apps/v1:StatefulSet", {}, { name: "p", labels: { app: "prometheus" } });
    assert.deepEqual(judge(...STACK, prometheus, MONITOR, isolating(from([{ podSelector: {} }], 9090))), []);
    assert.deepEqual(
      judge(...STACK, MONITOR, isolating(from([{ ...inNamespace("monitoring"), ...app("billing") }], 9090))),
      [`${NAME} demand`],
    );
  });

  it("takes konnectivity's agents for the API server, and no other pods", () => {
    const hook = webhook(HOOK);
    const by = (peer: object) => judge(...STACK, hook, isolating(from([peer], 8080)));
    assert.deepEqual(by(inNamespace("kube-system")), []);
    assert.deepEqual(
      by({
        ...inNamespace("kube-system"),
        podSelector: { matchLabels: { "k8s-app": "konnectivity-agent" } },
      }),
      [],
    );
    assert.deepEqual(by(inNamespace("ingress-nginx")), [`${NAME} demand`]);
  });

  it("leaves alone what isn't a Service: a URL, a resource, a backend of another kind", () => {
    const url = webhook({ clientConfig: { url: "https://hooks.example.com" } });
    const bucket = object("networking.k8s.io/v1:Ingress", "demand", {
      spec: { defaultBackend: { resource: { kind: "Bucket", name: "b" } } },
    });
    for (const demand of [url, bucket, route([{ kind: "Bucket", name: "api" }])])
      assert.deepEqual(judge(...STACK, demand, isolating()), []);
  });

  it("spares pods in their node's network, on which no policy acts", () => {
    const host = workload(
      "apps/v1:Deployment",
      { hostNetwork: true, containers: [{ ports: [{ name: "metrics", containerPort: 9090 }] }] },
      { name: "api", labels: { app: "api" } },
    );
    assert.deepEqual(judge(host, serving(), MONITOR, isolating()), []);
  });
});
