// Bundles policypack/ into policypack/dist: index.js, the built JavaScript that Pulumi runs (decision 0001), and
// crossguard.js, the policies for a pack of one's own.
//
//   node scripts/build-policypack.mjs [--force]
//
// or, from a program: `import { buildPolicyPack } from ".../build-policypack.mjs"`.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PACK = join(ROOT, "policypack");
const BUNDLE = join(PACK, "dist", "index.js");
const POLICIES = join(PACK, "dist", "crossguard.js");
const STAMP = join(PACK, "dist", "inputs.json");

/** What the bundle leaves to the pack's own dependencies: the host must load the same copies. */
const EXTERNAL = ["@grpc/grpc-js", "@pulumi/pulumi", "google-protobuf"];

/**
 * Builds the pack unless it is fresh: as long as every file that went into the last bundle is as it was. Touching a
 * file costs one comparison of its content, changing or removing one a build.
 *
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<{ directory: string, bundle: string, built: boolean }>} the pack's folder, its entry file, and
 *   whether it had to be built.
 */
export async function buildPolicyPack({ force = false } = {}) {
  if (!force && isFresh()) return { directory: PACK, bundle: BUNDLE, built: false };
  // Loaded only now: checking that a bundle is fresh must not cost what esbuild does.
  const { build } = await import("esbuild");
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: "policypack/main.ts", out: "index" },
      { in: "policypack/crossguard.ts", out: "crossguard" },
    ],
    outdir: "policypack/dist",
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: EXTERNAL,
    legalComments: "eof",
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  mkdirSync(dirname(BUNDLE), { recursive: true });
  for (const { path, contents } of result.outputFiles) replaceFile(path, contents);
  replaceFile(POLICIES.replace(/js$/, "d.ts"), TYPES);
  const inputs = Object.keys(result.metafile.inputs).sort();
  replaceFile(
    STAMP,
    JSON.stringify(Object.fromEntries([...inputs, SELF].map((path) => [path, stateOf(path)]))),
  );
  return { directory: PACK, bundle: BUNDLE, built: true };
}

/** What crossguard.js exports, for TypeScript. */
const TYPES = `import type { Policies } from "@pulumi/policy";
/** Palisade's policies, for \`new PolicyPack("ours", { policies: [...policies(), ...own] })\`: first, and in their order. */
export declare function policies(now?: () => Date): Policies;
`;

const SELF = relative(ROOT, fileURLToPath(import.meta.url));

function isFresh() {
  if (![BUNDLE, POLICIES, STAMP].every((path) => existsSync(path))) return false;
  try {
    return Object.entries(JSON.parse(readFileSync(STAMP, "utf8"))).every(
      ([path, { size, modified, hash }]) => {
        const stat = statSync(join(ROOT, path), { throwIfNoEntry: false });
        if (stat === undefined || stat.size !== size) return false;
        return stat.mtimeMs === modified || hashOf(path) === hash;
      },
    );
  } catch {
    // A stamp that can't be read says nothing: build.
    return false;
  }
}

function stateOf(path) {
  const { size, mtimeMs } = statSync(join(ROOT, path));
  return { size, modified: mtimeMs, hash: hashOf(path) };
}

const hashOf = (path) =>
  createHash("sha256")
    .update(readFileSync(join(ROOT, path)))
    .digest("hex");

/** Whoever reads while another process builds sees the old file or the new one, never half of one. */
function replaceFile(path, content) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { bundle, built } = await buildPolicyPack({ force: process.argv.includes("--force") });
  console.log(`${relative(process.cwd(), bundle)} ${built ? "built" : "is fresh"}`);
}
