// Whether two revisions plan the same: a move of code must change no byte of a manifest, a group or a role.
//
//   node scripts/same-plans.mjs <before> [<after>] [--stack <name> …]
//
// Previews each stack (dev, uat and prod unless given) in both and compares the whole report: resources with their
// inputs, findings, outputs. <after> is the working tree unless given. The order in which a program registers varies from
// run to run, so resources are compared by URN. Exits 0 if all are the same, 1 if not, 2 if one can't be previewed.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const git = (...args) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { stack: { type: "string", multiple: true, default: ["dev", "uat", "prod"] } },
});
const [before, after] = positionals;
if (before === undefined || positionals.length > 2) {
  console.error("usage: node scripts/same-plans.mjs <before> [<after>] [--stack <name> …]");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "same-plans-"));
try {
  const old = checkOut(before, "before");
  const now = after === undefined ? ROOT : checkOut(after, "after");
  let same = true;
  for (const stack of values.stack)
    same = comparePlans(stack, planOf(old, stack), planOf(now, stack)) && same;
  process.exitCode = same ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
  git("worktree", "prune");
}

/** A revision's files in a folder of their own, with this clone's packages. */
function checkOut(revision, name) {
  const path = join(folder, name);
  git("worktree", "add", "--quiet", "--detach", path, revision);
  symlinkSync(join(ROOT, "node_modules"), join(path, "node_modules"));
  return path;
}

function planOf(root, stack) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["bin/palisade.js", "preview", "--stack", stack, "--json"],
    { cwd: root, encoding: "utf8", maxBuffer: 1 << 30 },
  );
  if (status !== 0 && status !== 1)
    throw new Error(`${root}: preview of ${stack} exits ${status}\n${stderr}`);
  return JSON.parse(stdout);
}

/** The leaves of a report by their place in it; a resource's place is its URN. */
function leavesOf(value, place = "", found = new Map()) {
  if (typeof value !== "object" || value === null) return found.set(place, JSON.stringify(value));
  const entries = Object.entries(value);
  if (entries.length === 0) return found.set(place, JSON.stringify(value));
  for (const [key, item] of entries) leavesOf(item, `${place} ${item?.urn ?? key}`, found);
  return found;
}

function comparePlans(stack, one, other) {
  const [left, right] = [leavesOf(one), leavesOf(other)];
  const changed = [...new Set([...left.keys(), ...right.keys()])].filter(
    (place) => left.get(place) !== right.get(place),
  );
  const count = one.resources.length;
  console.log(
    changed.length === 0
      ? `${stack}: the same, ${count} resources in ${left.size} values`
      : `${stack}: ${changed.length} values differ`,
  );
  for (const place of changed.slice(0, 20)) {
    console.log(
      `  ${place.trim()}\n    - ${left.get(place) ?? "absent"}\n    + ${right.get(place) ?? "absent"}`,
    );
  }
  if (changed.length > 20) console.log(`  and ${changed.length - 20} more`);
  return changed.length === 0;
}
