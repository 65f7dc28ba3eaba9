import { describe, expect, it } from 'vitest';
import { hasNativeLean } from './lean-installed.ts';
import { createRestartLimit } from './restart-limit.ts';

describe('a server that crashes', () => {
  it('is started again four times in three minutes, and not a fifth time', () => {
    let now = 0;
    const limit = createRestartLimit(() => now);
    const crashes = (): boolean[] => Array.from({ length: 5 }, () => limit.mayRestart());
    expect(crashes()).toEqual([true, true, true, true, false]);
    now = 180_000;
    expect(limit.mayRestart()).toBe(true);
    limit.reset();
    expect(crashes()).toEqual([true, true, true, true, false]);
  });
});

describe('a native Lean', () => {
  it('is looked for in elan’s folder and on the path', () => {
    const asked: string[] = [];
    const none = (file: string): boolean => asked.push(file) < 0;
    expect(hasNativeLean({ PATH: '/a:/b' }, '/home/me', none)).toBe(false);
    expect(asked.map((file) => file.replaceAll('\\', '/'))).toEqual(['/home/me/.elan/bin/lake', '/a/lake', '/b/lake']);
    expect(hasNativeLean({ ELAN_HOME: '/elan' }, '/home/me', (file) => file === '/elan/bin/lake')).toBe(true);
  });
});
