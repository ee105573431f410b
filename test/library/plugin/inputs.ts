import { applications } from "../../../applications";
import { configOf } from "../../components/program";

type Data = Readonly<Record<string, unknown>>;

/** What the component takes. */
interface PluginInputs {
  readonly environment: string;
  readonly clusters: Data[];
  readonly applications: Data[];
}

/** A stack of this repository as the inputs of the component. */
export const inputsOf = (stack: string): PluginInputs => inputsFrom(configOf(stack));

/** A stack's config as the inputs of the component: its clusters, and the applications that they place, as plain data. */
export function inputsFrom(config: Readonly<Record<string, string>>): PluginInputs {
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
