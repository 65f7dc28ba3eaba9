import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pathInside } from '../embedded-session.ts';

/** Where the worker sees the Lean workspace of its document. */
export const WORKSPACE_MOUNT = '/workspace';
/** Where it believes documents to lie that belong to no workspace; nothing is mounted there. */
const LOOSE_MOUNT = '/document';
/** Files that only the worker sees. */
const UNSEEN = ['file:///lean/', 'file:///library/'];

/** Translates between a client's URIs and those of one document's worker. */
export interface UriMap {
  /** The document's URI in the worker. */
  readonly workerUri: string;
  /** Module name of the document, where its place in a workspace gives it one. */
  readonly module: string | null;
  /** Every URI in a message to the worker. */
  readonly toWorker: (value: unknown) => unknown;
  /** Every URI in a message from the worker; locations in files that the client cannot see are left out. */
  readonly toClient: (value: unknown) => unknown;
}

/**
 * @param uri of the document, as the client writes it
 * @param workspace absolute folder of its Lean workspace, or null
 */
export function uriMap(uri: string, workspace: string | null): UriMap {
  const file = filePath(uri);
  const place = file === null || workspace === null ? null : pathInside(workspace, file);
  const workerUri =
    place === null
      ? `file://${LOOSE_MOUNT}/${encodeURIComponent(looseName(uri))}`
      : pathToFileURL(`${WORKSPACE_MOUNT}/${place}`).href;
  const outside = workspace === null ? null : `${pathToFileURL(workspace).href}/`;
  const inside = `file://${WORKSPACE_MOUNT}/`;
  const swap = (ownFrom: string, ownTo: string, from: string | null, to: string | null) => {
    const swapUri = (text: string): string => {
      if (text === ownFrom) return ownTo;
      return from !== null && to !== null && text.startsWith(from) ? to + text.slice(from.length) : text;
    };
    return (text: string): string => {
      const external = /^«external:(.*)»$/s.exec(text)?.[1];
      return external === undefined ? swapUri(text) : `«external:${swapUri(external)}»`;
    };
  };
  const toWorker = swap(uri, workerUri, outside, inside);
  const toClient = swap(workerUri, uri, inside, outside);
  return {
    workerUri,
    module: place === null || !place.endsWith('.lean') ? null : place.slice(0, -'.lean'.length).replaceAll('/', '.'),
    toWorker: (value) => mapStrings(value, toWorker),
    toClient: (value) => mapStrings(dropUnseen(value), toClient),
  };
}

/** The path of a `file:` URI, or null for any other. */
export function filePath(uri: string): string | null {
  try {
    return uri.startsWith('file:') ? fileURLToPath(uri) : null;
  } catch {
    return null;
  }
}

function looseName(uri: string): string {
  const name = basename(filePath(uri) ?? uri.slice(uri.indexOf(':') + 1));
  return name.endsWith('.lean') ? name : `${name}.lean`;
}

/** A copy of a JSON value with every string, also the keys of objects, put through `map`. */
function mapStrings(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [map(key), mapStrings(item, map)]));
}

/** Of a list of locations, those in files that a client can open. */
function dropUnseen(value: unknown): unknown {
  if (!Array.isArray(value)) return isUnseen(value) ? null : value;
  return value.some(isUnseen) ? value.filter((item) => !isUnseen(item)) : value;
}

function isUnseen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { uri, targetUri } = value as { uri?: unknown; targetUri?: unknown };
  const at = targetUri ?? uri;
  return typeof at === 'string' && UNSEEN.some((prefix) => at.startsWith(prefix));
}
