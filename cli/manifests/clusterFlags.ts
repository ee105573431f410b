// Tests: test/cli/live.test.ts
/** Which cluster is to be read, as commander parses it; neither: none. */
export interface ClusterFlags {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** Whether these flags mean a cluster. */
export const meansCluster = ({ context, kubeconfig }: ClusterFlags): boolean =>
  context !== undefined || kubeconfig !== undefined;
