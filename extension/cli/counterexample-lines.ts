import { plural } from '../core/plural.ts';
import type { ExportedEvent, MinimizedEvent } from '../protocol/counterexample-events.ts';

const figure = (value: number): string => String(Number(value.toPrecision(4)));
const errorText = (error: number | null): string =>
  error === null ? 'no finite prediction' : `error ${figure(error)}`;

/** What became of counterexamples, as lines for a person. */
export function counterexampleLines(event: MinimizedEvent | ExportedEvent): string[] {
  if (event.kind === 'exported') {
    return [
      `  ${event.model}: ${plural(event.structures, 'counterexample')} written as ${event.format}`,
      ...event.files.map((file) => `    ${file}`),
    ];
  }
  const { id, file, line, generator, minimal, distortion } = event;
  const from = distortion === null ? '' : `, ${figure(distortion)} from its base`;
  const head = `  ${file}:${line}  ${id}${generator === null ? '' : ` by ${generator}`}  ${errorText(event.error)}${from}`;
  if (minimal === null) return [head, `    ${event.reason}`];
  return [
    head,
    `    still fails at ${figure(minimal.distortion)} from its base: ${errorText(minimal.error)}  ${minimal.id} (${plural(event.asked, 'structure')} asked; ${event.reason})`,
    `    ${JSON.stringify(minimal.record)}`,
  ];
}
