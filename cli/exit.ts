/** What the command's exit codes mean, for every subcommand. */
export const EXIT = { clean: 0, finding: 1, badInput: 2, undecided: 3, interrupted: 130 } as const;
