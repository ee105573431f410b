// Records a region's S3 prefix list, which AWS manages, for previews without AWS: npm run record:prefix-list -- REGION…
// Asks the AWS CLI and its credentials; writes compile/aws/prefixListSnapshots.json.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FILE = fileURLToPath(new URL("../compile/aws/prefixListSnapshots.json", import.meta.url));

function aws(region, ...args) {
  try {
    return JSON.parse(
      execFileSync("aws", ["ec2", ...args, "--region", region, "--output", "json"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      }),
    );
  } catch (error) {
    const why =
      error.code === "ENOENT"
        ? "the AWS CLI is not on PATH: install it"
        : "the AWS CLI failed, as it says above";
    throw new Error(`${region}: ${why}`, { cause: error });
  }
}

function snapshotOf(region) {
  const name = `com.amazonaws.${region}.s3`;
  const filter = `Name=prefix-list-name,Values=${name}`;
  const lists = aws(region, "describe-managed-prefix-lists", "--filters", filter).PrefixLists;
  if (lists.length !== 1)
    throw new Error(`${region}: ${lists.length} prefix lists are called ${name}, one was expected`);
  const [{ PrefixListId: id }] = lists;
  const entries = aws(region, "get-managed-prefix-list-entries", "--prefix-list-id", id).Entries;
  if (entries.length === 0) throw new Error(`${region}: ${id} has no entries`);
  const cidrs = entries.map(({ Cidr }) => Cidr).sort();
  return {
    id,
    recorded: new Date().toISOString().slice(0, 10),
    source: `get-managed-prefix-list-entries of ${name}`,
    cidrs,
  };
}

try {
  const regions = process.argv.slice(2);
  if (regions.length === 0) throw new Error("no region: write node scripts/record-prefix-list.mjs us-east-1");
  const known = JSON.parse(readFileSync(FILE, "utf8"));
  for (const region of regions) known[region] = snapshotOf(region);
  const sorted = Object.fromEntries(Object.entries(known).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(FILE, `${JSON.stringify(sorted, null, 2)}\n`);
  process.stdout.write(
    `${FILE}: ${regions.map((region) => `${region} ${known[region].cidrs.length} CIDRs`).join(", ")}\n`,
  );
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
