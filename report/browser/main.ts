// Tests: test/report/browser.test.ts
/** The page's script: draws what its data blocks hold. */
import type { PageData } from "../pageData";
import { asking } from "./asking";
import { access, controls, exemptions, isolation, quotas } from "./audit";
import { kindOf, make, one, partsOf, section } from "./dom";
import { changes, connections, declared, findings, warnings } from "./lists";
import { map } from "./map";
import { matrix } from "./matrix";
import { blockText, PageWorld } from "./world";

async function start(): Promise<void> {
  const data = JSON.parse(await blockText("data")) as PageData;
  const { heading } = data;
  one("h1").textContent = heading.title;
  const [first = "", ...others] = heading.sentences;
  one("#sentences").append(
    heading.verdict === undefined ? make("li", {}, first) : judged(first, heading),
    ...others.map((text) => make("li", {}, text)),
    ...(heading.asOf === undefined ? [] : [make("li", { class: "soft" }, `As of ${heading.asOf}.`)]),
  );
  data.clusters.forEach((cluster, index) => {
    showCluster(cluster, index, data);
  });
  const { findings: found, exemptions: accepted, controls: asked } = heading;
  if (found.length + accepted.length + asked.length > 0) partsOf(data.clusters.length > 1 ? "All" : "");
  if (found.length > 0) section("findings", "Findings", "", findings(heading));
  if (accepted.length > 0)
    section("exemptions", "Exemptions", "", exemptions(heading, new Date().toISOString().slice(0, 10)));
  if (asked.length > 0) section("controls", "Evidence for auditors", "", ...controls(heading));
  keepClearOfNavigation();
  document.documentElement.dataset["ready"] = "true";
}

/** The verdict's sentence, in its colour, with the way to what was found. */
function judged(sentence: string, { verdict = "", findings: found }: PageData["heading"]): HTMLElement {
  const way = found.length === 0 ? [] : [" ", make("a", { href: "#findings" }, "See the findings")];
  return make("li", {}, make("strong", { class: kindOf(verdict) }, sentence), ...way);
}

/** The list of parts stays in view: what a link leads to, or has the focus, stands below it. */
function keepClearOfNavigation(): void {
  const nav = one("nav");
  new ResizeObserver(() => {
    document.documentElement.style.scrollPaddingTop = `${nav.offsetHeight + 8}px`;
  }).observe(nav);
}

function showCluster(cluster: PageData["clusters"][number], index: number, { heading }: PageData): void {
  const of = cluster.cluster === "" ? "" : ` of ${cluster.cluster}`;
  const prefix = `c${index}-`;
  partsOf(cluster.cluster);
  const add = (id: string, title: string, ...children: readonly Node[]): void => {
    section(`${prefix}${id}`, title, cluster.cluster, ...children);
  };
  const world = cluster.isGone ? undefined : new PageWorld(`world-${index}`);
  const what = cluster.isGone ? "who reached whom; this cluster is gone" : "who reaches whom";
  const ask = world === undefined ? undefined : asking(cluster.picture, world, prefix);
  add("map", "Map", ...map(cluster.picture, world, prefix, `Map${of}: ${what}`, ask?.onAsk));
  if (heading.change !== undefined)
    add("change", "Change", ...changes(cluster, heading, `What changed${of}`));
  if (ask === undefined) return;
  add("ask", "Ask", ...ask.nodes);
  if (cluster.flows.length > 0)
    add("declared", "Declared flows", declared(cluster, `List of declared flows${of}`));
  add("matrix", "Matrix", ...matrix(cluster.picture, `Who reaches whom${of}, as a matrix`));
  add("isolation", "Isolation", ...isolation(cluster, `What isolates what${of}`));
  if (cluster.access.length > 0)
    add("access", "Databases and buckets", access(cluster, `Ways to databases and buckets${of}`));
  if (cluster.quotas.length > 0) add("quotas", "Quotas", quotas(cluster, `How full quotas are${of}`));
  add("relation", "Connections", ...connections(cluster.picture, `List of connections${of}`));
  if (cluster.warnings.length > 0) add("warnings", "Warnings", warnings(cluster));
}

void start();
