/** Makes the pack's folder anew, and its tarball beside it. */
export function packPolicyPack(out: string): Promise<{ folder: string; tarball: string }>;
