import { strict as assert } from "node:assert";
import * as ec2 from "@aws-sdk/client-ec2";
import { readDescribed } from "../../../reachability/read/describedGroups";
import { bench } from "../bench/bench";
import { startPolicyControllers } from "../bench/policyController";
import { inOrder } from "../machine/inOrder";
import { cellText, observe } from "../matrix/cells";
import { compare, type Expectation } from "../matrix/compare";
import type { Prediction, PredictedEnd } from "../matrix/prediction";
import { ec2Client } from "../systems/account";
import { readGroups } from "../systems/groups/account";
import { enforceGroups, type Placing } from "../systems/groups/enforcer";
import { asEksMakesIt, makeDatabases, makeStsEndpoint, vpcOf, type Vpc } from "../systems/groups/vpc";
import { succeeded } from "../systems/outcomes";
import { SystemStage, type SystemEnd } from "../systems/stage";
import { Stacks } from "../systems/stacks";
import { fineractIn } from "../systems/system";

/** Pods get groups of their own in uat (beside the nodes', while they restart) and in prod (theirs alone). */
const vpcs = [
  {
    stack: "uat",
    index: 11,
    databases: { fineract: "fineract-uat", keycloak: "keycloak-uat" },
    exist: false,
  },
  {
    stack: "prod",
    index: 12,
    databases: { fineract: "fineract-prod", keycloak: "keycloak-prod" },
    exist: true,
  },
] as const;

/** What flows use, and some that no flow does. */
const ports: ReadonlySet<number> = new Set([22, 53, 443, 5432, 6379, 7800, 8080, 9121]);

/** Hosts that no group of a VPC's judges as a source, and the agent, which is on the node. */
const never = { source: new Set(["database-a", "database-b", "sts", "metadata"]), at: "identity-agent" };

for (const { stack, index, databases, exist } of vpcs)
  describe(`groups: the security groups of Fineract in ${stack}, by packets`, () => {
    // Each step starts from what the one before has made.
    inOrder();
    let stacks: Stacks;
    let stage: SystemStage;
    let vpc: Vpc;
    let placing: Placing;
    let endpoint: string;

    before(
      "what `pulumi up` makes, and pods, databases and an endpoint that listen on every port",
      async () => {
        endpoint = await bench().aws();
        stacks = await Stacks.layOut(bench(), `groups-${stack}`, [stack], {
          clusters: "pods",
          only: "fineract",
          index,
        });
        const [cluster] = stacks.clusters;
        assert.ok(cluster);
        vpc = vpcOf(stacks, stack);
        await asEksMakesIt(endpoint, vpc);
        const sts = await makeStsEndpoint(endpoint, vpc);
        succeeded(await stacks.engine.up(stack, ["--policy-pack", stacks.pack]));
        if (exist) await makeDatabases(endpoint, vpc, await stacks.engine.state(stack), databases);
        stage = await SystemStage.build(bench(), cluster, fineractIn(stack));
        const guarded = { "database-a": databases.fineract, "database-b": databases.keycloak, sts };
        placing = { guarded, nodeGroup: vpc.nodeGroup };
      },
    );

    after(() => stacks.stop());

    const cells = () =>
      stage
        .cells()
        .filter(
          ({ from, to, port }) =>
            ports.has(port) && !never.source.has(from.name) && from.name !== never.at && to.name !== never.at,
        );

    const known = ({ name, known: end }: SystemEnd): PredictedEnd => {
      const guarded = placing.guarded[name];
      return guarded === undefined ? end : { guarded };
    };

    const expected = (prediction: Prediction): readonly Expectation[] =>
      cells().map((cell) => ({
        cell,
        expected: prediction.verdict(known(cell.from), known(cell.to), cell.protocol, cell.port),
      }));

    /** The account as it is now, enforced; and what the analyzer says of it. */
    async function enforce(policies: boolean): Promise<readonly Expectation[]> {
      const account = await readGroups(endpoint);
      const rules = await enforceGroups(stage, account, placing);
      assert.ok(rules > 50, `${rules} rules`);
      const described = readDescribed([{ file: "account", value: account.answers }]);
      const groups = { ...described, nodeGroups: [vpc.nodeGroup], externalSnat: true };
      return expected(await stage.predict({ groups, policies }));
    }

    /** Without the cells that no group judges. */
    const judged = (all: readonly Expectation[]) => all.filter(({ cell }) => cell.to.name !== "metadata");

    const rerun = `groups: the security groups of Fineract in ${stack}`;

    it("control: while nothing enforces groups, every probe to a listening port succeeds", async () => {
      const seen = await observe(bench().prober, cells());
      assert.deepEqual(seen.filter(({ observed }) => observed === "blocked").map(cellText), []);
      bench().count("control probes", seen.length);
    });

    it("the groups that were made do to packets what is predicted of them, in every cell", async () => {
      await compare(bench(), { layer: "groups", rerun }, judged(await enforce(false)));
    });

    it("instance metadata passes every group: NetworkPolicies alone keep pods from it", async () => {
      const asked = cells().filter(({ to, protocol }) => to.name === "metadata" && protocol === "tcp");
      const seen = await observe(bench().prober, asked);
      assert.deepEqual(seen.filter(({ observed }) => observed === "blocked").map(cellText), []);
    });

    it("a rule taken away by hand shows as the cells that it opened, and no others", async () => {
      const before = await enforce(false);
      const [database = ""] = (await readGroups(endpoint)).guarded.get(databases.fineract) ?? [];
      const client = ec2Client(endpoint);
      const Filters = [{ Name: "group-id", Values: [database] }];
      const { SecurityGroupRules = [] } = await client.send(
        new ec2.DescribeSecurityGroupRulesCommand({ Filters }),
      );
      const arriving = SecurityGroupRules.filter(({ IsEgress }) => IsEgress !== true);
      assert.ok(arriving.length > 0);
      const SecurityGroupRuleIds = arriving.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? "");
      await client.send(
        new ec2.RevokeSecurityGroupIngressCommand({ GroupId: database, SecurityGroupRuleIds }),
      );
      const after = await enforce(false);
      const changed = before.filter(({ expected }, i) => after[i]?.expected !== expected);
      assert.ok(changed.length > 0);
      assert.ok(changed.every(({ cell }) => cell.to.name === "database-a" && cell.port === 5432));
      await compare(bench(), { layer: "groups", rerun }, judged(after));
      // A rule that went behind the engine's back is made again when it is gone from the state.
      succeeded(await stacks.engine.refresh(stack));
      succeeded(await stacks.engine.up(stack));
      assert.deepEqual(
        (await enforce(false)).map((each) => each.expected),
        before.map((each) => each.expected),
      );
    });

    it("groups and NetworkPolicies together do what is predicted of both, in every cell", async () => {
      await startPolicyControllers(stage.cluster);
      await stage.policiesInForce();
      await compare(bench(), { layer: "groups and policies", rerun }, await enforce(true));
    });
  });
