import { strict as assert } from "node:assert";
import { egressRule, ingressRule, securityGroup } from "../e2e/providers/aws/groups";
import type { Aws } from "../e2e/providers/aws/kind";
import { AwsStandIn } from "../e2e/providers/aws/standIn";
import { SavedFailure } from "../e2e/providers/provider";

const rule = { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };

describe("the AWS stand-in: which changes make a new rule, as the official provider has it", () => {
  for (const kind of [ingressRule, egressRule]) {
    const replaced = (olds: object, news: object) =>
      kind.alsoReplaces?.({ ...rule, ...olds }, { ...rule, ...news });

    it("another group that has the rule, or another kind of peer", () => {
      assert.deepEqual(kind.replaces, ["securityGroupId"]);
      assert.deepEqual(replaced({ cidrIpv4: "10.0.0.0/8" }, { referencedSecurityGroupId: "sg-2" }), [
        "cidrIpv4",
        "referencedSecurityGroupId",
      ]);
    });

    it("ports, and another peer of the same kind, change in place", () => {
      assert.deepEqual(replaced({ cidrIpv4: "10.0.0.0/8", toPort: 5433 }, { cidrIpv4: "10.1.0.0/16" }), []);
    });
  }

  it("a group's name, description and VPC", () => {
    assert.deepEqual([...securityGroup.replaces].sort(), ["description", "name", "namePrefix", "vpcId"]);
  });
});

interface Rule {
  readonly SecurityGroupRuleId: string;
  readonly GroupId: string;
  readonly IsEgress?: boolean;
  readonly ReferencedGroupInfo?: { readonly GroupId: string };
}

/** An account with some rules, which says what it was asked to take away. */
function account(rules: readonly Rule[]): { readonly aws: Aws; readonly taken: readonly string[] } {
  let left = rules;
  const taken: string[] = [];
  const send = (command: {
    input: { SecurityGroupRuleIds?: readonly string[] };
    constructor: { name: string };
  }) => {
    const { name } = command.constructor;
    if (name === "DescribeSecurityGroupRulesCommand") return Promise.resolve({ SecurityGroupRules: left });
    const { SecurityGroupRuleIds: ids = [] } = command.input;
    left = left.filter(({ SecurityGroupRuleId }) => !ids.includes(SecurityGroupRuleId));
    taken.push(`${name} ${ids.join(" ")}`.trim());
    return Promise.resolve({});
  };
  return { aws: { ec2: { send } } as unknown as Aws, taken };
}

describe("the AWS stand-in: deleting a group, as the official provider and AWS do", () => {
  const rules: readonly Rule[] = [
    { SecurityGroupRuleId: "own-out", GroupId: "sg-1", IsEgress: true },
    { SecurityGroupRuleId: "theirs-in", GroupId: "sg-2", ReferencedGroupInfo: { GroupId: "sg-1" } },
    { SecurityGroupRuleId: "else", GroupId: "sg-2", ReferencedGroupInfo: { GroupId: "sg-3" } },
  ];
  const remove = (aws: Aws, outputs: object) =>
    securityGroup.remove(aws, { id: "sg-1", outputs: { ...outputs } });

  it("with revokeRulesOnDelete takes away the rules that touch it, others' too, and no more", async () => {
    const { aws, taken } = account(rules);
    await remove(aws, { revokeRulesOnDelete: true });
    assert.deepEqual(taken, [
      "RevokeSecurityGroupEgressCommand own-out",
      "RevokeSecurityGroupIngressCommand theirs-in",
      "DeleteSecurityGroupCommand",
    ]);
  });

  it("without it is refused while another group refers to it; its own rules go with it", async () => {
    const { aws, taken } = account(rules);
    await assert.rejects(remove(aws, {}), /^Error: DependencyViolation: resource sg-1 .*theirs-in of sg-2$/);
    assert.deepEqual(taken, []);
    const [own] = rules;
    assert.ok(own);
    const alone = account([own]);
    await remove(alone.aws, {});
    assert.deepEqual(alone.taken, ["DeleteSecurityGroupCommand"]);
  });
});

describe("the AWS stand-in: what its configuration changes of resources that stay as the program has them", () => {
  const kept = process.env["AWS_ENDPOINT_URL"];
  before(() => (process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"));
  after(() => {
    if (kept === undefined) delete process.env["AWS_ENDPOINT_URL"];
    else process.env["AWS_ENDPOINT_URL"] = kept;
  });

  const inputs = { ...rule, cidrIpv4: "10.0.0.0/8", tags: { owner: "us" } };
  const outputs = { ...inputs, region: "us-east-1", tagsAll: { owner: "us", team: "payments" } };
  const defaultTags = JSON.stringify({ tags: { team: "payments" } });

  async function changes(config: object, type: string, news: object = inputs): Promise<unknown> {
    const standIn = new AwsStandIn();
    await standIn.configure({ region: "us-east-1", defaultTags, ...config });
    const target = { urn: "urn:pulumi:dev::palisade::x::y", type, name: "y" };
    return standIn.diff(target, { id: "sgr-1", outputs }, inputs, { ...news });
  }
  const ruleToken = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
  const roleToken = "aws:iam/role:Role";

  it("the same configuration: nothing", async () => {
    assert.deepEqual(await changes({}, ruleToken), { changed: [], replaces: [], deleteFirst: false });
  });

  it("other default tags: an update, of what has tags", async () => {
    const other = { defaultTags: JSON.stringify({ tags: { team: "loans" } }) };
    const update = { changed: ["tagsAll"], replaces: [], deleteFirst: false };
    assert.deepEqual(await changes(other, ruleToken), update);
    const none = { changed: [], replaces: [], deleteFirst: false };
    assert.deepEqual(await changes(other, "aws:s3/bucketPolicy:BucketPolicy"), none);
  });

  it("another region: a new resource, but of what is in none", async () => {
    const elsewhere = { region: "eu-west-1" };
    const anew = { changed: ["region"], replaces: ["region"], deleteFirst: false };
    assert.deepEqual(await changes(elsewhere, ruleToken), anew);
    assert.deepEqual(await changes(elsewhere, "aws:ec2/securityGroup:SecurityGroup"), {
      ...anew,
      deleteFirst: true,
    });
    assert.deepEqual(await changes(elsewhere, roleToken), { changed: [], replaces: [], deleteFirst: false });
  });
});

describe("the AWS stand-in: an update that fails, as the official provider has it", () => {
  const kept = process.env["AWS_ENDPOINT_URL"];
  let standIn: AwsStandIn;
  beforeEach(async () => {
    process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1";
    standIn = new AwsStandIn();
    await standIn.configure({ region: "us-east-1" });
  });
  afterEach(() => {
    if (kept === undefined) delete process.env["AWS_ENDPOINT_URL"];
    else process.env["AWS_ENDPOINT_URL"] = kept;
  });

  const target = (type: string) => ({ urn: "urn:pulumi:dev::palisade::x::y", type, name: "y" });
  const database = target("aws:rds/instance:Instance");
  const [olds, news] = [{ allocatedStorage: 20 }, { allocatedStorage: 40 }];
  const state = { id: "db", outputs: { ...olds, arn: "arn" } };

  it("saves what was asked for: the next update, without a refresh, asks for nothing", async () => {
    let saved: SavedFailure | undefined;
    await assert.rejects(standIn.update(database, state, olds, news, false), (error: unknown) => {
      saved = error instanceof SavedFailure ? error : undefined;
      return saved?.message === "dial tcp 127.0.0.1:1: connect: connection refused";
    });
    const kept = { allocatedStorage: 40, arn: "arn", region: "us-east-1", tags: undefined, tagsAll: {} };
    assert.deepEqual(saved?.state, { id: "db", outputs: kept });
    // Nobody listens, so whoever asks fails.
    const outputs = await standIn.update(database, saved.state, news, news, false);
    assert.deepEqual(outputs, saved.state.outputs);
  });

  it("of a standalone rule leaves the state as it was", async () => {
    const asked = { ...rule, toPort: 5433, cidrIpv4: "10.0.0.0/8" };
    await assert.rejects(
      standIn.update(
        target("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
        state,
        rule,
        asked,
        false,
      ),
      (error: unknown) => !(error instanceof SavedFailure),
    );
  });
});
