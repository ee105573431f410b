import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { must } from "../machine/process";
import { step } from "../machine/progress";
import { cached, fingerprint } from "./cache";
import { vpcCniPrograms } from "./catalogue";
import { vpcCniCompiler } from "./compilers";
import { moduleFolder } from "./goParts";

/** test/e2e/build */
const buildFolder = join(__dirname, "..", "build");

/** As the agent's own Makefile compiles them, but for -fpie. */
const flags = ["-g", "-O2", "-target", "bpf", "-DCORE", "-D__BPF_TRACING__", "-march=bpf"];

/**
 * Compiles the VPC CNI agent's programs unless they are cached; returns the folder of the object files.
 * @throws Error where the compiler isn't installed
 */
export async function compileVpcCniPrograms(): Promise<string> {
  const { name, version, folder, module, sources, programs } = vpcCniPrograms;
  const own = join(buildFolder, folder);
  const headers = join(own, "include");
  const [{ file: clang } = { file: "clang" }] = vpcCniCompiler;
  const compiler = await must(clang, ["--version"]);
  const key = fingerprint([compiler, ...flags, ...programs], [own, headers]);
  return cached(`${name}-${version}-${key}`, (path) =>
    step(`compiling ${name} ${version}`, async () => {
      const from = join(await moduleFolder(module, own), sources);
      const { arch } = process;
      const includes = [headers, `/usr/include/${arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`];
      const target = arch === "arm64" ? "-D__TARGET_ARCH_arm64" : "-D__TARGET_ARCH_x86";
      mkdirSync(path);
      for (const program of programs) {
        const files = ["-c", join(from, `${program}.bpf.c`), "-o", join(path, `${program}.bpf.o`)];
        await must(clang, [...includes.map((each) => `-I${each}`), ...flags, target, ...files]);
      }
    }),
  );
}
