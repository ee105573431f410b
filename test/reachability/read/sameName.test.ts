import { deepStrictEqual } from "node:assert";
import { PalisadeInputError } from "../../../problems";
import { readWorld } from "../../../reachability/read/readWorld";
import { sourced } from "../worlds";

type Fields = Readonly<Record<string, unknown>>;

const named = (kind: string, apiVersion: string, rest: Fields = {}, metadata: Fields = {}): Fields => ({
  apiVersion,
  kind,
  metadata: { name: "x", namespace: "shop", ...metadata },
  ...rest,
});
const pod = (rest: Fields = {}, metadata: Fields = {}) =>
  named("Pod", "v1", { spec: { containers: [] }, ...rest }, metadata);
const policy = (metadata: Fields = {}, spec: Fields = { podSelector: {} }) =>
  named("NetworkPolicy", "networking.k8s.io/v1", { spec }, metadata);
const namespace = (labels?: Fields) =>
  named("Namespace", "v1", {}, { namespace: undefined, ...(labels === undefined ? {} : { labels }) });

/** Whether two objects of one name are one, two that contradict each other, or two of their own. */
function together(...objects: Fields[]): string {
  try {
    const { workloads, policies } = readWorld(sourced(objects), { representatives: false }).world;
    return `${[...workloads, ...policies].length} read`;
  } catch (error) {
    if (!(error instanceof PalisadeInputError)) throw error;
    return error.problems.map(({ message }) => message).join();
  }
}

const DIFFERENT = "is also in input, document 1, but different";
const file = sourced([pod()])[0]?.source.file ?? "";
const different = DIFFERENT.replace("input", file);

describe("the same kind, namespace and name twice", () => {
  it("is one object where nothing that is read differs", () => {
    deepStrictEqual(together(policy(), policy({ labels: { team: "a" } })), "1 read");
    deepStrictEqual(together(pod(), pod({ status: {} }, { annotations: { a: "b" } })), "1 read");
    deepStrictEqual(together(namespace(), namespace({})), "0 read");
    deepStrictEqual(together(namespace(), namespace({ "kubernetes.io/metadata.name": "x" })), "0 read");
  });

  it("is an error where what is read differs, and none is dropped in silence", () => {
    const cases: readonly (readonly [Fields, Fields])[] = [
      [policy(), policy({}, { podSelector: { matchLabels: { a: "b" } } })],
      [pod({ status: { phase: "Succeeded" } }), pod({ status: { phase: "Running" } })],
      [pod({ status: { podIPs: [{ ip: "10.0.0.1" }] } }), pod({ status: { podIPs: [{ ip: "10.0.0.2" }] } })],
      [pod(), pod({}, { ownerReferences: [{ kind: "ReplicaSet", name: "r", controller: true }] })],
      [namespace({ team: "a" }), namespace({ team: "b" })],
    ];
    for (const [one, other] of cases) deepStrictEqual(together(one, other), different);
  });

  it("is two objects where the API server names each by a prefix", () => {
    const job = (image: string) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { generateName: "migrate-", namespace: "shop" },
      spec: { template: { spec: { containers: [{ image }] } } },
    });
    deepStrictEqual(together(job("a"), job("b"), job("b")), "3 read");
  });

  it("is an error, not a crash, where objects hold themselves or are nested without end", () => {
    const circle: Record<string, unknown> = { containers: [] };
    circle["x"] = circle;
    const again: Record<string, unknown> = { containers: [] };
    again["x"] = again;
    deepStrictEqual(together(pod({ spec: circle }), pod({ spec: again })), different);
    const deep = () => {
      let value: unknown = {};
      for (let i = 0; i < 20_000; i++) value = { value };
      return pod({ spec: { containers: [], value } });
    };
    deepStrictEqual(together(deep(), deep()), different);
  });
});

describe("Lists of Lists", () => {
  const list = (items: readonly unknown[]) => ({ apiVersion: "v1", kind: "List", items });

  it("ends where a List holds itself, and reads what else it holds", () => {
    const circle = { ...list([]), items: [pod()] as unknown[] };
    circle.items.push(circle);
    deepStrictEqual(together(circle), "1 read");
  });

  it("says so where Lists are nested without end", () => {
    let value: Fields = pod();
    for (let i = 0; i < 20_000; i++) value = list([value]);
    deepStrictEqual(together(value), "Lists are nested more than 50 deep");
  });

  it("reads each item of an alias bomb once", () => {
    let value: Fields = pod();
    for (let i = 0; i < 20; i++) {
      const below = value;
      value = list(Array.from({ length: 9 }, () => list([below])));
    }
    deepStrictEqual(together(value), "1 read");
  });
});

describe("kinds and fields that no API server knows", () => {
  it("skips kinds that are called like what every object has", () => {
    for (const kind of ["constructor", "toString", "__proto__", "hasOwnProperty"])
      deepStrictEqual(together({ apiVersion: "v1", kind, metadata: { name: "x" } }), "0 read");
  });

  it("refuses a policy with a misspelled spec, another version, an empty protocol", () => {
    const { spec, ...rest } = policy();
    deepStrictEqual(
      together({ ...rest, sepc: spec }),
      "unknown field; the fields here are apiVersion, kind, metadata, spec, status",
    );
    for (const apiVersion of ["networking.k8s.io/v2", "networking.k8s.io/v1beta1"]) {
      deepStrictEqual(
        together({ ...policy(), apiVersion }),
        `${apiVersion} is not served; write networking.k8s.io/v1`,
      );
    }
    const empty = policy({}, { podSelector: {}, ingress: [{ ports: [{ port: 80, protocol: "" }] }] });
    deepStrictEqual(together(empty), '"" is none of TCP, UDP, SCTP');
  });

  it("refuses a named container port that isn't a port, and takes an empty protocol for TCP there", () => {
    const ports = (port: Fields) => pod({ spec: { containers: [{ ports: [{ name: "http", ...port }] }] } });
    for (const containerPort of [70_000, 0, 80.5, "80"]) {
      deepStrictEqual(
        together(ports({ containerPort })),
        'port "http" needs a containerPort of 1-65535 and one of TCP, UDP, SCTP',
      );
    }
    deepStrictEqual(together(ports({ containerPort: 80, protocol: "" })), "1 read");
  });
});
