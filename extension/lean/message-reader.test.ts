import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { messageReader } from './message-reader.ts';

const timers = (): number => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

it('waits for the rest of a message without keeping the process alive', async () => {
  const stream = new PassThrough();
  const heard: unknown[] = [];
  messageReader(stream).listen((message) => heard.push(message));
  const before = timers();
  const body = '{"jsonrpc":"2.0","method":"half"}';
  stream.write(`Content-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`);
  await expect.poll(() => stream.readableLength).toBe(0);
  expect(timers()).toBeLessThanOrEqual(before);
  stream.write(body.slice(9));
  await expect.poll(() => heard).toEqual([{ jsonrpc: '2.0', method: 'half' }]);
});
