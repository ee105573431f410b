import { strict as assert } from "node:assert";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { FactsOnce } from "../../policypack/factsOnce";

const namespace = (name: string) => ({
  urn: `urn:pulumi:dev::p::kubernetes:core/v1:Namespace::n`,
  type: "kubernetes:core/v1:Namespace",
  name: "n",
  props: { metadata: { name } },
  propertyDependencies: {},
});
const args = (name: string) => namespace(name) as unknown as ResourceValidationArgs;
const stack = (name: string) => [namespace(name) as unknown as PolicyResource];

describe("FactsOnce", () => {
  it("reads a resource and a stack once for all policies that follow the first", () => {
    const facts = new FactsOnce();
    facts.begin();
    assert.equal(facts.ofResource(args("a")), facts.ofResource(args("a")));
    assert.equal(facts.ofStack(stack("a")), facts.ofStack(stack("a")));
  });

  it("never answers with what was there before: a new beginning, an end, or no beginning at all reads again", () => {
    const facts = new FactsOnce();
    const fresh = (name: string) => new FactsOnce().ofResource(args(name));
    assert.deepEqual(facts.ofResource(args("a")), fresh("a"));
    assert.deepEqual(facts.ofResource(args("b")), fresh("b"));
    facts.begin();
    assert.deepEqual(facts.ofResource(args("c")), fresh("c"));
    facts.begin();
    assert.deepEqual(facts.ofResource(args("d")), fresh("d"));
    assert.deepEqual(facts.ofChanging(args("e")), fresh("e"));
    facts.end();
    assert.deepEqual(facts.ofResource(args("f")), fresh("f"));
    assert.deepEqual(facts.ofStack(stack("g")), fresh("g"));
    assert.notDeepEqual(fresh("a"), fresh("b"));
  });
});
