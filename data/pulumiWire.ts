/**
 * The marks of Pulumi's wire format: JSON in which one string a kind stands for a value that isn't known, and an object
 * with a signature key for a secret, an output, a resource reference, an asset or an archive.
 * Sources: @pulumi/pulumi, runtime/rpc; @pulumi/policy, proxy; Pulumi's sdk/go/common/resource.
 */

/** An unknown value of no particular kind, or a string. */
export const UNKNOWN_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Every sentinel: string, boolean, number, array, asset, archive, object. */
export const UNKNOWN_SENTINELS: ReadonlySet<string> = new Set([
  UNKNOWN_SENTINEL,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** The key whose value says what an object stands for. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The values of that key. */
export const SIGNATURES = {
  secret: "1b47061264138c4ac30d75fd1eb44270",
  resource: "5cf8f73096256a8f31e491e813e4eb8e",
  output: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
  asset: "c44067f5952c0a294b673a41bacd8c17",
  archive: "0def7320c3a5731c473e5ecbe6d01bc7",
} as const;

/**
 * What stands for a secret that couldn't be decrypted where `pulumi policy analyze --file` shows packs a state (config.BlindingCrypter):
 * whatever type it had.
 */
export const REDACTED_SECRET = "[secret]";
