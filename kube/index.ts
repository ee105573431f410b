/**
 * A small client of the Kubernetes API: kubeconfig, credentials, reading objects, exec in a pod. In: a kubeconfig and a
 * context. Out: objects as parsed JSON, and a command's output; or `KubeconfigError` and the like, in words for the
 * user.
 */
export { ApiError, isForbidden, isNotFound, KubeconfigError, UnreachableError } from "./errors";
export { exec, type ExecOutcome } from "./exec";
export { filesOfVariable, readAccess } from "./kubeconfig";
export { lookAt } from "./look";
export { type KubeObject, KubeReader } from "./objects";
export { Rest } from "./rest";
