// Tests: test/report/browser.test.ts
import type { Protocol } from "../../net";
import type { Picture } from "../picture";
import { answerNodes, type OnAsk } from "./details";
import { labelled, make } from "./dom";
import { Names } from "./names";
import type { PageAnswers } from "./ask";
import type { PageWorld } from "./world";

/** A form that answers any question as `palisade explain` does. */
export function asking(
  picture: Picture,
  world: PageWorld,
  prefix: string,
): { readonly nodes: readonly Node[]; readonly onAsk: OnAsk } {
  const names = new Names(picture);
  const typed = (id: string): string => (names.node(id).outside ? names.name(id) : id);
  const options = picture.nodes.map(({ id }) => make("option", { value: typed(id), label: names.name(id) }));
  const known = make("datalist", { id: `${prefix}ends` }, ...options);
  const end = (placeholder: string): HTMLInputElement =>
    make("input", { list: `${prefix}ends`, required: true, placeholder, autocomplete: "off" });
  const from = end("a name, or an address");
  const to = end("a name, a Service, an address");
  const port = make("input", { required: true, inputmode: "numeric", size: 6, value: "443" });
  const protocol = make("select", {}, ...["TCP", "UDP", "SCTP"].map((name) => make("option", {}, name)));
  const out = make("div", { role: "status", "aria-live": "polite" });
  const form = make(
    "form",
    { class: "bar" },
    labelled("From", from),
    labelled("To", to),
    labelled("Protocol", protocol),
    labelled("Port", port),
    make("button", {}, "Ask"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const number = Number(port.value);
    if (!Number.isInteger(number) || number < 1 || number > 65535) {
      out.replaceChildren(make("p", { class: "panel bad" }, "A port is a whole number from 1 to 65535."));
      return;
    }
    out.replaceChildren(make("p", { class: "panel" }, "Working it out…"));
    void world.get().then((asked) => {
      const sides = [from.value.trim(), to.value.trim()] as const;
      const ask = ([first, second]: readonly [string, string]): PageAnswers =>
        asked.ask(first, second, protocol.value as Protocol, number);
      const said = ask(sides);
      // What explain doesn't know, the map may: outside ends by what is declared there, and pods by the names of their boxes.
      const boxes = sides.map((name) => names.called(name));
      const [first = sides[0], second = sides[1]] = boxes.map((box) => box && names.asked(box.id));
      const answers = "problems" in said && boxes.some(Boolean) ? ask([first, second]) : said;
      const notes = boxes.flatMap((box) =>
        answers === said || box?.address === undefined
          ? []
          : [`${box.label}: asked about ${box.address}, one of its addresses.`],
      );
      out.replaceChildren(
        make(
          "div",
          { class: "panel" },
          ...notes.map((note) => make("p", { class: "soft" }, note)),
          ...answerNodes(answers),
        ),
      );
    });
  });
  const onAsk: OnAsk = (side, id) => {
    const [filled, other] = side === "from" ? [from, to] : [to, from];
    filled.value = typed(id);
    other.value = "";
    out.replaceChildren();
    form.closest("section")?.scrollIntoView();
    other.focus({ preventScroll: true });
  };
  return { nodes: [known, form, out], onAsk };
}
