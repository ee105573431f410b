import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ec2 from "@aws-sdk/client-ec2";
import { dump } from "js-yaml";
import { bench } from "../bench/bench";
import { Engine, type Outcome, type StateResource } from "../engine/engine";
import { linkProject, root } from "../engine/project";
import { inOrder } from "../machine/inOrder";
import { run } from "../machine/process";
import { ec2Client } from "../systems/account";
import { succeeded } from "../systems/outcomes";

/** Of docs/e2e.md's table: what concerns rules, which no stack of ours does or changes by itself. */
describe("aws: what the program relies on of its AWS provider", () => {
  inOrder();
  const config: Record<string, unknown> = {};
  const tags = { team: "payments" };
  let engine: Engine;
  let here: ec2.EC2Client;
  let owners = "";

  function configure(changes: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(changes))
      if (value === undefined) Reflect.deleteProperty(config, name);
      else config[name] = value;
    writeFileSync(join(engine.project, "Pulumi.dev.yaml"), dump({ config }));
  }

  async function makeVpc(client: ec2.EC2Client): Promise<string> {
    const { Vpc } = await client.send(new ec2.CreateVpcCommand({ CidrBlock: "10.200.0.0/16" }));
    return Vpc?.VpcId ?? "";
  }

  /** A resource of the state, by its name in the program. */
  async function stateOf(name: string): Promise<StateResource> {
    const found = (await engine.state("dev")).find(({ urn }) => urn.endsWith(`::${name}`));
    assert.ok(found, `${name} isn't in the state`);
    return found;
  }

  async function rulesOf(groupId: string, client = here): Promise<readonly ec2.SecurityGroupRule[]> {
    const Filters = [{ Name: "group-id", Values: [groupId] }];
    const asked = new ec2.DescribeSecurityGroupRulesCommand({ Filters });
    return (await client.send(asked)).SecurityGroupRules ?? [];
  }

  const groupsNamed = async (name: string, client: ec2.EC2Client): Promise<readonly ec2.SecurityGroup[]> =>
    (await client.send(new ec2.DescribeSecurityGroupsCommand({}))).SecurityGroups?.filter(
      ({ GroupName }) => GroupName === name,
    ) ?? [];

  const tagsOf = (list: readonly ec2.Tag[] = []): Record<string, string> =>
    Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));

  /** What was done to the rules and groups. */
  const done = ({ steps }: Outcome): readonly string[] =>
    steps
      .filter(({ type }) => type.startsWith("aws:"))
      .map(({ op, urn }) => `${op} ${urn.split("::")[3] ?? ""}`);

  function refused(outcome: Outcome, message: RegExp): void {
    assert.notEqual(outcome.code, 0, outcome.stdout);
    assert.match(outcome.stdout + outcome.stderr, message);
  }

  /** The group and its rule have these tags in the API, and their own alone as inputs and outputs. */
  async function assertTags(expected: Readonly<Record<string, string>>): Promise<void> {
    const [group, rule] = [await stateOf("group"), await stateOf("rule")];
    const asked = new ec2.DescribeSecurityGroupsCommand({ GroupIds: [group.id ?? ""] });
    const [live] = (await here.send(asked)).SecurityGroups ?? [];
    const [liveRule] = await rulesOf(group.id ?? "");
    assert.deepEqual(tagsOf(live?.Tags), expected);
    assert.deepEqual(tagsOf(liveRule?.Tags), expected);
    for (const { inputs, outputs } of [group, rule])
      assert.deepEqual([inputs?.["tags"], outputs?.["tags"], outputs?.["tagsAll"]], [own, own, expected]);
  }
  const own = { owner: "us" };

  before("a group with a rule, and an owner's group with another", async () => {
    const project = linkProject(
      join(root, "test", "e2e", "programs", "rules"),
      join(bench().folder, "rules"),
    );
    const endpoint = await bench().aws();
    here = ec2Client(endpoint);
    engine = new Engine(project, join(bench().folder, "rules-engine"), bench().parts.path, {
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
    });
    await engine.init("dev");
    const vpc = await makeVpc(here);
    const asked = { GroupName: "owners", Description: "its owner's", VpcId: vpc };
    owners = (await here.send(new ec2.CreateSecurityGroupCommand(asked))).GroupId ?? "";
    configure({
      "aws:region": "us-east-1",
      "aws:defaultTags": { tags },
      "rules:vpc": vpc,
      "rules:owners": owners,
    });
    succeeded(await engine.up("dev"));
  });

  it("default tags are on every resource, and in no resource's own tags; nothing drifts", async () => {
    await assertTags({ ...own, ...tags });
    assert.deepEqual(
      done(succeeded(await engine.refresh("dev"))).filter((each) => !each.startsWith("refresh")),
      [],
    );
    assert.deepEqual(Object.keys(succeeded(await engine.up("dev")).changes), ["same"]);
  });

  it("other default tags change every resource in place", async () => {
    configure({ "aws:defaultTags": { tags: { stage: "test" } } });
    const up = succeeded(await engine.up("dev"));
    assert.deepEqual([...done(up)].sort(), ["update group", "update other", "update rule"]);
    await assertTags({ ...own, stage: "test" });
    assert.deepEqual(Object.keys(succeeded(await engine.up("dev")).changes), ["same"]);
  });

  it("a rule made by hand is imported by its id, and only as it is", async () => {
    const Tags = Object.entries({ owner: "somebody", stage: "test" }).map(([Key, Value]) => ({ Key, Value }));
    const made = await here.send(
      new ec2.AuthorizeSecurityGroupIngressCommand({
        GroupId: owners,
        IpPermissions: [
          {
            ...{ IpProtocol: "tcp", FromPort: 80, ToPort: 80 },
            IpRanges: [{ CidrIp: "10.9.0.0/16", Description: "made by hand" }],
          },
        ],
        TagSpecifications: [{ ResourceType: "security-group-rule", Tags }],
      }),
    );
    const found = made.SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
    const ids = async () => (await rulesOf(owners)).map(({ SecurityGroupRuleId: id }) => id);
    const before = await ids();
    assert.ok(before.includes(found));
    configure({ "rules:found": found, "rules:toPort": 81 });
    refused(await engine.up("dev"), /inputs to import do not match the existing resource/);
    configure({ "rules:found": "sgr-0123456789abcdef0", "rules:toPort": 80 });
    refused(await engine.up("dev"), /resource '[^']*' does not exist/);
    configure({ "rules:found": found });
    assert.deepEqual(done(succeeded(await engine.up("dev"))), ["import found"]);
    assert.equal((await stateOf("found")).id, found);
    assert.deepEqual(await ids(), before);
    assert.deepEqual(Object.keys(succeeded(await engine.up("dev")).changes), ["same"]);
  });

  it("a rule that is there already isn't made again: by two resources, nor by another name for one", async () => {
    const { id = "" } = await stateOf("group");
    const before = await rulesOf(id);
    for (const changes of [{ "rules:equal": true }, { "rules:name": "renamed" }]) {
      configure(changes);
      refused(await engine.up("dev"), /InvalidPermission\.Duplicate/);
      assert.deepEqual(await rulesOf(id), before);
      configure({ "rules:equal": undefined });
    }
  });

  it("an alias has a rule keep its place under another name", async () => {
    const { id } = await stateOf("rule");
    configure({ "rules:aliased": true });
    assert.deepEqual(Object.keys(succeeded(await engine.up("dev")).changes), ["same"]);
    assert.equal((await stateOf("renamed")).id, id);
    configure({ "rules:aliased": undefined });
  });

  it("another kind of peer: the new rule is there before the old one goes", async () => {
    configure({ "rules:toGroup": true });
    assert.deepEqual(done(succeeded(await engine.up("dev"))), [
      "create-replacement renamed",
      "replace renamed",
      "delete-replaced renamed",
    ]);
    const [rule, ...more] = await rulesOf((await stateOf("group")).id ?? "");
    assert.deepEqual([rule?.ReferencedGroupInfo?.GroupId, more], [(await stateOf("other")).id, []]);
  });

  it("another region: everything is made there, and is gone here", async () => {
    configure({ "rules:found": undefined });
    succeeded(await engine.up("dev"));
    const there = new ec2.EC2Client({
      endpoint: await bench().aws(),
      ...{ region: "us-west-2", credentials: { accessKeyId: "test", secretAccessKey: "test" } },
    });
    configure({ "aws:region": "us-west-2", "rules:vpc": await makeVpc(there) });
    const up = succeeded(await engine.up("dev"));
    assert.equal(up.changes["replace"], 3, JSON.stringify(up.changes));
    const { id = "", outputs } = await stateOf("group");
    assert.equal(outputs?.["region"], "us-west-2");
    assert.equal((await groupsNamed("rules", there))[0]?.GroupId, id);
    assert.equal((await rulesOf(id, there)).length, 1);
    assert.deepEqual(await groupsNamed("rules", here), []);
    succeeded(await engine.destroy("dev"));
    assert.deepEqual(await groupsNamed("rules", there), []);
  });

  it("groups and rules that exist are taken into another stack's state by `palisade import`, and nothing is made anew", async () => {
    const vpc = await makeVpc(here);
    const make = (GroupName: string, Description: string) =>
      here.send(new ec2.CreateSecurityGroupCommand({ GroupName, Description, VpcId: vpc }));
    const { GroupId = "" } = await make("rules", "a group");
    await make("other", "another group");
    const IpRanges = [{ CidrIp: "10.0.0.0/8", Description: "a rule" }];
    const IpPermissions = [{ IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, IpRanges }];
    await here.send(new ec2.AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
    const groups = async () =>
      (await here.send(new ec2.DescribeSecurityGroupsCommand({}))).SecurityGroups?.filter(
        ({ VpcId }) => VpcId === vpc,
      );
    const before = [await groups(), await rulesOf(GroupId)];
    await engine.init("taken");
    const own = { "aws:region": "us-east-1", "rules:vpc": vpc, "rules:owners": owners };
    writeFileSync(join(engine.project, "Pulumi.taken.yaml"), dump({ config: own }));
    refused(await engine.up("taken"), /InvalidGroup\.Duplicate/);
    const answers = ["SecurityGroups", "SecurityGroupRules"].map((list, n) => {
      const file = join(engine.work, `${list}.json`);
      writeFileSync(file, JSON.stringify({ [list]: before[n] }));
      return ["--aws", file];
    });
    const file = join(engine.work, "taken.json");
    const where = ["--stack", "taken", "--cwd", engine.project, "--resources", file, ...answers.flat()];
    const said = await run(process.execPath, [join(root, "bin", "palisade.js"), "import", ...where]);
    assert.equal(said.code, 0, said.stderr);
    const how = ["--protect=false", "--generate-code=false", "--yes", "--stack", "taken"];
    const taken = await engine.pulumi(["import", "--file", file, ...how]);
    assert.equal(taken.code, 0, taken.stdout + taken.stderr);
    const ids = (given: readonly object[] | undefined) =>
      JSON.stringify(given).match(/"(sgr?-[0-9a-f]+)"/g) ?? [];
    const up = succeeded(await engine.up("taken"));
    assert.deepEqual(Object.keys(up.changes).sort(), ["same", "update"], JSON.stringify(up.changes));
    assert.deepEqual([ids(await groups()), ids(await rulesOf(GroupId))], before.map(ids));
    assert.deepEqual(Object.keys(succeeded(await engine.up("taken")).changes), ["same"]);
  });
});
