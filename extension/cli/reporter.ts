import { counterexampleLines } from './counterexample-lines.ts';
import { falsificationLines } from './falsification-lines.ts';
import { probeLines } from './probe-event.ts';
import type { PcmEvent, ProbeEvent, ProgressEvent, ResultEvent, RoundEvent } from '../protocol/events.ts';
import { structureLines } from './structure-lines.ts';
import { reportLines } from './report-lines.ts';
import { comparisonLines } from './comparison-lines.ts';
import { planLines } from './plan-lines.ts';
import { plural } from '../core/plural.ts';
import { verdictKinds } from '../core/verdict-kinds.ts';
import type { CertificateEvent } from '../protocol/certificate-event.ts';
import { sweepLines } from './sweep-lines.ts';
import { strategyLines } from './strategy-lines.ts';
import { validatedLine, validationLines } from './validate-lines.ts';

/** Where events go. `note` is for a person at a terminal; it never reaches a pipe that expects JSON. */
export interface Reporter {
  readonly emit: (event: PcmEvent) => void;
  readonly note: (text: string) => void;
  readonly close: () => void;
}

/** Least time between two progress reports of one stage, ms. */
const PROGRESS_INTERVAL = 200;

/** One JSON object per line, and nothing else. Progress is thinned out by the clock that is passed in. */
export function jsonReporter(write: (line: string) => void, now: () => number): Reporter {
  const due = progressThrottle(now);
  return {
    emit: (event) => {
      if (event.kind !== 'progress' || due(event)) write(`${JSON.stringify(event)}\n`);
    },
    note: () => undefined,
    close: () => undefined,
  };
}

export interface Terminal {
  /** Lines that stay. */
  readonly write: (text: string) => void;
  /** The one status line that is overwritten; absent when the output is no terminal. */
  readonly writeStatus: ((text: string) => void) | undefined;
  readonly colour: boolean;
  readonly now: () => number;
}

/** Text for a person: a status line while something runs, and one line for whatever is final. */
export function terminalReporter(terminal: Terminal): Reporter {
  const paint = painter(terminal.colour);
  const due = progressThrottle(terminal.now);
  const line = (text: string): void => {
    terminal.writeStatus?.('');
    terminal.write(`${text}\n`);
  };
  return {
    note: line,
    close: () => terminal.writeStatus?.(''),
    emit: (event) => {
      switch (event.kind) {
        case 'progress':
          if (due(event)) terminal.writeStatus?.(progressText(event));
          return;
        case 'problem': {
          const place = event.line === null ? event.file : `${event.file}:${event.line}`;
          const word = event.severity === 'error' ? paint('red', 'error') : paint('yellow', event.severity);
          line(`${place}: ${word}: ${event.message} ${event.fix}`);
          return;
        }
        case 'model': {
          const facts = Object.entries(event.description).map(([key, value]) => `${key} ${value}`);
          line(paint('bold', `\n${event.model}`) + `  ${facts.join(', ')}`);
          for (const finding of event.lint) line(`  model lint: ${finding}`);
          return;
        }
        case 'round': {
          roundLines(event).forEach(line);
          return;
        }
        case 'verdict': {
          line(`  ${verdictMark(event.verdict, paint)} ${event.theorem.padEnd(14)} ${event.reason}`);
          return;
        }
        case 'certificate': {
          const state = event.stale.length === 0 ? '' : `  ${paint('yellow', 'stale')}: ${event.stale.join('; ')}`;
          line(`${event.model}  ${verdictSums(event)}  ${event.file}${state}`);
          return;
        }
        case 'observation': {
          const error =
            event.refused === undefined ? String(event.error ?? 'no finite prediction') : `refused: ${event.refused}`;
          line(`${event.file}[${event.index}]  ${event.criterion}  ${error}${event.failed === true ? '  fails' : ''}`);
          return;
        }
        case 'sweep': {
          sweepLines(event).forEach(line);
          return;
        }
        case 'live':
        case 'table':
        case 'rows':
          // Progress says the same to a person; tables are for programs.
          return;
        case 'structure': {
          structureLines(event).forEach(line);
          return;
        }
        case 'report': {
          reportLines(event).forEach(line);
          return;
        }
        case 'comparison': {
          comparisonLines(event).forEach(line);
          return;
        }
        case 'validated': {
          line(validatedLine(event));
          return;
        }
        case 'validation': {
          validationLines(event).forEach(line);
          return;
        }
        case 'trial':
        case 'falsification':
        case 'verification': {
          falsificationLines(event).forEach(line);
          return;
        }
        case 'minimized':
        case 'exported': {
          counterexampleLines(event).forEach(line);
          return;
        }
        case 'plan': {
          planLines(event).forEach(line);
          return;
        }
        case 'probe': {
          probeLines(event, (verdict) => probeMark(verdict, paint)).forEach(line);
          return;
        }
        case 'result': {
          resultLines(event, paint).forEach(line);
          return;
        }
      }
    },
  };
}

type Colour = 'red' | 'green' | 'yellow' | 'bold' | 'dim';
type Painter = (colour: Colour, text: string) => string;

function painter(enabled: boolean): Painter {
  const codes: Record<Colour, string> = { red: '31', green: '32', yellow: '33', bold: '1', dim: '2' };
  return (colour, text) => (enabled ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text);
}

function progressThrottle(now: () => number): (event: ProgressEvent) => boolean {
  let last = { stage: '', model: '' as string | null, at: 0 };
  return (event) => {
    const sameStage = last.stage === event.stage && last.model === event.model;
    const finished = event.total !== null && event.done >= event.total;
    if (sameStage && !finished && now() - last.at < PROGRESS_INTERVAL) return false;
    last = { stage: event.stage, model: event.model, at: now() };
    return true;
  };
}

const stageWords: Record<ProgressEvent['stage'], string> = {
  read: 'reading',
  search: 'searching',
  refine: 'refining',
  risk: 'bounding the risk',
  validate: 'validating',
  probe: 'probing',
  write: 'writing',
  'prepare-lean': 'preparing Lean (once per machine)',
  check: 'checking with Lean',
};

function progressText(event: ProgressEvent): string {
  const amount = event.total === null ? `${event.done}` : `${event.done}/${event.total}`;
  const rate = event.rate === null ? '' : `, ${event.rate.toPrecision(3)}/s`;
  const failed = event.failed === undefined ? '' : `, ${event.failed} failed`;
  const left = event.secondsLeft === null ? '' : `, ${Math.ceil(event.secondsLeft)} s left`;
  return `  ${stageWords[event.stage]} ${amount} ${event.unit}${failed}${rate}${left}`;
}

const number = (value: number): string => String(Number(value.toPrecision(4)));

function roundLines(event: RoundEvent): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const interval = (end: RoundEvent['features'][number]['lower']): string => {
    const shown = end.bca ?? end.percentile;
    return shown === null ? '' : ` (${number(shown.lower)} to ${number(shown.upper)})`;
  };
  return [
    `  round ${event.round}/${event.rounds}: ${event.tested} tested, ${event.failed} failed, ${plural(event.discovered, 'counterexample')} so far, ${percent(event.coverage)} inside`,
    ...event.features.map(
      (feature) =>
        `    ${feature.feature.padEnd(28)} ${number(feature.lower.value)}${interval(feature.lower)} … ` +
        `${number(feature.upper.value)}${interval(feature.upper)} ${feature.unit === '1' ? '' : `${feature.unit} `} −${percent(feature.compression)}`,
    ),
    ...strategyLines(event.strategies ?? []),
  ];
}

function verdictMark(verdict: string, paint: Painter): string {
  if (verdict === 'proved') return paint('green', '✔ proved ');
  if (verdict === 'refuted') return paint('red', '✘ refuted');
  return paint('yellow', `? ${verdict.padEnd(7)}`);
}

function verdictSums({ obligations }: CertificateEvent): string {
  const count = (kind: string): number => obligations.filter(({ verdict }) => verdict === kind).length;
  const sums = verdictKinds.map((kind) => [count(kind), kind] as const).filter(([number]) => number > 0);
  return sums.map(([number, kind]) => `${number} ${kind}`).join(', ');
}

function probeMark(verdict: ProbeEvent['verdict'], paint: Painter): string {
  if (verdict === 'holds') return paint('green', '✔ holds   ');
  if (verdict === 'violated') return paint('red', '✘ violated');
  return paint('yellow', '? skipped ');
}

function resultLines(event: ResultEvent, paint: Painter): string[] {
  const { verdicts, structures, validation } = event;
  const lean =
    event.lean === null
      ? 'not checked'
      : `Lean ${event.lean.version} (${event.lean.backend}; ${event.lean.audit.join(', ')})`;
  return [
    `  ${structures.tested} structures tested, ${structures.failed} failed, ${structures.refused} refused; ` +
      `validation: ${validation.failures} of ${validation.inside} inside fail, rate at most ${(100 * validation.upperBound).toFixed(2)} %`,
    `  ${lean}`,
    paint('bold', `  ${event.model}: ${verdicts.proved} proved, ${verdicts.refuted} refuted, ${verdicts.stuck} stuck`) +
      (event.certificate === null ? '' : `  ${event.certificate}`),
  ];
}
