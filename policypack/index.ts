import { PolicyPack } from "@pulumi/policy";
import { PACK_NAME, policies } from "./pack";

// Begins to serve at once: only the engine loads this file.
new PolicyPack(PACK_NAME, { enforcementLevel: "mandatory", policies: policies() });
