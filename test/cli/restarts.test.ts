import { strict as assert } from "node:assert";
import { type GetPods, type PodObject, run } from "../../cli/restarts";
import { captured } from "../captured";

const ROOT = `${__dirname}/../..`;

/** What the command prints and how it exits, for pods that the clusters answer. */
async function restarts(
  stack: string,
  getPods: GetPods,
): Promise<{ readonly code: number; readonly text: string }> {
  const { code, stdout } = await captured(() => run({ stack, cwd: ROOT }, getPods));
  return { code, text: stdout };
}

const pod = (
  name: string,
  labels: Record<string, string>,
  annotations?: Record<string, string>,
  phase = "Running",
  namespace = "fineract-uat",
): PodObject => ({
  metadata: { namespace, name, labels, ...(annotations && { annotations }) },
  status: { phase },
});

const ENI = { "vpc.amazonaws.com/pod-eni": "[]" };

const answer =
  (...pods: readonly PodObject[]): GetPods =>
  () =>
    Promise.resolve(pods);

describe("palisade restarts", () => {
  it("names the running pods that have no group yet, and no others", async () => {
    const pods = answer(
      pod("keycloak-0", { app: "keycloak" }),
      pod("keycloak-1", { app: "keycloak" }, ENI),
      pod("read-1", { app: "fineract", instance: "read" }),
      pod("done", { app: "keycloak" }, undefined, "Succeeded"),
      pod("proxy", { app: "oauth2-proxy" }),
    );
    assert.deepEqual(await restarts("uat", pods), {
      code: 1,
      text: `eks-uat: 2 running pods without the security group that the plan has for them; restart them (kubectl rollout restart):
  fineract-uat/keycloak-0
  fineract-uat/read-1
`,
    });
  });

  it("names the pods that hold a group that goes, because their workload has no flow to AWS any more", async () => {
    const pods = answer(
      pod("keycloak-1", { app: "keycloak" }, ENI),
      pod("proxy", { app: "oauth2-proxy" }, ENI),
      pod("job", { app: "oauth2-proxy" }, ENI, "Succeeded"),
    );
    assert.deepEqual(await restarts("uat", pods), {
      code: 1,
      text: `eks-uat: 1 running pod holding security groups that the plan no longer has for them, and AWS doesn't delete a group that is held; when the update has deleted their SecurityGroupPolicies, restart them, wait a minute, and update again (kubectl rollout restart):
  fineract-uat/proxy
`,
    });
  });

  it("names every pod that still holds a group where none is given, and says that none does", async () => {
    const held = answer(pod("keycloak-0", { app: "keycloak" }, ENI, "Running", "fineract-dev"));
    const { code, text } = await restarts("dev", held);
    assert.deepEqual([code, text.split("\n")[1]], [1, "  fineract-dev/keycloak-0"]);
    assert.deepEqual(await restarts("dev", answer()), {
      code: 0,
      text: "eks-dev: no running pod holds a security group of its own.\n",
    });
  });

  it("says that on is safe where every pod has its group, and asks for the word to write", async () => {
    const { code, text } = await restarts("uat", answer(pod("keycloak-1", { app: "keycloak" }, ENI)));
    assert.equal(code, 0);
    assert.match(text, /podSecurityGroups can be turned on: write podsRestarted/);
  });

  it("is undecided where a cluster doesn't answer: unknown never passes", async () => {
    assert.equal((await restarts("uat", () => Promise.reject(new Error("connection refused")))).code, 3);
  });
});
