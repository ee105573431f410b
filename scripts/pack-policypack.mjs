// Makes the policy pack one folder, and a tarball of it, that work by themselves: built JavaScript, its own manifest,
// README and changelog, the SDK as its dependencies, and nothing of this repository.
//
//   npm run policypack:pack [-- OUT]      (default: dist/policypack)
//
// Then, in any empty directory: unpack it, `npm install --omit=dev`, `pulumi preview --policy-pack DIR`.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPolicyPack } from "./build-policypack.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * @param {string} out the folder to make anew; the tarball goes beside it.
 * @returns {Promise<{ folder: string, tarball: string }>}
 */
export async function packPolicyPack(out) {
  const { directory, bundle } = await buildPolicyPack();
  const { name, version, description, license, engines, main, dependencies } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  );
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, dirname(main)), { recursive: true });
  for (const built of [basename(bundle), "crossguard.js", "crossguard.d.ts"]) {
    cpSync(join(dirname(bundle), built), join(out, dirname(main), built));
  }
  for (const file of ["PulumiPolicy.yaml", "README.md", "CHANGELOG.md"]) {
    cpSync(join(directory, file), join(out, file));
  }
  for (const file of ["policies.md", "policies.schema.json"])
    cpSync(join(ROOT, "docs", file), join(out, file));
  cpSync(join(ROOT, "LICENSE"), join(out, "LICENSE"));
  const manifest = { name, version, description, license, engines, main, dependencies };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  const tarball = join(dirname(out), `${name}-${version}.tgz`);
  // The order, owners and times of the files are fixed, so that equal contents make an equal archive.
  const fixed = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"];
  const entries = ["--transform", "s,^\\.,package,", "-C", out, "."];
  execFileSync("tar", ["-czf", tarball, ...fixed, ...entries]);
  return { folder: out, tarball };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { folder, tarball } = await packPolicyPack(
    resolve(process.argv[2] ?? join(ROOT, "dist", "policypack")),
  );
  for (const path of [folder, tarball]) console.log(relative(process.cwd(), path));
}
