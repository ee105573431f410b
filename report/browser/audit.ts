// Tests: test/report/browser.test.ts
import type { Heading, Reported, ReportedSideIsolation } from "../pageData";
import { make, word } from "./dom";
import { type Cell, listOf } from "./table";
import { filtered } from "./lists";
import { Names } from "./names";

type Shown = Omit<Reported, "world">;

/** What isolates each end: those that nothing isolates first. */
export function isolation({ isolation: all, picture }: Shown, caption: string): readonly Node[] {
  const isOpen = ({ isolatedBy }: ReportedSideIsolation): boolean => isolatedBy.length === 0;
  const cell = (held: ReportedSideIsolation): Cell =>
    isOpen(held)
      ? () => make("span", {}, make("span", { class: "word bad" }, "nothing"), ...denials(held))
      : () => make("span", {}, held.isolatedBy.join(", "), ...denials(held));
  const denials = ({ deniedBy }: ReportedSideIsolation): readonly string[] =>
    deniedBy.length === 0 ? [] : [`; some is denied by ${deniedBy.join(", ")}`];
  const names = new Names(picture);
  const nameOf = (id: string): Cell =>
    names.shown(id) === id ? id : () => make("div", {}, names.shown(id), make("div", { class: "soft" }, id));
  const open = ({ ingress, egress }: Shown["isolation"][number]): number =>
    Number(isOpen(ingress)) + Number(isOpen(egress));
  const rows = [...all]
    .sort((a, b) => open(b) - open(a))
    .map((one) => {
      const guards = [one.ingress, one.egress].flatMap(({ isolatedBy, deniedBy }) => [
        ...isolatedBy,
        ...deniedBy,
      ]);
      return {
        text: [one.id, names.shown(one.id), ...guards, open(one) > 0 ? "nothing" : ""].join(" "),
        cells: [nameOf(one.id), cell(one.ingress), cell(one.egress)],
      };
    });
  const count = (side: "ingress" | "egress"): number => all.filter((one) => isOpen(one[side])).length;
  const sum =
    count("ingress") + count("egress") === 0
      ? []
      : [
          make(
            "p",
            {},
            `Of ${all.length} ends, nothing isolates ${count("ingress")} on ingress and ${count("egress")} on egress: there, only the other end's policies and those of tiers hold traffic back.`,
          ),
        ];
  const list = filtered(["End", "Ingress isolated by", "Egress isolated by"], rows, caption, "end");
  return [...sum, ...list];
}

/** How workloads get to databases and buckets. */
export const access = ({ access: all }: Shown, caption: string): HTMLElement =>
  listOf(
    ["To", "From", "NetworkPolicy", "Security groups", "Role"],
    all.map(({ to, from, policy, group, role }) => [to, from, policy, group, role]),
    caption,
  );

/** What quotas there are, the fullest first, each with a bar. */
export function quotas({ quotas: all }: Shown, caption: string): HTMLElement {
  const rows = [...all]
    .sort((a, b) => b.used / b.limit - a.used / a.limit)
    .map(({ what, used, limit, unit }): Cell[] => [
      what,
      () => {
        const part = used / limit;
        const kind = part > 1 ? "bad" : part > 0.8 ? "doubt" : "good";
        const bar = make("div", { class: `bar-fill ${kind}` });
        bar.style.width = `${Math.min(100, Math.max(1, part * 100))}%`;
        return make("div", { class: "quota", "aria-hidden": "true" }, bar);
      },
      `${used} of ${limit} ${unit}`,
    ]);
  return listOf(["What", "How full", "Used"], rows, caption);
}

/** What is accepted for a while. What has expired is said to have: nothing accepts it any more. */
export function exemptions({ exemptions: all }: Heading, today: string): HTMLElement {
  const rows = [...all]
    .sort((a, b) => (a.until < b.until ? -1 : 1))
    .map(({ kind, policy, of, until, reason, owner }): Cell[] => [
      kind,
      policy,
      of,
      () => make("span", {}, `${until} `, ...(until < today ? [word("expired")] : [])),
      reason,
      owner,
    ]);
  return listOf(["What", "Policy", "Of", "Last day", "Why", "Who answers"], rows, "List of exemptions");
}

/** Results in the order in which somebody wants to know of them. */
const RESULTS = ["fail", "undecided", "advice", "disabled", "nothing to judge", "pass"] as const;

/** Per control: the policies that contribute, what they judged and what they said; and each resource with those that judged it. */
export function controls({ controls: all, judged, asOf }: Heading): readonly Node[] {
  const resources = judged.map(({ name, kind, policies, found }) => ({
    text: [name, kind, ...policies].join(" "),
    cells: [name, kind, policies.join(", "), found.join(", ")],
  }));
  const rows = all.flatMap(({ control, title, policies }) =>
    policies.map(({ policy, result, judged, found }) => ({
      text: [control, title, policy, result, judged, ...found].join(" "),
      cells: [control, title, policy, () => word(result), judged, found.join(", ")],
    })),
  );
  const counts = RESULTS.flatMap((result) => {
    const count = all.flatMap(({ policies }) => policies.filter((one) => one.result === result)).length;
    return count === 0 ? [] : [make("li", {}, `${count} `, word(result))];
  });
  return [
    make(
      "p",
      {},
      `As of ${asOf ?? "files outside a repository"}. A policy contributes to a control; none fulfils it alone. "Pass" says that the policy judged the resources named and found nothing.`,
    ),
    make("ul", { class: "legend", "aria-label": "How many results of each kind" }, ...counts),
    ...filtered(
      ["Control", "What it asks", "Policy", "Result", "Judged", "Found at"],
      rows,
      "List of controls and the policies that contribute",
      "result",
    ),
    make("h3", {}, "Which resources"),
    make("p", {}, "Filter by a policy's name to see what it judged, or judged others by."),
    ...filtered(
      ["Resource", "Kind", "Policies that judged it", "Found by"],
      resources,
      "List of resources and the policies that judged them",
      "resource",
    ),
  ];
}
