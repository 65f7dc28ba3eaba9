import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Checked } from '../core/problem.ts';
import { checkContract, type ModelContract } from './model-contract.ts';
import { readOnnxSummary } from './onnx-file.ts';

/** A model file that keeps the contract, and the hash that names it. */
export interface AuditedModel {
  /** As in the project, relative to its folder. */
  readonly path: string;
  readonly absolute: string;
  readonly sha256: string;
  readonly contract: ModelContract;
}

/** Larger models are refused before they are read. */
const LARGEST_MODEL = 2 ** 31 - 1;

/**
 * Reads a project's model file, checks it against the contract and hashes it. Nothing of it is run.
 * @param project absolute path of the project folder; the model must lie in it, links resolved.
 * @param path relative to the project folder.
 */
export async function readModelFile(project: string, path: string): Promise<Checked<AuditedModel>> {
  const reject = (message: string, fix: string): Checked<AuditedModel> => ({
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file: path, line: null, message, fix }],
  });
  let absolute: string;
  let bytes: Uint8Array;
  try {
    const root = await realpath(project);
    absolute = await realpath(join(root, path));
    if (!absolute.startsWith(root + sep)) {
      return reject(
        'The model lies outside the project folder.',
        'Copy it into the project; links that lead out are not followed.',
      );
    }
    const status = await stat(absolute);
    if (!status.isFile()) return reject('The model is not a file.', 'Name an .onnx file.');
    if (status.size > LARGEST_MODEL)
      return reject('The model is larger than 2 GB.', 'Export it without data it does not need.');
    bytes = await readFile(absolute);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return reject(`The model cannot be read (${code}).`, 'Check its path in "models", relative to the project folder.');
  }
  const summary = readOnnxSummary(bytes, path);
  if (summary.kind === 'rejected') return summary;
  const contract = checkContract(summary.value, path);
  if (contract.kind === 'rejected') return contract;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { kind: 'ok', value: { path, absolute, sha256, contract: contract.value }, warnings: contract.warnings };
}
