import { strict as assert } from "node:assert";
import {
  about,
  atApplication,
  atCluster,
  atPath,
  atSource,
  below,
  type Place,
  placeText,
  within,
} from "../../problems";

describe("places", () => {
  it("read from the outside in, a path as one writes it in JavaScript", () => {
    const cases: readonly (readonly [Place, string])[] = [
      [atPath("palisade:clusters", 0, "dns", "pods"), "palisade:clusters[0].dns.pods"],
      [atPath("overrides", "flows", "web -> api"), 'overrides.flows["web -> api"]'],
      [about(atApplication("jewelry-shop", "lab"), "flow web → api"), "jewelry-shop on lab: flow web → api"],
      [below(atCluster("lab"), "aws", "principals"), "cluster lab: aws.principals"],
      [
        below(about(atSource("a.yaml", { line: 12, document: 2 }), "Pod a/b"), "spec"),
        "a.yaml:12: document 2: Pod a/b: spec",
      ],
      [atSource("--pod-cidr"), "--pod-cidr"],
      [[], ""],
    ];
    for (const [place, text] of cases) assert.equal(placeText(place), text);
  });

  it("join paths: a path below a path is one path", () => {
    assert.deepEqual(below(atPath("clusters", 0), "dns", "pods"), atPath("clusters", 0, "dns", "pods"));
    assert.deepEqual(within(atCluster("lab"), atPath("dns")), [...atCluster("lab"), ...atPath("dns")]);
    assert.deepEqual(below(atCluster("lab")), atCluster("lab"));
  });

  it("show names that a terminal would hide or dress up by their escapes", () => {
    assert.equal(placeText(atApplication("w\u0435b")), '"w\\u0435b"');
    assert.equal(placeText(atPath("a", "w\u0435b")), 'a["w\\u0435b"]');
  });
});
