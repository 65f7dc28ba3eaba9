import { Worker } from 'node:worker_threads';
import type { CertificateReading } from './certificate-reading.ts';

/** A certificate that takes longer than this, or more than this, is not shown. */
const TIME_LIMIT_MILLISECONDS = 60_000;
const MEMORY_MEGABYTES = 1536;

/** Reads a certificate (its text, or its bytes) in a thread. Never rejects: what goes wrong is a reason not to show it. */
export function readCertificateInThread(
  script: string,
  source: string | Uint8Array,
  file: string,
): Promise<CertificateReading> {
  const worker = new Worker(script, {
    workerData: { source, file },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEGABYTES },
  });
  const read = new Promise<CertificateReading>((resolve) => {
    const fail = (reason: string): void => resolve({ kind: 'unreadable', file, reason });
    const timer = setTimeout(() => fail('Reading it takes too long.'), TIME_LIMIT_MILLISECONDS);
    worker.once('message', (reading: CertificateReading) => resolve(reading));
    worker.once('error', (error) => fail(error.message));
    worker.once('exit', () => fail('The thread that reads it ended.'));
    worker.once('exit', () => clearTimeout(timer));
  });
  return read.finally(() => void worker.terminate());
}
