/**
 * Annotations of every object that is ours alone: Pulumi's Kubernetes provider applies it under this name. Without one it makes up another
 * name for each object that it creates, and after a killed update an object may have fields of a name that nobody uses any more: the next
 * update that changes them is a conflict. Objects that are patched beside other owners keep a name of their own: the API server takes away
 * what a name no longer applies, so two stacks that patch one object under one name would take each other's labels away.
 */
export const FIELD_MANAGER = { "pulumi.com/patchFieldManager": "palisade" } as const;
