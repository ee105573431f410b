import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { UNJUDGED, UNJUDGED_TYPES, unjudgedKinds, unjudgedText } from "../../policypack/unjudged";
import { readFacts, readKinds } from "../../policypack/facts";
import { MAKING_KINDS } from "../../reachability/read";
import { reveal } from "../../policypack/values";
import { aws } from "./aws";
import { freshPack, namespace, type TestResource, urnOf } from "./helpers";

const NATIVE: TestResource = {
  type: "aws-native:rds:DBInstance",
  name: "db",
  props: { publiclyAccessible: true },
};
const STACK = aws("cloudformation/stack:Stack", "legacy", { templateBody: "{}" });
const ACK: TestResource = {
  type: "kubernetes:rds.services.k8s.aws/v1alpha1:DBInstance",
  name: "db2",
  props: {},
};
const judge = (stack: readonly TestResource[], level?: "mandatory" | "disabled") => {
  const pack = freshPack();
  if (level) pack.configure(new Map([[UNJUDGED.name, { level, properties: {} }]]));
  return pack
    .judgeStack(
      stack.map((one) => ({ ...one, urn: urnOf(one), props: reveal(one.props), provider: undefined })),
    )
    .filter(({ policy }) => policy === UNJUDGED);
};

describe(UNJUDGED.name, () => {
  it("counts in one line what policies don't read, as advice about no resource", () => {
    const [report, ...more] = judge([namespace(), NATIVE, { ...NATIVE, name: "db3" }, STACK, ACK]);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [report?.message, report?.level, report?.urn],
      [
        "4 resources of kinds that no policy judges (aws-native:rds:DBInstance 2, aws:cloudformation/stack:Stack 1, " +
          "rds.services.k8s.aws DBInstance 1)",
        "advisory",
        undefined,
      ],
    );
  });

  it("is silent where everything is judged, or bears on nothing that policies judge", () => {
    const role = aws("iam/role:Role", "role", {});
    const map: TestResource = { type: "kubernetes:core/v1:ConfigMap", name: "settings", props: {} };
    assert.deepEqual(judge([namespace(), role, map]), []);
  });

  it("counts AWS resources that admit others where no policy looks, by types that the SDK has", () => {
    const doors = ["lambda/functionUrl:FunctionUrl", "kms/key:Key", "lb/loadBalancer:LoadBalancer"];
    assert.match(
      judge(doors.map((type, index) => aws(type, `door-${index}`, {})))[0]?.message ?? "",
      /^3 resources of kinds that no policy judges \(aws:lambda\/functionUrl:FunctionUrl 1, aws:kms\/key:Key 1, aws:lb\/loadBalancer:LoadBalancer 1\)$/,
    );
    const missing = [...UNJUDGED_TYPES].filter((type) => {
      const [, folder = "", file = ""] = /^aws:(\w+)\/(\w+):\w+$/.exec(type) ?? [];
      return !readFileSync(require.resolve(`@pulumi/aws/${folder}/${file}.js`), "utf8").includes(type);
    });
    assert.deepEqual(missing, []);
    const read = new Set(readKinds().map(({ name }) => name));
    assert.deepEqual(
      [...UNJUDGED_TYPES].filter((type) => read.has(type)),
      [],
    );
  });

  it("takes the level that is configured", () => {
    assert.equal(judge([STACK], "mandatory")[0]?.level, "mandatory");
    assert.deepEqual(judge([STACK], "disabled"), []);
  });

  for (const [claim, type] of Object.entries({
    "Helm releases, of which the namespace alone is seen": "kubernetes:helm.sh/v3:Release",
    "Cloud Control's resources": "aws:cloudcontrol/resource:Resource",
    "stack sets": "aws:cloudformation/stackSet:StackSet",
    "Crossplane's AWS resources": "kubernetes:rds.aws.upbound.io/v1beta1:Instance",
    "Cilium's policies": "kubernetes:cilium.io/v2:CiliumNetworkPolicy",
    "Calico's policies": "kubernetes:crd.projectcalico.org/v1:GlobalNetworkPolicy",
    "AWS's cluster network policies": "kubernetes:networking.k8s.aws/v1alpha1:ClusterNetworkPolicy",
    "kinds of the network-policy-api that aren't read":
      "kubernetes:policy.networking.k8s.io/v1beta1:NodeNetworkPolicy",
    Rollouts: "kubernetes:argoproj.io/v1alpha1:Rollout",
  })) {
    it(`counts ${claim}`, () => assert.equal(unjudgedKinds([type]).size, 1));
  }

  for (const { group, kind } of MAKING_KINDS) {
    it(`counts each ${kind} of ${group}, whose pods the program doesn't show`, () => {
      const type = `kubernetes:${group}/v1:${kind}`;
      assert.deepEqual([...unjudgedKinds([type])], [[`${group} ${kind}`, 1]]);
    });
  }

  it("counts no kind that is read, but Helm releases, of which only the namespace is", () => {
    // Of a maker of pods it is read where it makes them, and nothing is judged.
    const read = readKinds()
      .filter(({ facts }) => facts.some(({ kind }) => kind !== "Maker"))
      .map(({ name }) => (name.startsWith("aws:") ? name : `kubernetes:${name.replace(" ", "/v1:")}`));
    assert.deepEqual([...unjudgedKinds(read)], [["helm.sh Release", 1]]);
    const [facts] = [NATIVE, STACK, ACK].map((one) =>
      readFacts({ ...one, urn: "", props: reveal(one.props), provider: undefined }),
    );
    assert.deepEqual(facts, []);
  });

  it("says one as one", () => {
    assert.equal(
      unjudgedText(unjudgedKinds([STACK.type])),
      "1 resource of a kind that no policy judges (aws:cloudformation/stack:Stack 1)",
    );
  });
});
