import type { OpinionDeparture } from "./departures";
import type { PlacedWorld } from "./placedWorld";
import type { TwinEnd } from "../../twin/world";
import { isOf } from "./cells";
import { type View, viewOfAll } from "./question";

/**
 * Where the analyzer is known to be wrong. Once it is mended, nothing needs its entry any more, and the suite says so.
 * With all entries the twin predicts what the analyzer answers wherever that isn't right.
 */
export interface KnownOpen {
  readonly name: string;
  readonly what: string;
  /** A departure that it doesn't know of yet. */
  readonly unknownYet?: OpinionDeparture;
  /** What it makes of a world instead. */
  readonly view?: (world: PlacedWorld) => View;
}

/** That a departure isn't known to the analyzer yet. */
export const notYet = (unknownYet: OpinionDeparture): KnownOpen => ({
  name: unknownYet.name,
  what: `Not in the analyzer's answer yet: ${unknownYet.what}`,
  unknownYet,
});

export const hostFamilies: KnownOpen = {
  name: "host-families",
  what:
    "A pod in its node's network whose addresses aren't told is taken to have the families of pods; it has its node's, " +
    "which may be more.",
  view: ({ told, nodesTold }) => {
    const toldPods = told.pods.flatMap(({ hostNetwork, ips = [] }) => (hostNetwork === true ? [] : ips));
    const families = ([4, 6] as const).filter((family) => (told.podCidrs ?? toldPods).some(isOf(family)));
    const guessed = told.pods.filter(
      ({ hostNetwork, ips, node }) =>
        hostNetwork === true && ips === undefined && !(nodesTold && node !== undefined),
    );
    const isGuessed = (end: TwinEnd) =>
      "name" in end &&
      guessed.some(({ namespace, name }) => namespace === end.namespace && name === end.name);
    return (question) =>
      !families.includes(question.family) && [question.from, question.to].some(isGuessed)
        ? "blocked"
        : question;
  },
};

export const addressesNotTold: KnownOpen = {
  name: "addresses-not-told",
  what: "A pod whose addresses and ranges aren't told is taken to be in no block, with a warning; it may be in any.",
  view: ({ told }) =>
    viewOfAll({
      pod: (pod) => {
        const known = told.pods.find(
          ({ namespace, name }) => namespace === pod.namespace && name === pod.name,
        );
        const hidden = known !== undefined && known.hostNetwork !== true && known.ips === undefined;
        return hidden && told.podCidrs === undefined ? { ...pod, ips: [] } : pod;
      },
    }),
};
