import js from "@eslint/js";
import tseslint from "typescript-eslint";

/**
 * Who may import whom (docs/decisions). A folder may import itself, what is listed, and packages that
 * `packages` admits; everything else of ours is an error. tests may import all.
 */
const folders = {
  net: { may: [], packages: ["node:net"] },
  data: { may: [], packages: [] },
  problems: { may: ["data"], packages: [] },
  yaml: { may: [], packages: ["js-yaml"] },
  kubernetes: { may: ["net", "data"], packages: [] },
  flows: { may: ["kubernetes", "net", "data", "problems"], packages: [] },
  // Never a compiler of policies or groups: from compile/ the shapes of the config, and what a CNI sees.
  declared: { may: ["compile", "flows", "kubernetes", "net", "problems"], packages: [] },
  proof: { may: ["declared", "reachability", "kubernetes", "net", "data", "problems"], packages: [] },
  applications: { may: ["flows"], packages: [] },
  compile: { may: ["flows", "kubernetes", "net", "data", "problems"], packages: ["node:crypto"] },
  config: {
    may: ["flows", "kubernetes", "net", "data", "compile", "applications", "problems"],
    packages: ["node:module", "yaml", "zod"],
  },
  components: {
    may: ["compile", "declared", "flows", "kube", "kubernetes", "net", "data", "problems"],
    packages: ["@pulumi/pulumi", "@pulumi/kubernetes", "@pulumi/aws"],
  },
  reachability: { may: ["kubernetes", "net", "data", "problems"], packages: [] },
  // Types of the config alone from compile/: what is proposed is compiled by whoever proves it.
  adopt: {
    may: ["compile", "flows", "reachability", "kubernetes", "net", "data", "problems", "yaml"],
    packages: [],
  },
  records: { may: ["kubernetes", "net", "data"], packages: ["node:net"] },
  observe: {
    may: ["declared", "proof", "records", "kubernetes", "net", "data"],
    packages: [],
  },
  report: {
    may: ["kubernetes", "net", "problems", "reachability"],
    packages: ["node:crypto", "node:fs", "node:path", "node:zlib", "elkjs", "esbuild"],
  },
  library: {
    may: ["compile", "components", "config", "declared", "flows", "net", "data", "problems"],
    packages: ["node:fs", "node:module", "node:net", "node:path", "@pulumi/pulumi", "@pulumi/kubernetes"],
  },
  policypack: {
    may: ["proof", "reachability", "kubernetes", "net", "data", "problems"],
    packages: ["@grpc/grpc-js", "@pulumi/policy", "@pulumi/pulumi", "google-protobuf", "zod"],
  },
  engine: { may: ["data", "problems", "yaml"], packages: null },
  kube: {
    may: ["data", "problems"],
    packages: [
      "node:child_process",
      "node:fs",
      "node:http",
      "node:https",
      "node:os",
      "node:path",
      "ws",
      "yaml",
    ],
  },
  verify: {
    may: [
      "flows",
      "kubernetes",
      "net",
      "data",
      "compile",
      "config",
      "reachability",
      "applications",
      "kube",
      "problems",
    ],
    packages: ["node:crypto"],
  },
  cli: { may: null, packages: null },
};

const escape = (text) => text.replaceAll(/[/.]/g, "\\$&");

/** The lint block of one folder: imports of our other folders and of packages that are not on its list. */
function boundary(folder, { may, packages }) {
  const patterns = [];
  if (may !== null) {
    const others = Object.keys(folders).filter((other) => other !== folder && !may.includes(other));
    patterns.push({
      regex: `^(\\.\\./)+(${others.join("|")})(/|$)`,
      message: `${folder}/ may import only ${[folder, ...may].join(", ")}.`,
    });
  }
  if (packages !== null) {
    const admitted = packages.map((name) => `${escape(name)}(/|$)`).join("|");
    patterns.push({
      regex: packages.length ? `^(?!\\.|(${admitted}))` : "^(?!\\.)",
      message: `${folder}/ may import only these packages: ${packages.join(", ") || "none"}.`,
    });
  }
  return {
    files: [`${folder}/**/*.ts`],
    rules: patterns.length
      ? {
          "no-restricted-imports": ["error", { patterns }],
          "no-restricted-syntax": [
            "error",
            {
              selector: "ImportExpression",
              message: "A pure folder imports statically, so lint sees every import.",
            },
          ],
        }
      : {},
  };
}

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "**/*.js", "**/*.mjs", "**/*.cjs", "test/fixtures/"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-require-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  ...Object.entries(folders).map(([folder, rule]) => boundary(folder, rule)),
  { files: ["cli/**/*.ts", "bin/**"], rules: { "no-console": "off" } },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-unused-expressions": "off" } },
);
