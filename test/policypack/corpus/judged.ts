import { judgedManifests } from "../../../cli/check";
import type { Profile } from "../../../policypack/index";
import type { Shape } from "./build";

/** What `palisade check` says of a shape under a profile: its mandatory findings and what it couldn't decide, as `policy object`, sorted. */
export async function judged(
  { objects }: Shape,
  profile: Profile,
): Promise<{ readonly mandatory: readonly string[]; readonly undecided: readonly string[] }> {
  const bytes = Buffer.from(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  const { findings } = await judgedManifests(["shape.json"], { profile }, [{ name: "shape.json", bytes }]);
  const texts = (wanted: (one: (typeof findings)[number]) => boolean) =>
    [
      ...new Set(
        findings.filter(wanted).map(({ policy, object }) => `${policy.name} ${object?.name ?? "-"}`),
      ),
    ].sort();
  return {
    mandatory: texts(({ level }) => level === "mandatory"),
    undecided: texts(({ undecided }) => undecided),
  };
}
