import * as z from 'zod';
import type { Translate } from '../extension/protocol/translate.ts';

const bundleSchema = z.record(z.string(), z.string());

/**
 * Says sentences in the language of `bundle`, which maps ours to its own as JSON: what the editor's `l10n.bundle` holds. A
 * sentence that it lacks, or a bundle that is none, leaves us our own words.
 */
export function translator(bundle: string | undefined): Translate {
  const read = bundleSchema.safeParse(parsed(bundle));
  const known = new Map(read.success ? Object.entries(read.data) : []);
  return (message, ...words) =>
    (known.get(message) ?? message).replaceAll(/\{(\d)\}/g, (place, at: string) => String(words[Number(at)] ?? place));
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return null;
  }
}

/** In the language of the page, which its host put into the page's element. */
export const t = translator(
  typeof document === 'undefined' ? undefined : document.querySelector('main')?.dataset['words'],
);
