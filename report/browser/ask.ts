import type { Protocol } from "../../net";
import { PalisadeInputError, problemText } from "../../problems";
import { type Isolations, isolationsOf } from "../../reachability/answer";
import { adviceOf, asked, explainWithDepartures } from "../../reachability/answer/explain";
import { analyze, type Analysis, type ReportedEnd } from "../../reachability/compute";
import { decodeWorld } from "../worldCodec";

/** What the page says to one question: the same as `palisade explain` to the same world. */
export interface PageAnswer {
  readonly question: string;
  readonly verdict: string;
  readonly sentences: readonly string[];
  /** What to add, and where, for each side that blocks; `yaml` is empty where nothing that could be added would do. */
  readonly changes: readonly { readonly to: string; readonly yaml: string }[];
}

/** Answers, one for each part of addresses that something tells apart; or why the words mean nothing here. */
export type PageAnswers = readonly PageAnswer[] | { readonly problems: readonly string[] };

/** A world that travelled with the page, analyzed when it is first asked. */
export class AskedWorld {
  private analysis: Analysis | undefined;
  private isolations: ((end: ReportedEnd) => Isolations) | undefined;

  constructor(private readonly text: string) {}

  private get analyzed(): Analysis {
    return (this.analysis ??= analyze(decodeWorld(this.text)));
  }

  /**
   * @param from as `palisade explain` takes it: an id, a name, a label's value, an address or block outside.
   * @param to the same, or a Service.
   */
  ask(from: string, to: string, protocol: Protocol, port: number): PageAnswers {
    try {
      const { analysis, questions } = asked([{ analysis: this.analyzed }], from, to, {
        kind: "number",
        protocol,
        port,
      });
      return questions.map((question) => {
        const { verdict, sentences, changes } = explainWithDepartures(analysis, question);
        return {
          question: `${question.from.id} → ${question.to.id} on ${question.protocol} ${question.port}`,
          verdict,
          sentences: [...question.notes, ...sentences],
          changes: changes.map(adviceOf).map(({ text, yaml, also }) => ({
            to: also === "" ? text : `${text} ${also}`,
            yaml,
          })),
        };
      });
    } catch (error) {
      if (!(error instanceof PalisadeInputError)) throw error;
      return { problems: error.problems.map(problemText) };
    }
  }

  /** What holds back the traffic of an end; undefined where no end has the id. */
  isolation(id: string): Isolations | undefined {
    const end = this.analyzed.ends.find((one) => one.id === id);
    return end === undefined ? undefined : (this.isolations ??= isolationsOf(this.analyzed))(end);
  }
}
