import { BinaryReader } from "google-protobuf";
import type { ResourceInput } from "../facts";
import { ABSENT, mapValue, MAX_DEPTH, textValue, UNKNOWN_VALUE, type RevealedValue } from "../values";

/**
 * The engine's questions, read from their bytes straight into what facts are read from. The SDK's message classes would make
 * each value twice more (a message, then plain JavaScript): for thousands of resources that is most of the pack's time.
 * Field numbers: pulumi/analyzer.proto, google/protobuf/struct.proto. What has another number is skipped.
 */

/** A resource as the engine asks about it by itself: its inputs (AnalyzeRequest). */
export function readAnalyzeRequest(bytes: Uint8Array): ResourceInput {
  return readResource(new BinaryReader(bytes));
}

/** A stack's resources: their outputs, and what of the stack each property was made from (AnalyzeStackRequest). */
export function readAnalyzeStackRequest(bytes: Uint8Array): ResourceInput[] {
  const reader = new BinaryReader(bytes);
  const resources: ResourceInput[] = [];
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) resources.push(readMessage(reader, () => readResource(reader)));
    else reader.skipField();
  }
  const urns = new Set(resources.map(({ urn }) => urn));
  return resources.map((resource) => {
    const entries = Object.entries(resource.propertyDependencies ?? {});
    const seen = entries.map(([property, from]) => [property, from.filter((urn) => urns.has(urn))] as const);
    return { ...resource, propertyDependencies: Object.fromEntries(seen) };
  });
}

/** AnalyzeRequest, AnalyzerResource and AnalyzerProviderResource number the fields that they share alike. */
function readResource(reader: BinaryReader): ResourceInput {
  let [urn, type, name, parent] = ["", "", "", ""];
  let props = ABSENT;
  let provider: ResourceInput | undefined;
  let secretOutputs: readonly string[] = [];
  const propertyDependencies: Record<string, readonly string[]> = {};
  while (reader.nextField()) {
    switch (reader.getFieldNumber()) {
      case 1:
        type = reader.readString();
        break;
      case 2:
        props = readMessage(reader, () => readStruct(reader, 0));
        break;
      case 3:
        urn = reader.readString();
        break;
      case 4:
        name = reader.readString();
        break;
      case 5:
        secretOutputs = readMessage(reader, () => readSecretOutputs(reader));
        break;
      case 6:
        provider = readMessage(reader, () => readResource(reader));
        break;
      case 7:
        parent = reader.readString();
        break;
      case 9:
        readEntry(
          reader,
          () => readMessage(reader, () => readTexts(reader)),
          (property, from) => (propertyDependencies[property] = from ?? []),
        );
        break;
      default:
        reader.skipField();
    }
  }
  return { urn, type, name, props, secretOutputs, parent, provider, propertyDependencies };
}

/** Of AnalyzerResourceOptions only the additional secret outputs. */
function readSecretOutputs(reader: BinaryReader): string[] {
  const names: string[] = [];
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 5) names.push(reader.readString());
    else reader.skipField();
  }
  return names;
}

/** The texts of a message whose field 1 repeats one. */
function readTexts(reader: BinaryReader): string[] {
  const texts: string[] = [];
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) texts.push(reader.readString());
    else reader.skipField();
  }
  return texts;
}

function readStruct(reader: BinaryReader, depth: number): RevealedValue {
  const entries = new Map<string, RevealedValue>();
  const read = () => readMessage(reader, () => readValue(reader, depth));
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) {
      readEntry(reader, read, (key, value) => entries.set(key, value ?? ABSENT));
    } else reader.skipField();
  }
  return mapValue(entries);
}

function readList(reader: BinaryReader, depth: number): RevealedValue {
  const items: RevealedValue[] = [];
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) items.push(readMessage(reader, () => readValue(reader, depth)));
    else reader.skipField();
  }
  return { kind: "list", items };
}

function readValue(reader: BinaryReader, depth: number): RevealedValue {
  if (depth >= MAX_DEPTH) return UNKNOWN_VALUE;
  let value = ABSENT;
  while (reader.nextField()) {
    switch (reader.getFieldNumber()) {
      case 2:
        value = { kind: "scalar", value: reader.readDouble() };
        break;
      case 3:
        value = textValue(reader.readString());
        break;
      case 4:
        value = { kind: "scalar", value: reader.readBool() };
        break;
      case 5:
        value = readMessage(reader, () => readStruct(reader, depth + 1));
        break;
      case 6:
        value = readMessage(reader, () => readList(reader, depth + 1));
        break;
      default:
        reader.skipField();
    }
  }
  return value;
}

/** Reads one entry of a map field: its key is field 1 of a message, its value field 2. */
function readEntry<T>(
  reader: BinaryReader,
  read: () => T,
  take: (key: string, value: T | undefined) => void,
): void {
  readMessage(reader, () => {
    let key = "";
    let value: T | undefined;
    while (reader.nextField()) {
      if (reader.getFieldNumber() === 1) key = reader.readString();
      else if (reader.getFieldNumber() === 2) value = read();
      else reader.skipField();
    }
    take(key, value);
  });
}

/** Reads the message that is a field's value; what `read` leaves of it is skipped. */
function readMessage<T>(reader: BinaryReader, read: () => T): T {
  const made: { value?: T } = {};
  reader.readMessage(made, (box: { value?: T }) => (box.value = read()));
  return made.value as T;
}
