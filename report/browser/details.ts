// Tests: test/report/browser.test.ts
import { isolationText } from "../isolations";
import type { PictureEdge, PictureNode } from "../picture";
import type { Isolation } from "../../reachability/answer";
import type { PageAnswers } from "./ask";
import { button, make, word } from "./dom";
import { current, type Names, portsShown, stateOf } from "./names";
import type { Picture } from "../picture";
import type { PageWorld } from "./world";

/** What the panel beside the map says of a line: ports, reasons, what a change does to it, and the rules that decide. */
export function lineDetails(edge: PictureEdge, names: Names, world: PageWorld | undefined): readonly Node[] {
  const { from, to, ports, because, change, declared, state } = edge;
  const evidence = make("div", { class: "evidence" }, make("p", { class: "soft" }, "Looking for the rules…"));
  if (state === "gone" || world === undefined) evidence.replaceChildren();
  else void evidenceOf(edge, names, world).then((nodes) => evidence.replaceChildren(...nodes));
  return [
    make("h3", {}, `${names.name(from)} → ${names.name(to)}`),
    make("p", {}, `${portsShown(ports)} `, word(stateOf(edge))),
    ...because.map((reason) => make("p", {}, make("strong", {}, "Declared: "), reason)),
    ...(declared === false ? [make("p", {}, "No declared flow covers all of these ports.")] : []),
    ...(change === undefined
      ? []
      : [
          make(
            "p",
            {},
            word(change.kind),
            ...(change.gained === "" ? [] : [` gained ${portsShown(change.gained)}`]),
            ...(change.lost === "" ? [] : [` lost ${portsShown(change.lost)}`]),
          ),
          ...change.because.map((reason) => make("p", {}, reason)),
        ]),
    evidence,
  ];
}

/** What `explain` says of one of a line's ports; of addresses, of the first. */
async function evidenceOf({ from, to, first }: PictureEdge, names: Names, world: PageWorld): Promise<Node[]> {
  const answers = (await world.get()).ask(names.asked(from), names.asked(to), first.protocol, first.port);
  const heading = make("h4", {}, `What decides, on ${first.protocol} ${first.port}`);
  return [heading, ...answerNodes(answers, !("problems" in answers) && answers.length === 1)];
}

/** Answers, or why there is none; `isSaid`: whether what is asked stands above them already. */
export function answerNodes(answers: PageAnswers, isSaid = false): Node[] {
  if ("problems" in answers) return answers.problems.map((text) => make("p", { class: "bad" }, text));
  return answers.flatMap(({ question, verdict, sentences, changes }) => [
    ...(isSaid ? [] : [make("p", {}, make("strong", {}, question), " ", word(verdict))]),
    make("ul", {}, ...sentences.map((text) => make("li", {}, text))),
    ...changes.flatMap(({ to, yaml }) => [
      make("p", {}, to),
      ...(yaml === ""
        ? []
        : [make("pre", { tabindex: 0, role: "region", "aria-label": "What to add" }, yaml)]),
    ]),
  ]);
}

/** Fills a side of the form that asks, and goes there. */
export type OnAsk = (side: "from" | "to", id: string) => void;

/** What the panel says of a box: who reaches it, whom it reaches, what isolates it. */
export function nodeDetails(
  node: PictureNode,
  picture: Picture,
  names: Names,
  world: PageWorld | undefined,
  onLine: (edge: PictureEdge) => void,
  onAsk: OnAsk | undefined,
): readonly Node[] {
  const mine = current(picture).filter(({ from, to }) => from === node.id || to === node.id);
  const isolation = make("div", {}, make("p", { class: "soft" }, "Looking…"));
  const isAnswered = world !== undefined && !node.outside;
  if (isAnswered) void isolationOf(node, world).then((nodes) => isolation.replaceChildren(...nodes));
  const list = (edges: readonly PictureEdge[], end: "from" | "to"): Node =>
    edges.length === 0
      ? make("p", {}, "Nobody in this map.")
      : make(
          "ul",
          { class: "flows" },
          ...edges.map((edge) =>
            make(
              "li",
              {},
              button(names.name(edge[end]), () => onLine(edge), { class: "plain" }),
              ` ${portsShown(edge.ports)} `,
              ...(stateOf(edge) === "open" ? [] : [word(stateOf(edge))]),
              ...(edge.because.length === 0
                ? []
                : [make("span", { class: "soft" }, ` — ${edge.because.join("; ")}`)]),
            ),
          ),
        );
  return [
    make("h3", {}, names.name(node.id)),
    make("p", { class: "soft" }, node.text),
    make("h4", {}, "Who reaches it"),
    list(
      mine.filter(({ to }) => to === node.id),
      "from",
    ),
    make("h4", {}, "Whom it reaches"),
    list(
      mine.filter(({ from }) => from === node.id),
      "to",
    ),
    ...(isAnswered ? [make("h4", {}, "What isolates it"), isolation] : []),
    ...(onAsk === undefined
      ? []
      : [
          make(
            "div",
            { class: "bar" },
            button("Ask what it reaches", () => onAsk("from", node.id)),
            button("Ask what reaches it", () => onAsk("to", node.id)),
          ),
        ]),
  ];
}

async function isolationOf({ id }: PictureNode, world: PageWorld): Promise<Node[]> {
  const found = (await world.get()).isolation(id);
  return (["ingress", "egress"] as const).map((side) => {
    const said =
      found === undefined
        ? "not known"
        : [
            namesOf(found[side].isolatedBy) || "nothing: no NetworkPolicy or security group here isolates it",
            ...(found[side].deniedBy.length === 0
              ? []
              : [`some is denied by ${namesOf(found[side].deniedBy)}`]),
          ].join("; ");
    return make("p", {}, make("strong", {}, `${side === "ingress" ? "Ingress" : "Egress"}: `), said);
  });
}

const namesOf = (found: readonly Isolation[]): string => found.map(isolationText).join(", ");
