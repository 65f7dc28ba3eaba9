import { describe, expect, test } from 'vitest';
import { uriMap } from './uri-map.ts';

describe('uriMap', () => {
  const map = uriMap('file:///home/me/my%20project/A/B.lean', '/home/me/my project');

  test('names a document by its place in the workspace', () => {
    expect(map.workerUri).toBe('file:///workspace/A/B.lean');
    expect(map.module).toBe('A.B');
  });

  test('translates there and back, also in keys and in data that the worker wants back', () => {
    const message = {
      textDocument: { uri: 'file:///home/me/my%20project/A/B.lean' },
      changes: { 'file:///home/me/my%20project/C.lean': ['«external:file:///home/me/my%20project/C.lean»'] },
    };
    const sent = map.toWorker(message);
    expect(sent).toEqual({
      textDocument: { uri: 'file:///workspace/A/B.lean' },
      changes: { 'file:///workspace/C.lean': ['«external:file:///workspace/C.lean»'] },
    });
    expect(map.toClient(sent)).toEqual(message);
  });

  test('leaves other text alone', () => {
    const text = 'see file:///home/me/my%20project/A/B.lean';
    expect(map.toWorker([text, 1, null, true])).toEqual([text, 1, null, true]);
    expect(map.toWorker('file:///home/me/my%20project-2/A.lean')).toBe('file:///home/me/my%20project-2/A.lean');
  });

  test('leaves out places that only the worker sees', () => {
    const seen = { uri: 'file:///workspace/C.lean' };
    expect(map.toClient([{ uri: 'file:///lean/lib/lean/Init.lean' }, seen])).toEqual([
      { uri: 'file:///home/me/my%20project/C.lean' },
    ]);
    expect(map.toClient({ targetUri: 'file:///library/0/PCM.lean' })).toBeNull();
  });

  test.each(['untitled:Untitled-1', 'file:///elsewhere/Loose.lean', 'vscode-notebook-cell:x?y#z'])(
    'gives %s a place of its own',
    (uri) => {
      const loose = uriMap(uri, '/home/me');
      expect(loose.workerUri).toMatch(/^file:\/\/\/document\/[^/?#]*\.lean$/);
      expect(loose.module).toBeNull();
      expect(loose.toClient(loose.toWorker({ uri }))).toEqual({ uri });
    },
  );
});
