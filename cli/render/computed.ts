// Tests: test/cli/render.test.ts
import type { Computed, ReportedApplication } from "../report";
import { hanging, paint, plural, printable, type Style } from "./text";

/** Of more connections that nobody declares, only so many are listed without --verbose. */
const LISTED = 8;

type Proof = Extract<Computed, { kind: "proof" }>;

const isClosed = ({ verdict }: Proof["flows"][number]) => verdict === "blocked";
const isUnknown = ({ verdict }: Proof["flows"][number]) => verdict === "unknown";

/** How what is open compares with what is declared, in a few words and a colour. */
export function comparison(application: ReportedApplication): string {
  const { declared, computed, state } = compared(application);
  const rest = {
    none: paint.dim,
    exact: paint.dim,
    refused: paint.magenta,
    differs: paint.red,
    open: paint.yellow,
  };
  return `${paint.dim(declared)}${rest[state](computed)}`;
}

/** The same as data: what is declared, what is computed of it, and how it ends. */
export function compared({ flows, stage, computed }: ReportedApplication): {
  readonly declared: string;
  readonly computed: string;
  readonly state: "none" | "exact" | "refused" | "differs" | "open";
} {
  const declared = plural(flows.length, "declared flow");
  if (computed === undefined) return { declared, computed: "", state: "none" };
  if (computed.kind === "refused")
    return { declared: `${declared}, `, computed: "not computed", state: "refused" };
  const closed = computed.flows.filter(isClosed).length;
  const unknown = computed.flows.filter(isUnknown).length;
  const more = computed.undeclared.filter(({ certain }) => certain).length;
  const perhaps = computed.undeclared.length - more;
  const theirs = computed.flows.filter((flow) => flow.theirs).length;
  const head = `${declared}, computed: `;
  if (closed + unknown + more + perhaps === 0 && computed.lenient === undefined) {
    const condition =
      theirs === 0
        ? ""
        : `, ${theirs} if other owners' security groups let ${theirs === 1 ? "it" : "them"} through`;
    return { declared: head, computed: `exactly these are open${condition}`, state: "exact" };
  }
  const facts = [
    ...(closed > 0 ? [`${closed} not open`] : []),
    ...(unknown > 0 ? [`${unknown} not yet known`] : []),
    ...(more > 0 ? ["more is open"] : []),
    ...(perhaps > 0 ? ["more may be open"] : []),
    ...(computed.lenient === undefined ? [] : [NOT_PROVEN[computed.lenient](stage)]),
  ];
  return { declared: head, computed: facts.join(", "), state: computed.faults > 0 ? "differs" : "open" };
}

/** Where what is open differs from what is declared, what opens it and what to do; one item each. */
export function renderComputed({ computed }: ReportedApplication, style: Style): string[] {
  if (computed === undefined) return [];
  if (computed.kind === "refused") return section("Not computed", computed.problems, style);
  const { flows, undeclared, lenient } = computed;
  const missing = flows.filter((flow) => isClosed(flow) || isUnknown(flow)).map(missingText);
  const more = undeclared.map(undeclaredText);
  const listed = style.verbose ? more : more.slice(0, LISTED);
  const left = more.length - listed.length;
  const items = [...missing, ...listed];
  const theirs = flows.filter((flow) => flow.theirs).length;
  return [
    ...(items.length === 0
      ? []
      : section(
          "Open otherwise than declared",
          [
            ...(lenient === undefined ? [] : [LENIENT[lenient]]),
            ...items,
            ...(left > 0 ? [`${left} more: --verbose lists them`] : []),
            ...(computed.faults > 0
              ? ["Declare what is meant in the application; remove or narrow what isn't."]
              : []),
          ],
          style,
        )),
    ...(style.verbose && theirs > 0
      ? section(
          "Groups of other owners",
          [
            `${plural(theirs, "flow")} also depend${theirs === 1 ? "s" : ""} on security groups that exist already, which the plan doesn't hold: palisade reach --aws FILE reads them`,
          ],
          style,
        )
      : []),
  ];
}

const NOT_PROVEN = {
  observed: (stage: string) => `not proven (stage ${stage})`,
  adopted: () => "not proven (adopted namespace)",
} as const;

const LENIENT = {
  observed: "The stage blocks nothing yet, so this doesn't count.",
  adopted: "The namespace was there before and may hold others' policies, so this doesn't count.",
} as const;

function missingText({ from, to, missing, verdict, byPolicies }: Proof["flows"][number]): string {
  const what = `${from} → ${to} ${missing.join(" ")}`;
  if (verdict === "unknown") return `${what}: declared, and not yet known whether open`;
  const by =
    byPolicies === "blocked"
      ? "a NetworkPolicy is missing or narrower"
      : "a security group's rule is missing";
  return `${what}: declared and not open: ${by}`;
}

function undeclaredText({
  from,
  to,
  ports,
  certain,
  by,
  observed,
  half,
}: Proof["undeclared"][number]): string {
  const what = `${from.join(", ")} → ${to.join(", ")} ${ports.join(" ")}`;
  const cause = by.length === 0 ? "" : ` (by ${by.slice(0, 4).join(", ")}${by.length > 4 ? ", …" : ""})`;
  const open = half
    ? `let through by one side${cause}, which the other closes`
    : `${certain ? "open" : "perhaps open"}${cause}`;
  return `${what}: ${open}, and nobody declares it${observed ? ", while it is only observed" : ""}`;
}

const section = (title: string, items: readonly string[], style: Style): string[] =>
  items.length === 0
    ? []
    : ["", `  ${paint.dim(title)}`, ...items.flatMap((item) => hanging(printable(item), style))];
