/** A file that a compiler of eBPF programs needs, and the Debian package that has it. */
interface CompilerFile {
  readonly file: string;
  readonly package: string;
}

/** What compiles the VPC CNI's programs. A machine without it runs all other suites. */
export const vpcCniCompiler: readonly CompilerFile[] = [
  { file: "/usr/bin/clang", package: "clang" },
  { file: "/usr/include/bpf/bpf_helpers.h", package: "libbpf-dev" },
  { file: "/usr/include/linux/bpf.h", package: "linux-libc-dev" },
];

/** What Cilium's agent compiles its C sources with: they are for a newer clang than Debian 12's usual one. Likewise. */
export const ciliumCompiler: readonly CompilerFile[] = [
  { file: "/usr/bin/clang-19", package: "clang-19" },
  { file: "/usr/bin/llc-19", package: "llvm-19" },
];
