import { createHash } from 'node:crypto';
import { reportPage } from '../core/report/page/page.ts';
import { pageStyle } from '../core/report/page/style.ts';
import { reportOf } from '../core/report/report.ts';
import type { Report } from '../protocol/report.ts';
import { writeFileAtomically } from '../sweep/atomic-file.ts';
import { readCertificate } from './read-certificate.ts';
import type { ReportOptions } from './report-arguments.ts';
import { gatherEvidence } from './report-evidence.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/**
 * `pcm report`: what a certificate found. The certificate alone gives the greater part; its data and its model, where they
 * are at hand and unchanged, give elements, crystals and failure modes.
 */
export async function report(file: string, options: ReportOptions, around: Surroundings): Promise<ExitCode> {
  const { reporter, signal } = around;
  const read = await readCertificate(file);
  if (read.kind === 'rejected') {
    read.problems.forEach(reporter.emit);
    return 2;
  }
  let made: Report;
  try {
    made = reportOf(read.value, await gatherEvidence(file, read.value, options, around));
  } catch (error) {
    if (signal.aborted) return 2;
    throw error;
  }
  if (options.output !== undefined && !(await writePage(made, options.output, around))) return 2;
  reporter.emit(made);
  return 0;
}

/** Writes the page and, beside it, its twin with the same data; false after a problem was reported. */
async function writePage(made: Report, output: string, { reporter }: Surroundings): Promise<boolean> {
  const styleHash = createHash('sha256').update(pageStyle).digest('base64');
  const twin = output.replace(/\.html?$/i, '.json');
  for (const [file, text] of [
    [twin, `${JSON.stringify(made)}\n`],
    [output, reportPage(made, styleHash)],
  ] as const) {
    const written = await writeFileAtomically(file, text);
    if (written.kind === 'failed') {
      const { message, fix } = written;
      reporter.emit({ kind: 'problem', severity: 'error', file, line: null, message, fix });
      return false;
    }
  }
  reporter.note(`wrote ${output} and ${twin}`);
  return true;
}
