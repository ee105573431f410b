// Tests: test/cli/command.test.ts
/** What the command's exit codes mean, for every subcommand; `broken` is a mistake of ours (sysexits.h's EX_SOFTWARE). */
export const EXIT = {
  clean: 0,
  finding: 1,
  badInput: 2,
  undecided: 3,
  broken: 70,
  interrupted: 130,
} as const;
