import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "../../../cli/import";
import { captured } from "../../captured";

/** What an import of one file says: what is written as flows, the verdict, and what of objects of a kind can't be said. */
export async function imported(text: string, kind: string) {
  const folder = mkdtempSync(path.join(tmpdir(), "palisade-import-"));
  try {
    const file = path.join(folder, "input.yaml");
    writeFileSync(file, text);
    const { code, stdout } = await captured(() => run([file], { podCidr: ["10.42.0.0/16"], json: true }));
    const { verdict, applications, unexpressed, warnings } = JSON.parse(stdout) as Answer;
    return {
      code,
      verdict,
      warnings,
      flows: applications.flatMap(({ declaration }) =>
        declaration.flows.map(({ from, to, ports }) => `${ends(from)} → ${ends(to)}: ${ports.join(", ")}`),
      ),
      reasons: applications.flatMap(({ declaration }) => declaration.flows.map(({ because }) => because)),
      said: unexpressed
        .map((one) => one.text.replace(file, "FILE"))
        .filter((one) => one.includes(kind))
        .map((one) => one.replace(/^FILE:\d+: document \d+: /, "")),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Answer {
  readonly verdict: string;
  readonly applications: readonly {
    readonly declaration: {
      readonly flows: readonly {
        readonly from: End;
        readonly to: End;
        readonly ports: readonly string[];
        readonly because: string;
      }[];
    };
  }[];
  readonly unexpressed: readonly { readonly text: string }[];
  readonly warnings: readonly string[];
}

type End =
  | string
  | {
      readonly cidrs?: readonly string[];
      readonly application?: string;
      readonly workload?: string;
      readonly namespace?: string;
      readonly kind?: string;
    };

const ends = (end: End): string =>
  typeof end === "string"
    ? end
    : (end.cidrs?.join(", ") ??
      (end.workload === undefined
        ? (end.namespace ?? end.kind ?? "")
        : `${end.application ?? ""}/${end.workload}`));
