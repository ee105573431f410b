import { strict as assert } from "node:assert";
import {
  AnalyzerPropertyDependencies,
  AnalyzeRequest,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import fc from "fast-check";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { readAnalyzeRequest, readAnalyzeStackRequest } from "../../../policypack/server/wire";
import { UNKNOWN_SENTINELS } from "../../../data/pulumiWire";
import { reveal, type RevealedValue } from "../../../policypack/values/reveal";

const struct = (value: object) => Struct.fromJavaScript(value as Record<string, JavaScriptValue>);
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

const request = (props: object) =>
  new AnalyzeRequest()
    .setType("t")
    .setUrn("urn")
    .setName("näme")
    .setOptions(new AnalyzerResourceOptions().setProtect(true).setAliasesList(["a"]))
    .setProperties(struct(props));

const read = (props: object): RevealedValue => readAnalyzeRequest(request(props).serializeBinary()).props;

describe("policy pack: the engine's requests, read from their bytes", () => {
  it("gives any properties the same values as the SDK's own messages do", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.constantFrom(...UNKNOWN_SENTINELS, "", "ключ"),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
    );
    const key = fc.oneof(fc.string(), fc.constantFrom(SIGNATURE, "value", "a.b/c"));
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        leaf,
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(key, tie("value"), { maxKeys: 4 }),
        fc.record({ [SIGNATURE]: fc.constant(SECRET), value: tie("value") }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 4 }), (props) => {
        assert.deepEqual(read(props), reveal(struct(props).toJavaScript()));
      }),
    );
  });

  it("reads a resource's names its provider and, of its options, the additional secret outputs", () => {
    const provider = new AnalyzerProviderResource()
      .setType("pulumi:providers:kubernetes")
      .setName("p")
      .setUrn("urn:p")
      .setProperties(struct({ namespace: "shop" }));
    const options = new AnalyzerResourceOptions()
      .setProtect(true)
      .setAdditionalsecretoutputsList(["a", "b"])
      .setAliasesList(["urn:old", "urn:older"])
      .setParent("urn:p");
    const bytes = request({}).setProvider(provider).setOptions(options).serializeBinary();
    const { props, ...resource } = readAnalyzeRequest(bytes);
    assert.deepEqual(props, reveal({}));
    assert.deepEqual(resource, {
      type: "t",
      urn: "urn",
      name: "näme",
      secretOutputs: ["a", "b"],
      parent: "",
      propertyDependencies: {},
      provider: {
        type: "pulumi:providers:kubernetes",
        name: "p",
        urn: "urn:p",
        secretOutputs: [],
        parent: "",
        props: reveal({ namespace: "shop" }),
        provider: undefined,
        propertyDependencies: {},
      },
    });
  });

  it("reads a stack in order, and what its properties were made from as far as it is in the stack", () => {
    const resource = (urn: string) =>
      new AnalyzerResource()
        .setUrn(urn)
        .setParent("urn:stack")
        .setDependenciesList(["urn:a"])
        .setProperties(struct({ urn }));
    const made = resource("urn:b");
    const from = new AnalyzerPropertyDependencies().setUrnsList(["urn:a", "urn:elsewhere"]);
    made.getPropertydependenciesMap().set("spec", from).set("none", new AnalyzerPropertyDependencies());
    const bytes = new AnalyzeStackRequest().setResourcesList([resource("urn:a"), made]).serializeBinary();
    assert.deepEqual(
      readAnalyzeStackRequest(bytes).map(({ urn, propertyDependencies }) => ({ urn, propertyDependencies })),
      [
        { urn: "urn:a", propertyDependencies: {} },
        { urn: "urn:b", propertyDependencies: { spec: ["urn:a"], none: [] } },
      ],
    );
  });

  it("takes what lies deeper than any manifest for unknown", () => {
    let deep: JavaScriptValue = 1;
    for (let depth = 0; depth < 500; depth++) deep = [deep];
    let value = read({ deep });
    if (value.kind === "map") value = value.entries.get("deep") ?? value;
    let depth = 0;
    for (; value.kind === "list"; depth++) value = value.items[0] ?? value;
    assert.equal(value.kind, "unknown");
    assert.ok(depth >= 90, String(depth));
  });
});
