/**
 * YAML as Kubernetes' tools read it. In: the text of a file or of a program's manifest. Out: its documents as plain values; and the other way
 * round.
 * Tests: test/yaml/kubernetesYaml.test.ts, test/yaml/writeKubernetesYaml.test.ts, test/cli/manifests/parse.test.ts.
 */
export { readKubernetesYaml, YamlError } from "./kubernetesYaml";
export { writeKubernetesYaml } from "./writeKubernetesYaml";
