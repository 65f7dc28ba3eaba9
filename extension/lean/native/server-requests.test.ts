import { describe, expect, it } from 'vitest';
import { serverRequests } from './server-requests.ts';

describe('requests of servers that live one after the other', () => {
  it('keep their ids in the first life, and are told apart in every other', () => {
    const { idForClient, idForServer } = serverRequests();
    expect([idForClient(0, 5), idForServer(0, 5)]).toEqual([5, 5]);
    for (const id of [5, '5', 'a:"b']) {
      const seen = idForClient(2, id);
      expect(idForServer(2, seen)).toBe(id);
      expect(idForServer(3, seen)).toBeNull();
    }
    for (const stray of [5, '5', null, 'life-2:', 'life-2:{}', 'life-1:5']) expect(idForServer(2, stray)).toBeNull();
  });

  it('are followed by taking back what is still registered, once', () => {
    const requests = serverRequests();
    const note = (method: string, params: object): void => requests.note({ jsonrpc: '2.0', id: 1, method, params });
    note('client/registerCapability', {
      registrations: [
        { id: 'a', method: 'x' },
        { id: 'b', method: 'y' },
      ],
    });
    note('client/unregisterCapability', { unregisterations: [{ id: 'a', method: 'x' }] });
    note('client/registerCapability', {});
    expect(requests.takeBack(0)?.params).toEqual({ unregisterations: [{ id: 'b', method: 'y' }] });
    expect(requests.takeBack(1)).toBeNull();
  });
});
