import { strict as assert } from "node:assert";
import { faultsOf, type PlannedResource, prove } from "../../proof";
import { ATTACHMENT, planOnEks, RULES } from "./everyEnd";

const declaredOf = ({ outputs }: PlannedResource) => outputs["declared"] as object | undefined;

/** A rule of somebody's own on a group that the plan makes or names. */
const ruleBeside = (plan: readonly PlannedResource[], on: string, inputs: object): PlannedResource[] => {
  const like = plan.find(({ type, name }) => type === RULES.ingress && name.startsWith(on));
  assert.ok(like !== undefined, on);
  const { securityGroupId } = like.inputs;
  const from = like.propertyDependencies["securityGroupId"];
  return [
    ...plan,
    {
      ...like,
      urn: `${like.urn}-beside`,
      name: `${like.name}-beside`,
      inputs: { securityGroupId, ...inputs },
      propertyDependencies: from === undefined ? {} : { securityGroupId: from },
    },
  ];
};

const faults = (plan: readonly PlannedResource[]) =>
  prove("dev", plan).flatMap((proof) => {
    assert.ok(proof.kind === "proof", JSON.stringify(proof));
    const { undeclared, closed } = faultsOf(proof);
    return [
      ...undeclared.map(({ from, to, ports }) => `${from.join(", ")} → ${to.join(", ")} ${ports.join(" ")}`),
      ...closed.map(({ flow, missing }) => `${flow.id}: closed ${missing.join(" ")}`),
    ];
  });

const OPEN = { cidrIpv4: "203.0.113.7/32", ipProtocol: "tcp", fromPort: 4444, toPort: 4444 };

describe("the proof of security groups", () => {
  it("counts a group's opening for the application whose group it is, whichever is observed beside it", () => {
    const plan = ruleBeside(planOnEks("on"), "shop:db-main", OPEN);
    const expected = faults(plan);
    assert.deepEqual(expected, ["203.0.113.7/32 → security group of database main tcp/4444"]);
    // The other application comes first, and nothing of it is enforced.
    const observed = plan.map((one) =>
      one.name === "lab/bank" && declaredOf(one) !== undefined
        ? { ...one, outputs: { declared: { ...declaredOf(one), stage: "observe" } } }
        : one,
    );
    const first = observed.filter(({ name }) => name.startsWith("lab/bank"));
    assert.deepEqual(faults([...first, ...observed.filter((one) => !first.includes(one))]), expected);
  });

  it("a rule for ICMP opens no port, and is no difference", () => {
    assert.deepEqual(
      faults(
        ruleBeside(planOnEks("on"), "shop:db-main", {
          cidrIpv4: "10.0.0.0/8",
          ipProtocol: "icmp",
          fromPort: 8,
          toPort: 0,
        }),
      ),
      [],
    );
  });

  it("notices groups for whoever runs as any ServiceAccount, and for an account that nobody declares", () => {
    const plan = planOnEks("on");
    const like = plan.find(({ type }) => type === ATTACHMENT);
    assert.ok(like !== undefined);
    const { securityGroups } = (like.inputs as { spec: { securityGroups: object } }).spec;
    for (const serviceAccountSelector of [{}, { matchLabels: { team: "other" } }]) {
      const inputs = {
        ...like.inputs,
        metadata: { name: "theirs", namespace: "shop" },
        spec: { securityGroups, serviceAccountSelector },
      };
      const beside = { ...like, urn: `${like.urn}-theirs`, name: "theirs", inputs };
      const told = prove("dev", [...plan, beside]).some(
        (proof) =>
          proof.kind === "proof" &&
          proof.undeclared.some(({ by }) => by.includes("SecurityGroupPolicy shop/theirs")),
      );
      assert.ok(told, JSON.stringify(serviceAccountSelector));
    }
  });

  it("needs no rule for the Pod Identity agent, which is on the pod's own node", () => {
    const plan = planOnEks("on", { kind: "pod-identity" });
    assert.deepEqual(faults(plan), []);
  });
});
