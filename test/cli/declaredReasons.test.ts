import { strict as assert } from "node:assert";
import { declaredOnMap } from "../../cli/declaredReasons";
import type { DeclaredFlow } from "../../declared";
import { AddressSet, parsePortSpec, PortSet } from "../../net";
import type { Line, Party } from "../../reachability/answer/formats";

const pods = (name: string, namespace: string) => ({
  name,
  kind: "workload" as const,
  pods: [{ namespace, labels: { app: name } }],
  addresses: [],
  groups: [],
});
const blocks = (...cidrs: string[]) => ({
  name: "partner",
  kind: "cidr" as const,
  pods: [],
  addresses: [{ kind: "blocks" as const, cidrs }],
  groups: [],
});
const FLOWS = [
  { from: pods("web", "shop"), to: pods("api", "shop"), ports: ["tcp/8000"], because: "pages" },
  { from: pods("web", "bank"), to: pods("api", "bank"), ports: ["tcp/8000"], because: "accounts" },
  { from: pods("api", "shop"), to: blocks("203.0.113.0/24"), ports: ["tcp/443"], because: "payments" },
] as unknown as readonly DeclaredFlow[];

const end = (namespace: string, app: string): Party => ({
  kind: "end",
  end: {
    id: `${namespace}/${app}[Pod]`,
    kind: "Pod",
    namespace,
    name: app,
    labels: { app },
    classes: [],
    plural: false,
  },
});
const outside = (...cidrs: string[]): Party => ({ kind: "outside", addresses: AddressSet.of(...cidrs) });
const line = (from: Party, to: Party, port: string): Line => ({
  from,
  to,
  allowed: PortSet.of([parsePortSpec(port)]),
  unknown: PortSet.empty,
});

describe("the declared flows behind a line of the map", () => {
  const { behind, concerns } = declaredOnMap(FLOWS, new Set(["shop", "bank"]));
  const reasons = (one: Line) => behind(one).map(({ because }) => because);

  it("are those whose ends and port it has; a like name in another namespace is somebody else's", () => {
    const [web, api] = [end("shop", "web"), end("shop", "api")];
    assert.deepEqual(reasons(line(web, api, "tcp/8000")), ["pages"]);
    assert.deepEqual(reasons(line(end("bank", "web"), end("bank", "api"), "tcp/8000")), ["accounts"]);
  });

  it("say which of the addresses outside are theirs, what these are called, and on which ports", () => {
    const [api] = [end("shop", "api")];
    const [found, ...others] = behind(line(api, outside("203.0.112.0/23"), "tcp/443"));
    assert.deepEqual(others, []);
    assert.deepEqual(
      [found?.because, found?.outside?.name, String(found?.outside?.addresses), String(found?.ports)],
      ["payments", "partner", "203.0.113.0/24", "TCP 443"],
    );
  });

  it("are none where an end, a port or all of the addresses are others", () => {
    const [web, api] = [end("shop", "web"), end("shop", "api")];
    assert.deepEqual(
      [
        line(api, web, "tcp/8000"),
        line(web, api, "tcp/8001"),
        line(web, end("bank", "api"), "tcp/8000"),
        line(api, outside("198.51.100.0/24"), "tcp/443"),
        line(outside("203.0.113.0/24"), api, "tcp/443"),
      ].flatMap(reasons),
      [],
    );
  });

  it("concern the namespaces of those who declare flows, and nobody else", () => {
    assert.deepEqual([end("shop", "x"), end("other", "x"), outside("10.0.0.0/8")].map(concerns), [
      true,
      false,
      false,
    ]);
  });
});
