// Tests: test/reachability/read/ciliumPolicy.test.ts
import { type Fields, type FieldReader, shown } from "../fields";
import { type FieldPlace, pathOf, under } from "../problems";
import type { TierRule } from "../tiers/tierPolicy";
import type { CiliumPeers } from "./ciliumEntities";
import { peerFieldsOf, readCiliumPeers } from "./ciliumPeers";
import type { CiliumPeer, CiliumRule } from "./ciliumPolicy";
import { type CiliumPorts, readCiliumPorts } from "./ciliumPorts";
import { known } from "./known";

/** What one rule admits and denies. */
export interface ReadCiliumRule {
  readonly admits: readonly CiliumRule[];
  readonly denies: readonly TierRule[];
}

/** Reads a rule of one direction: one that admits, or one that denies. */
export function readCiliumRule(
  fields: FieldReader,
  map: Fields,
  side: "ingress" | "egress",
  does: "admits" | "denies",
  home: string | undefined,
  at: FieldPlace,
): ReadCiliumRule {
  const own = does === "admits" ? ["toPorts", "icmps", "authentication"] : ["toPorts", "icmps"];
  fields.only(map, [...peerFieldsOf(side), ...own], at);
  const peers = readCiliumPeers(fields, map, side, home, at);
  const hasPorts = isSome(map["toPorts"]) || isSome(map["icmps"]);
  // A rule that names neither peers nor ports means nobody.
  const meant: CiliumPeers = peers.peers !== undefined || hasPorts ? peers : { ...peers, peers: [] };
  const ports = readCiliumPorts(fields, map, at);
  const asks = does === "admits" ? authentication(fields, map, at) : undefined;
  const parts = ports.map((one) => (asks === undefined ? one : { ...one, atMost: asks }));
  const place = placeOf(at);
  return does === "denies"
    ? { admits: [], denies: parts.flatMap((part) => denials(meant, part, place)) }
    : {
        admits: parts.flatMap((part) => admissions(meant, part, place)),
        // What is asked besides is asked of packets that other rules admit, too.
        denies: parts.flatMap((part) => (part.atMost === undefined ? [] : denials(meant, part, place))),
      };
}

const EVERYONE: readonly CiliumPeer[] = [{ kind: "ends", sort: "everyone" }];

function admissions(
  { peers, services, doubtful }: CiliumPeers,
  { ports, atMost }: CiliumPorts,
  place: string,
): readonly CiliumRule[] {
  const doubt = atMost === undefined ? {} : { atMost };
  const isAny = peers === undefined && doubtful.length === 0 && services.length === 0;
  const sure: CiliumRule = { peers: isAny ? EVERYONE : (peers ?? []), services, ports, place, ...doubt };
  return [
    ...(isAny || sure.peers.length + services.length > 0 ? [sure] : []),
    ...doubtful.map((one) => ({ peers: one.peers, services: [], ports, place, atMost: one.because })),
  ];
}

function denials(
  { peers, services, doubtful }: CiliumPeers,
  { ports, atMost }: CiliumPorts,
  place: string,
): readonly TierRule[] {
  const doubt = atMost === undefined ? {} : { atMost };
  const isAny = peers === undefined && doubtful.length === 0 && services.length === 0;
  const sure: TierRule = { action: "deny", peers: isAny ? EVERYONE : (peers ?? []), ports, place, ...doubt };
  const behind =
    services.length === 0 ? [] : [{ peers: EVERYONE, because: "Services aren't looked up for denials" }];
  return [
    ...(sure.peers.length > 0 ? [sure] : []),
    ...[...doubtful, ...behind].map((one): TierRule => ({
      action: "deny",
      peers: one.peers,
      ports,
      place,
      atMost: one.because,
    })),
  ];
}

/** What a rule asks of both ends besides; undefined where nothing. */
function authentication(fields: FieldReader, map: Fields, above: FieldPlace): string | undefined {
  const path = under(above, "authentication");
  const given = known(fields, fields.map(map["authentication"], path), path);
  if (given === undefined) return undefined;
  fields.only(given, ["mode"], path);
  const mode = given["mode"];
  if (mode === "disabled") return undefined;
  if (mode !== "required" && mode !== "test-always-fail")
    fields.problem(under(path, "mode"), `${shown(mode)} isn't a mode of authentication`);
  return "authentication asks for more than the port";
}

const isSome = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

/** `spec.ingress[0]` */
const placeOf = (at: FieldPlace): string =>
  pathOf(at).reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
