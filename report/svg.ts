// Tests: test/report/svg.test.ts
import { namespaceName } from "./boxes";
import type { Picture, PictureEdge, PictureGroup, PictureNode } from "./picture";
import { labelOfChange } from "./pictureOf";
import { isData, lineClass, pathOf, shortened } from "./shapes";

/** One map of a drawing; the title stands above it. */
export interface TitledPicture {
  readonly title: string;
  readonly picture: Picture;
}

/**
 * Maps below each other as one SVG file, for a README or a pull request's comment: light or dark as its reader's system is, its texts
 * as texts, nothing loaded from elsewhere.
 * @param notes said below the maps.
 */
export function svgOf(
  description: string,
  pictures: readonly TitledPicture[],
  notes: readonly string[] = [],
): string {
  const parts: string[] = [];
  let [top, width] = [MARGIN, LEAST_WIDTH];
  for (const { title, picture } of pictures) {
    if (title !== "") {
      parts.push(text("title", MARGIN, top + 14, title));
      top += TITLE;
    }
    parts.push(`<g transform="translate(${MARGIN} ${top})">${drawn(picture)}</g>\n`);
    top += picture.height + MARGIN;
    width = Math.max(width, picture.width + 2 * MARGIN);
  }
  for (const note of notes) {
    parts.push(text("note", MARGIN, top + 10, note));
    top += LINE;
    width = Math.max(width, Math.min(1600, note.length * 6.8 + 2 * MARGIN));
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(top)}" width="${Math.ceil(width)}" height="${Math.ceil(top)}" role="img">\n`,
    `<title>${escaped(description)}</title>\n<style>${STYLE}</style>\n`,
    `<defs>${Object.keys(ARROWS).map(arrow).join("")}</defs>\n`,
    '<rect class="ground" width="100%" height="100%"/>\n',
    ...parts,
    "</svg>\n",
  ].join("");
}

const [MARGIN, TITLE, LINE, LEAST_WIDTH] = [12, 30, 20, 320];

function drawn({ groups, edges, nodes }: Picture): string {
  const visible = edges.filter(({ free }) => !free);
  return [...groups.map(frame), ...visible.map(line), ...nodes.map(box), ...visible.map(label)].join("\n");
}

const frame = ({ namespace, x, y, width, height }: PictureGroup): string =>
  `<rect class="frame" x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="10"/>` +
  text(
    "frame-name",
    x - width / 2 + 14,
    y - height / 2 + 24,
    shortened(namespaceName(namespace), width - 16),
  );

function box({ x, y, width, height, label: name, text: whole, outside, kind }: PictureNode): string {
  const round = isData(kind) ? height / 2 : 6;
  return (
    `<g><title>${escaped(whole)}</title>` +
    `<rect class="box${outside ? " outside" : ""}" x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="${round}"/>` +
    `${text("name", x, y, shortened(name, width))}</g>`
  );
}

function line(edge: PictureEdge): string {
  const name = lineClass(edge);
  const title =
    edge.change === undefined
      ? edge.ports
      : `${labelOfChange(edge.change)}: ${edge.change.because.join("; ")}`;
  return `<path class="line ${name}" d="${pathOf(edge.points)}" marker-end="url(#${name})"><title>${escaped(title)}</title></path>`;
}

function label({ change, label: at }: PictureEdge): string {
  if (change === undefined || at === undefined) return "";
  return text(`label of-${change.kind}`, at[0], at[1], labelOfChange(change));
}

const text = (name: string, x: number, y: number, content: string): string =>
  `<text class="${name}" x="${Math.round(x)}" y="${Math.round(y)}">${escaped(content)}</text>`;

/** Text for XML: no markup, and no character that a document mustn't hold. */
const escaped = (content: string): string =>
  content
    // eslint-disable-next-line no-control-regex -- these are what XML refuses
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** The kinds of lines, with their colours in light and dark. */
const ARROWS = {
  open: ["#5b6472", "#98a3b5"],
  unknown: ["#8a4b00", "#f0b35a"],
  undeclared: ["#a8201a", "#ff8f87"],
  gained: ["#1b6e3c", "#6fd196"],
  lost: ["#a8201a", "#ff8f87"],
  changed: ["#0b57b7", "#7db4ff"],
} as const;

const arrow = (name: string): string =>
  `<marker id="${name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="arrow ${name}" d="M0 0L10 5L0 10z"/></marker>`;

const coloured = (shade: 0 | 1): string =>
  Object.entries(ARROWS)
    .map(
      ([name, colours]) =>
        `.line.${name}{stroke:${colours[shade]}}.arrow.${name},.of-${name}{fill:${colours[shade]}}`,
    )
    .join("");

const STYLE = [
  "text{font:13px system-ui,-apple-system,'Segoe UI',sans-serif}",
  ".ground{fill:#fff}.title{font-size:16px;font-weight:600;fill:#1a1d23}.note{font-size:12px;fill:#555c69}",
  ".frame{fill:#f5f6f8;stroke:#c9cfd8;stroke-width:1.5}.frame-name{font-weight:600;fill:#555c69}",
  ".box{fill:#fff;stroke:#8a93a3;stroke-width:1.2}.box.outside{stroke-dasharray:5 3}",
  ".name,.label{text-anchor:middle;dominant-baseline:central;fill:#1a1d23}.label{font-size:12px;font-weight:600}",
  ".line{fill:none;stroke-width:1.5}.line.unknown,.line.lost{stroke-dasharray:6 4}.line.undeclared,.line.gained,.line.lost,.line.changed{stroke-width:2.2}",
  ".arrow{stroke:none}",
  coloured(0),
  "@media (prefers-color-scheme:dark){.ground{fill:#14171c}.title,.name,.label{fill:#e8eaee}.note,.frame-name{fill:#a9b1bf}",
  ".frame{fill:#1d2128;stroke:#3a414d}.box{fill:#232832;stroke:#7d8797}",
  `${coloured(1)}}`,
].join("");
