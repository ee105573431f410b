import { randomBytes } from "node:crypto";
import { ApiError, type Rest, UnreachableError } from "../kube";
import { type LivePod, podName } from "./pods";

/** Seconds that the container has to start in; pulling its image is part of it. */
const START = 60;
/** Seconds after which it ends by itself: an ephemeral container can't be taken away. */
const LIFE = 600;

interface PodStatus {
  readonly status?: {
    readonly ephemeralContainerStatuses?: readonly {
      readonly name: string;
      readonly state?: {
        readonly running?: object;
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly terminated?: { readonly reason?: string };
      };
    }[];
  };
}

/**
 * Adds a container with tools to a running pod, in the pod's network, with no rights that Pod Security's `restricted`
 * refuses; waits until it runs.
 */
export async function addProbeContainer(
  rest: Rest,
  pod: LivePod,
  image: string,
): Promise<{ readonly container: string } | { readonly problem: string }> {
  const container = `palisade-verify-${randomBytes(3).toString("hex")}`;
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`;
  const added = {
    name: container,
    image,
    command: ["sh", "-c", `sleep ${LIFE}`],
    securityContext: {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      runAsUser: 65534,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
  const failed = (why: string) => ({
    problem: `an ephemeral container of ${image} in ${podName(pod)}: ${why}`,
  });
  try {
    await rest.call(
      "PATCH",
      `${path}/ephemeralcontainers`,
      { spec: { ephemeralContainers: [added] } },
      "application/strategic-merge-patch+json",
    );
    for (const end = Date.now() + START * 1000; Date.now() < end;) {
      const { status } = (await rest.call("GET", path)) as PodStatus;
      const state = status?.ephemeralContainerStatuses?.find(({ name }) => name === container)?.state;
      if (state?.running !== undefined) return { container };
      if (state?.terminated !== undefined)
        return failed(`it ended: ${state.terminated.reason ?? "no reason given"}`);
      if (/^(ErrImage|ImagePull|InvalidImage|CreateContainer)/.test(state?.waiting?.reason ?? "")) {
        return failed(`${state?.waiting?.reason ?? ""}: ${state?.waiting?.message ?? ""}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    return failed(`not running after ${START} s`);
  } catch (error) {
    if (error instanceof ApiError || error instanceof UnreachableError) return failed(error.message);
    throw error;
  }
}
