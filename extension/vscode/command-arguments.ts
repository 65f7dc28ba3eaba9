import type { Uri } from 'vscode';
import type { VsCodeApi } from './api.ts';
import type { ObligationRef } from './certificate-store.ts';
import { isConfig, targetOf, type CertifyTarget } from './project-choice.ts';

/**
 * What commands were called on. Menus hand over files or items of views, keys nothing, and other extensions whatever they
 * like: what does not have the right shape counts as nothing.
 */

/** The project file that a command was called on, or the `target` of whatever it was called on. */
export function targetOfArgument(api: VsCodeApi, argument: unknown): CertifyTarget | undefined {
  if (argument instanceof api.Uri) return isConfig(argument) ? targetOf(argument) : undefined;
  const target = member(argument, 'target');
  if (!hasTexts(target, ['folder', 'config'])) return undefined;
  const { folder, config } = target;
  return hasTexts(target, ['model']) ? { folder, config, model: target.model } : { folder, config };
}

/** The certificate that a command was called on: a file, or an item of the PCM view. */
export function certificateOfArgument(api: VsCodeApi, argument: unknown): Uri | undefined {
  if (argument instanceof api.Uri) return isCertificate(argument) ? argument : undefined;
  return hasTexts(argument, ['kind', 'file']) && argument.kind === 'certificate'
    ? api.Uri.file(argument.file)
    : undefined;
}

export const isCertificate = ({ path: name }: Uri): boolean => name.endsWith('.pcm-cert.json');

/** The obligation that a command was called on: an item of a view or of the Test Explorer, or the reference itself. */
export function obligationOfArgument(argument: unknown): ObligationRef | undefined {
  const suite = member(argument, 'parent');
  if (hasTexts(argument, ['id']) && hasTexts(suite, ['id'])) return { certificate: suite.id, theorem: argument.id };
  for (const value of [argument, member(argument, 'obligation')]) {
    if (hasTexts(value, ['certificate', 'theorem'])) {
      return { certificate: value.certificate, theorem: value.theorem };
    }
  }
  return undefined;
}

/** The structure that a command was called on: its data file, relative to a folder, and its first line, from 1. */
export function structureOfArgument(
  argument: unknown,
): { readonly folder: string; readonly file: string; readonly line: number } | undefined {
  const structure = member(argument, 'structure');
  const line = member(structure, 'line');
  if (!hasTexts(structure, ['folder', 'file']) || !Number.isInteger(line)) return undefined;
  return { folder: structure.folder, file: structure.file, line: Math.max(1, Number(line)) };
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}

function hasTexts<Key extends string>(value: unknown, keys: readonly Key[]): value is Readonly<Record<Key, string>> {
  return keys.every((key) => typeof member(value, key) === 'string');
}
