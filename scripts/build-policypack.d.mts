/** Builds the policy pack unless it is fresh. `directory` is the pack's folder, `bundle` its entry file. */
export function buildPolicyPack(options?: { force?: boolean }): Promise<{
  directory: string;
  bundle: string;
  built: boolean;
}>;
