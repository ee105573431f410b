import { ApiError, KubeconfigError, KubeReader, readAccess, Rest, UnreachableError } from "../../kube";
import type { ClusterAccess } from "../../compile";
import { PermissionError } from "../../verify";
import { BadInput } from "../manifests/load";

/** @throws BadInput for a kubeconfig that doesn't lead to the cluster */
export function openCluster(name: string, access: ClusterAccess): KubeReader {
  try {
    return new KubeReader(new Rest(readAccess(access)));
  } catch (error) {
    if (error instanceof KubeconfigError) throw new BadInput([`${name}: ${error.message}`]);
    throw error;
  }
}

/** Turns what an API server refuses, its absence, or a missing permission into bad input that says which cluster. */
export async function orUnreachable<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof UnreachableError) {
      throw new BadInput([`${name}: the API server can't be reached: ${error.message}`]);
    }
    if (error instanceof PermissionError) throw new BadInput(error.lines);
    if (error instanceof ApiError) throw new BadInput([`${name}: the API server refuses: ${error.message}`]);
    throw error;
  }
}
