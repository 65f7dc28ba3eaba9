import { reportOf } from '../core/report/report.ts';
import type { Report } from '../protocol/report.ts';
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
  reporter.emit(made);
  return 0;
}
