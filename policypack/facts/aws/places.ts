import type { Cursor, Field, Unread } from "../../values";
import { known } from "../../values";
import { type AwsSubject, property, type ResourceReference, references } from "./subject";

/** A path of property names; `[]` after one stands for each item of its list: `vpcConfigs[].securityGroupIds`. */
export type PropertyPath = string;

/** The places that a path leads to; unread where a list on the way can't be read. */
export function placesAt(subject: AwsSubject, path: PropertyPath): Field<readonly Cursor[]> {
  const [first = "", ...rest] = path.split(".");
  let places = stepInto([property(subject, first.replace("[]", ""))], first);
  for (const step of rest) {
    if (!places.known) return places;
    places = stepInto(
      places.value.map((place) => place.at(step.replace("[]", ""))),
      step,
    );
  }
  return places;
}

function stepInto(places: readonly Cursor[], step: string): Field<readonly Cursor[]> {
  if (!step.endsWith("[]")) return known(places);
  const items = places.map((place) => place.list());
  const unread = items.find((list): list is Unread => !list.known);
  return unread ?? known(items.flatMap((list) => (list.known ? (list.value ?? []) : [])));
}

/** The place that a path without lists leads to. */
export function placeAt(subject: AwsSubject, path: PropertyPath): Cursor {
  const [first = "", ...rest] = path.split(".");
  return rest.reduce((place, step) => place.at(step), property(subject, first));
}

/** The groups in the lists at a path; undefined where none of them is there. */
export function groupsAt(
  subject: AwsSubject,
  path: PropertyPath,
): Field<readonly ResourceReference[]> | undefined {
  const places = placesAt(subject, path);
  if (!places.known) return places;
  const written = places.value.filter((place) => !place.isAbsent());
  if (written.length === 0) return undefined;
  const from = subject.madeFrom?.[path.split(/[.[]/)[0] ?? ""];
  const lists = written.map((place) => references(place, from));
  const unread = lists.find((list): list is Unread => !list.known);
  return unread ?? known(lists.flatMap((list) => (list.known ? list.value : [])));
}
