import type { StructureEvent } from '../extension/protocol/structure-event.ts';
import { t } from './words.ts';

/** A picture of a structure that can be turned; made by the second bundle. */
export interface StructureView {
  show(structure: StructureEvent): void;
}

/** What the second bundle leaves behind for us, since a script without modules has no other way. */
declare global {
  interface Window {
    pcmStructureView?: (stage: HTMLElement) => StructureView;
  }
}

export type Opened =
  { readonly kind: 'opened'; readonly view: StructureView } | { readonly kind: 'unavailable'; readonly reason: string };

let loading: Promise<string | null> | undefined;

/**
 * Loads the second bundle, which is larger than all the rest and only needed here, with the page's own nonce, and opens a
 * view on `stage`.
 */
export async function openStructureView(stage: HTMLElement): Promise<Opened> {
  if (!canDrawInThreeDimensions()) {
    return { kind: 'unavailable', reason: t('This window cannot draw in three dimensions (WebGL is off).') };
  }
  loading ??= load();
  const fault = await loading;
  if (fault !== null || window.pcmStructureView === undefined) {
    loading = undefined;
    return { kind: 'unavailable', reason: fault ?? t('The picture could not be loaded.') };
  }
  try {
    return { kind: 'opened', view: window.pcmStructureView(stage) };
  } catch (error) {
    return { kind: 'unavailable', reason: t('The picture could not be drawn: {0}.', String(error)) };
  }
}

function load(): Promise<string | null> {
  return new Promise((resolve) => {
    const own = document.querySelector<HTMLScriptElement>('script[nonce]');
    const address = document.getElementById('dashboard')?.dataset['structureView'];
    if (own === null || address === undefined) {
      resolve(t('The picture could not be found.'));
      return;
    }
    const script = document.createElement('script');
    script.nonce = own.nonce;
    script.src = address;
    script.addEventListener('load', () => resolve(null));
    script.addEventListener('error', () => resolve(t('The picture could not be loaded.')));
    document.head.append(script);
  });
}

function canDrawInThreeDimensions(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}
