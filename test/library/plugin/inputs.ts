import { applications } from "../../../applications";
import { configOf } from "../../components/program";

type Data = Readonly<Record<string, unknown>>;

/** A stack of this repository as the inputs of the component: its clusters, and the applications that they place, as plain data. */
export function inputsOf(stack: string): { environment: string; clusters: Data[]; applications: Data[] } {
  const config = configOf(stack);
  const clusters = JSON.parse(config["palisade:clusters"] ?? "") as (Data & {
    readonly applications: Data;
  })[];
  const placed = clusters.flatMap((cluster) => Object.keys(cluster.applications));
  return {
    environment: config["palisade:environment"] ?? "",
    clusters,
    applications: (JSON.parse(JSON.stringify(applications)) as Data[]).filter(({ name }) =>
      placed.includes(name as string),
    ),
  };
}
