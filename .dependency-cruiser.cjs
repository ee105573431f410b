/**
 * What lint by file can't see (`npm run lint`): circles between files, and imports past a folder's face. A face is the folder's index.ts;
 * its paragraph says what the folder is, what goes in and what comes out. Who may import whom at all stands in eslint.config.mjs.
 */

/** Folders that are entered through their face alone; test/, bench/, bin/ and scripts/ may go deep. */
const FACES = [
  "adopt",
  "records",
  "observe",
  "net",
  "data",
  "problems",
  "yaml",
  "declared",
  "flows",
  "compile",
  "components",
  "components/aws",
  "config",
  "library",
  "library/plugin",
  "proof",
  "report",
  "reachability/read",
  "reachability/compute",
  "reachability/answer",
  "policypack",
  "policypack/values",
  "policypack/facts",
  "policypack/judgment",
  "policypack/invariants",
  "policypack/admission",
  "policypack/server",
  "engine",
  "engine/child",
  "engine/functions",
  "engine/project",
  "engine/monitor",
  "engine/pack",
  "engine/judges",
  "engine/program",
  "kube",
  "verify",
];

/** Faces beside their parent's, which therefore needn't load what is behind them. */
const BESIDE = [
  "reachability/answer/explain",
  "reachability/answer/departures",
  "reachability/answer/diff",
  "reachability/answer/formats",
  "compile/networkPolicy",
  "compile/aws",
  "components/aws",
  "engine/record",
  "policypack/admission",
];

module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Two files that need each other's types or functions are one file, or need a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...FACES.map((folder) => ({
      name: `face-of-${folder}`,
      comment: `From outside, import ${folder}/ by its index.ts; export there what is missing.`,
      severity: "error",
      from: { pathNot: [`^${folder}/`, "^(test|bench|bin|scripts)/"] },
      to: {
        path: `^${folder}/`,
        pathNot: [folder, ...BESIDE.filter((beside) => beside.startsWith(`${folder}/`))].map(
          (face) => `^${face}/index\\.ts$`,
        ),
      },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "^(node_modules|policypack/dist)/" },
    exclude: { path: "^(node_modules|policypack/dist|dist|test/fixtures)/" },
  },
};
