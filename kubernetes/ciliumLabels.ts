// Tests: test/kubernetes/ciliumLabels.test.ts
/**
 * What Cilium keeps of pods' labels for their identities, in the order of its default list; "!" leaves out. Source: defaultLabelPrefixCfg in pkg/labelsfilter of
 * Cilium 1.20.
 */
const DEFAULTS = [
  ...["reserved:.*", "io\\.kubernetes\\.pod\\.namespace", "io\\.cilium\\.k8s\\.namespace\\.labels"],
  ...[
    "app\\.kubernetes\\.io",
    "io\\.cilium\\.k8s\\.policy\\.cluster",
    "io\\.cilium\\.k8s\\.policy\\.serviceaccount",
  ],
  ...["!io\\.kubernetes", "!kubernetes\\.io", "!statefulset\\.kubernetes\\.io/pod-name"],
  ...["!apps\\.kubernetes\\.io/pod-index", "!batch\\.kubernetes\\.io/job-completion-index"],
  ...[
    "!batch\\.kubernetes\\.io/controller-uid",
    "!.*beta\\.kubernetes\\.io",
    "!k8s\\.io",
    "!pod-template-generation",
  ],
  ...["!pod-template-hash", "!controller-revision-hash", "!controller-uid", "!annotation.*", "!etcd_node"],
  "!topology\\.kubernetes\\.io",
];

interface Prefix {
  readonly source: string | undefined;
  readonly ignore: boolean;
  readonly pattern: RegExp;
}

/** The default patterns, read once: they are asked about every label of every pod. */
const DEFAULT_PREFIXES = DEFAULTS.map(prefixOf);

/**
 * Whether a pod's label becomes part of its identity, so that policies can select by it.
 * @param setting `labels` of cilium-config: patterns beside the default ones, by spaces; where one of them takes in, only what is taken in counts
 * @returns false too where a pattern can't be read
 */
export function keptByCilium(setting: string, key: string): boolean {
  const own = setting.split(/\s+/).filter((each) => each !== "");
  let prefixes: readonly Prefix[];
  try {
    prefixes = own.length === 0 ? DEFAULT_PREFIXES : [...DEFAULT_PREFIXES, ...own.map(prefixOf)];
  } catch {
    return false;
  }
  const onlyTaken = prefixes.slice(DEFAULTS.length).some(({ ignore }) => !ignore);
  const matched = prefixes.flatMap(({ source, ignore, pattern }) => {
    if (source !== undefined && source !== "k8s") return [];
    const found = pattern.exec(key);
    return found?.index === 0 ? [{ ignore, length: found[0].length }] : [];
  });
  const lengths = (ignore: boolean) =>
    matched.filter((each) => each.ignore === ignore).map(({ length }) => length);
  // The longest that takes in, the shortest that leaves out.
  const included = Math.max(0, ...lengths(false));
  const ignored = lengths(true).length === 0 ? 0 : Math.min(...lengths(true));
  return (!onlyTaken && ignored === 0) || included > ignored;
}

/** "k8s:app", "!foo", "k8s:!foo": where it comes from, whether it leaves out, and a pattern that is matched from the key's beginning. */
function prefixOf(text: string): Prefix {
  const colon = text.indexOf(":");
  const source = colon < 0 ? undefined : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const ignore = rest.startsWith("!");
  return {
    source: source === "" ? undefined : source,
    ignore,
    pattern: new RegExp(rest.slice(ignore ? 1 : 0)),
  };
}
