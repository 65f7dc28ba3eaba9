import * as z from 'zod';
import type { RequestMessage } from 'vscode-jsonrpc/node';

type Id = string | number;

/**
 * What servers ask of the client, when several live one after the other: an answer meant for one that has died must not
 * reach its successor, which counts its requests from the same number on, and what a dead one has registered is to be
 * taken back. The ids of the first server are left as they are.
 */
export interface ServerRequests {
  /** The id under which the client sees a request of the server's `life`, counted from 0. */
  readonly idForClient: (life: number, id: Id) => Id;
  /** The server's own id of a request that the client answers, or null if the server that asked lives no more. */
  readonly idForServer: (life: number, id: Id | null) => Id | null;
  /** Takes note of what a request registers. */
  readonly note: (request: RequestMessage) => void;
  /** The request that takes back what the last server had registered; null where that is nothing. */
  readonly takeBack: (life: number) => RequestMessage | null;
}

const PREFIX = 'life-';

const registerSchema = z.object({
  registrations: z.array(z.object({ id: z.string(), method: z.string() })),
});
const unregisterSchema = z.object({ unregisterations: z.array(z.object({ id: z.string() })) });

export function serverRequests(): ServerRequests {
  const registered = new Map<string, string>();
  return {
    idForClient: (life, id) => (life === 0 ? id : `${PREFIX}${life}:${JSON.stringify(id)}`),
    idForServer(life, id) {
      if (life === 0) return id;
      const prefix = `${PREFIX}${life}:`;
      if (typeof id !== 'string' || !id.startsWith(prefix)) return null;
      return parseId(id.slice(prefix.length));
    },
    note({ method, params }) {
      if (method === 'client/registerCapability') {
        const parsed = registerSchema.safeParse(params);
        for (const { id, method: what } of parsed.data?.registrations ?? []) registered.set(id, what);
      }
      if (method === 'client/unregisterCapability') {
        const parsed = unregisterSchema.safeParse(params);
        for (const { id } of parsed.data?.unregisterations ?? []) registered.delete(id);
      }
    },
    takeBack(life) {
      if (registered.size === 0) return null;
      // The protocol spells the key this way.
      const unregisterations = [...registered].map(([id, method]) => ({ id, method }));
      registered.clear();
      const id = `end-of-${PREFIX}${life}`;
      return { jsonrpc: '2.0', id, method: 'client/unregisterCapability', params: { unregisterations } };
    },
  };
}

function parseId(text: string): Id | null {
  try {
    const id: unknown = JSON.parse(text);
    return typeof id === 'string' || typeof id === 'number' ? id : null;
  } catch {
    return null;
  }
}
