/**
 * A small client of the Kubernetes API: kubeconfig, credentials, reading objects, exec in a pod. In: a kubeconfig and a
 * context. Out: objects as parsed JSON, and a command's output; or `PalisadeInputError`, `ApiError` and `UnreachableError`, in words for the
 * user.
 * Tests: test/kube/kube.test.ts.
 */
export { discover, type Discovery, type ServedKind } from "./discovery";
export { ApiError, isForbidden, isNotFound, UnreachableError } from "./errors";
export { exec, type ExecOutcome } from "./exec";
export { filesOfVariable, type KubeconfigSource, readAccess } from "./kubeconfig";
export { lookAt, type Seen } from "./look";
export { type KubeObject, KubeReader } from "./objects";
export { Rest } from "./rest";
