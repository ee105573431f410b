// Tests: test/cli/verify.test.ts
import { ApiError, type KubeconfigSource, KubeReader, readAccess, Rest, UnreachableError } from "../../kube";
import { inputError, type Place, placedIn } from "../../problems";

/** @throws PalisadeInputError, at `place`, for a kubeconfig that doesn't lead to the cluster */
export function openCluster(place: Place, source: KubeconfigSource): KubeReader {
  try {
    return new KubeReader(new Rest(readAccess(source)));
  } catch (error) {
    throw placedIn(place, error);
  }
}

/** Turns what an API server refuses, or its absence, into an input error that says which cluster. */
export async function orUnreachable<T>(place: Place, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof UnreachableError)
      throw inputError(place, `the API server can't be reached: ${error.message}`);
    if (!(error instanceof ApiError)) throw error;
    const remedy =
      error.status === 401 ? "It doesn't know who is asking: renew the context's credentials" : undefined;
    throw inputError(place, `the API server refuses: ${error.message}`, remedy);
  }
}
