/**
 * YAML as Kubernetes' tools read it. In: the text of a file or of a program's manifest. Out: its documents as plain values.
 * Tests: test/yaml/kubernetesYaml.test.ts, test/cli/manifests/parse.test.ts.
 */
export { readKubernetesYaml, YamlError } from "./kubernetesYaml";
