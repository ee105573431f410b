import { strict as assert } from "node:assert";
import { type GetPods, run } from "../../cli/restarts";

const ROOT = `${__dirname}/../..`;

/** What the command prints and how it exits, for pods that the clusters answer. */
async function restarts(
  stack: string,
  getPods: GetPods,
): Promise<{ readonly code: number; readonly text: string }> {
  let text = "";
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (part: unknown) => ((text += String(part)), true);
  try {
    return { code: await run({ stack, cwd: ROOT }, getPods), text };
  } finally {
    process.stdout.write = write;
  }
}

const pod = (
  name: string,
  labels: Record<string, string>,
  annotations?: Record<string, string>,
  phase = "Running",
) => ({
  metadata: { namespace: "fineract-uat", name, labels, ...(annotations && { annotations }) },
  status: { phase },
});

const ENI = { "vpc.amazonaws.com/pod-eni": "[]" };

describe("palisade restarts", () => {
  it("names the running pods that have no group yet, and no others", async () => {
    const { code, text } = await restarts("uat", () => ({
      items: [
        pod("keycloak-0", { app: "keycloak" }),
        pod("keycloak-1", { app: "keycloak" }, ENI),
        pod("read-1", { app: "fineract", instance: "read" }),
        pod("done", { app: "keycloak" }, undefined, "Succeeded"),
        pod("proxy", { app: "oauth2-proxy" }),
      ],
    }));
    assert.equal(code, 1);
    assert.match(text, /^eks-uat: 2 running pods have no security group of their own yet/);
    assert.deepEqual(text.match(/^ {2}\S+$/gm), ["  fineract-uat/keycloak-0", "  fineract-uat/read-1"]);
  });

  it("says that on is safe where every pod has its group, and asks for the word to write", async () => {
    const { code, text } = await restarts("uat", () => ({
      items: [pod("keycloak-1", { app: "keycloak" }, ENI)],
    }));
    assert.equal(code, 0);
    assert.match(text, /podSecurityGroups may be on; write podsRestarted/);
  });

  it("is undecided where a cluster doesn't answer: unknown never passes", async () => {
    const failing = () => {
      throw new Error("connection refused");
    };
    assert.equal((await restarts("uat", failing)).code, 3);
  });

  it("has nothing to ask where no pods get groups", async () => {
    const { code, text } = await restarts("dev", () => assert.fail());
    assert.deepEqual([code, text], [0, "No pods of this stack get security groups of their own.\n"]);
  });
});
