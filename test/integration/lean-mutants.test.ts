import { beforeAll, describe, expect, it } from 'vitest';
import type { CertificateContent } from '../../extension/core/certificate.ts';
import { evaluateObligations } from '../../extension/core/obligations.ts';
import { randomStream } from '../../extension/core/random.ts';
import { leanSource } from '../../extension/lean/certificate-source.ts';
import type { OpenedSession } from '../../extension/lean/open-session.ts';
import { decideVerdicts, SENTINEL_SOURCE } from '../../extension/lean/verdicts.ts';
import { openEmbeddedLean } from '../embedded-lean.ts';
import { checkTogether, type Part } from './lean-mutants/batch.ts';
import { mutate, type Mutation } from './lean-mutants/mutation.ts';
import { tightContent } from './lean-mutants/tight-content.ts';
import { isDecidable, truthOf } from './lean-mutants/truth.ts';

/** False mutants to be made; the environment can ask for more. */
const WANTED = Number(process.env['PCM_MUTANTS'] ?? 200);
/** Of every hundred mutants, how many of those that stay true are checked as well, and how many as whole certificates. */
const TRUE_SHARE = 20;
const WHOLE_SHARE = 8;
const PER_PROCESS = 150;
const PROCESSES = 2;

interface Mutant {
  readonly content: CertificateContent;
  readonly mutation: Mutation;
  readonly truth: ReadonlyMap<string, boolean>;
  /** Whether a theorem became false. */
  readonly isFalse: boolean;
  readonly isWhole: boolean;
  readonly part: Part;
}

/** Mutants of certificates that hold, the same on every machine, until enough of them are false. */
function makeMutants(wanted: number): Mutant[] {
  const random = randomStream(20, 'lean-mutants');
  const mutants: Mutant[] = [];
  let found = 0;
  while (found < wanted) {
    const honest = tightContent(random, random.integer(3) === 0 ? 2 ** 36 : 1);
    for (let i = 0; i < 8 && found < wanted; i++) {
      const { content, mutation } = mutate(honest, random);
      if (!isDecidable(content)) continue;
      const truth = truthOf(content);
      const before = truthOf(honest);
      const turned = [...truth.keys()].filter(
        (theorem) => before.get(theorem) === true && truth.get(theorem) === false,
      );
      const chance = random.integer(100);
      if (turned.length === 0 && chance >= TRUE_SHARE) continue;
      if (turned.length > 0) found++;
      const isWhole = chance < WHOLE_SHARE;
      const moduleName = `Mutant${mutants.length}`;
      const source = leanSource(content, moduleName);
      const all = source.theorems.map(({ theorem }) => theorem);
      const theorems = new Set(isWhole ? all : chosen(all, turned, chance));
      mutants.push({
        content,
        mutation,
        truth,
        isFalse: turned.length > 0,
        isWhole,
        part: { moduleName, source, theorems },
      });
    }
  }
  return mutants;
}

/** What became false, but `safe`, which may rest on the others; of mutants that stay true, any one. */
function chosen(all: readonly string[], turned: readonly string[], chance: number): string[] {
  const own = all.filter((theorem) => theorem !== 'safe');
  return turned.length === 0 ? [own[chance % own.length]!] : turned.filter((theorem) => theorem !== 'safe');
}

/** A bound that holds can be out of reach of a check that goes by intervals, and then so is what rests on it. */
const mayBeMissed = ({ risk }: CertificateContent, theorem: string): boolean =>
  (theorem === 'universal' || theorem === 'safe') &&
  (risk?.head.kind === 'network' || (risk?.partition.feature.length ?? 0) > 1);

type Judgement = 'proved' | 'refuted' | 'stuck';

describe('mutants', () => {
  let opened: OpenedSession;
  beforeAll(async () => {
    opened = await openEmbeddedLean();
  }, 900_000);

  it(
    `of ${WANTED} false ones none is proved, and none that stays true is refuted`,
    async () => {
      const mutants = makeMutants(WANTED);
      const counts = { mutants: 0, true: 0, refuted: 0, stuck: 0, proved: 0, missed: 0 };
      /** False theorems, by their kind. */
      const kinds = new Map<string, number>();
      const wrong: string[] = [];
      const note = ({ content, mutation, truth }: Mutant, theorem: string, judgement: Judgement): void => {
        const holds = truth.get(theorem)!;
        if (!holds) {
          counts[judgement]++;
          const kind = theorem.replace(/_\d+$/, '');
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        }
        if (holds && judgement === 'refuted' && mayBeMissed(content, theorem)) counts.missed++;
        else if (judgement !== (holds ? 'proved' : 'refuted'))
          wrong.push(
            `${mutation.place} ${mutation.from} → ${mutation.to}: ${theorem} is ${String(holds)}, but ${judgement}`,
          );
      };
      const batches: Mutant[][] = [];
      for (let i = 0; i < mutants.length; i += PER_PROCESS) batches.push(mutants.slice(i, i + PER_PROCESS));
      const work = async (): Promise<void> => {
        for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
          const answers = await checkTogether(
            batch.map(({ part }) => part),
            opened,
          );
          batch.forEach((mutant, i) => {
            const isFalse = [...mutant.truth.values()].includes(false);
            counts[isFalse ? 'mutants' : 'true']++;
            for (const [theorem, judgement] of judge(mutant, answers[i]!, opened)) note(mutant, theorem, judgement);
          });
        }
      };
      await Promise.all(Array.from({ length: PROCESSES }, work));
      console.info(
        `${counts.mutants} false mutants: ${counts.refuted} false theorems refuted, ${counts.stuck} stuck, ${counts.proved} proved; ${counts.true} mutants stay true, and of their theorems ${counts.missed} are beyond the check; false were ${[...kinds].map(([kind, times]) => `${kind} ${times}`).join(', ')}`,
      );
      expect(counts.proved).toBe(0);
      expect(wrong).toEqual([]);
      expect(counts.mutants).toBeGreaterThanOrEqual(WANTED);
      expect(counts.true).toBeGreaterThan(WANTED / 50);
    },
    Math.max(300_000, 1500 * WANTED),
  );
});

/** What became of each theorem that was checked: by Lean alone, or, of a whole certificate, by all that decides. */
function judge(
  { isWhole, content, part }: Mutant,
  messages: Awaited<ReturnType<typeof checkTogether>>[number],
  { libraryFindings }: OpenedSession,
): [string, Judgement][] {
  const { text, theorems } = part.source;
  if (isWhole) {
    const line = text.split('\n').length - 1;
    const end = { line, column: 0, endLine: line, endColumn: 6, text: 'certificate_end : True', tag: '' };
    const verdicts = decideVerdicts({
      obligations: content.obligations,
      source: text,
      ranges: theorems,
      outcome: {
        kind: 'finished',
        exitCode: messages.length > 0 ? 1 : 0,
        milliseconds: 0,
        messages: [...messages, { severity: 'information', ...end }],
      },
      audit: libraryFindings,
      evaluations: evaluateObligations(content),
    });
    expect(text.endsWith(SENTINEL_SOURCE)).toBe(true);
    return verdicts.map(({ theorem, verdict }) => [
      theorem,
      verdict === 'proved' || verdict === 'refuted' ? verdict : 'stuck',
    ]);
  }
  const inside = (line: number): boolean =>
    theorems.some(
      ({ theorem, startLine, endLine }) => part.theorems.has(theorem) && line >= startLine && line <= endLine,
    );
  const outside = messages.find(({ line }) => !inside(line));
  if (outside !== undefined) throw new Error(`${part.moduleName}, line ${outside.line}: ${outside.text}`);
  return theorems
    .filter(({ theorem }) => part.theorems.has(theorem))
    .map(({ theorem, startLine, endLine }) => {
      const own = messages.filter(({ line }) => line >= startLine && line <= endLine);
      if (own.length === 0) return [theorem, 'proved'];
      const isRefuted = own.every(({ text: words }) => words.startsWith('Tactic `decide` proved that the proposition'));
      return [theorem, isRefuted ? 'refuted' : 'stuck'];
    });
}
