import { describe, expect, it } from 'vitest';
import { isFit, parseLakeVersion, parseVersion } from './lean-version.ts';

describe('versions', () => {
  it.each([
    ['Lean (version 4.28.0, x86_64-unknown-linux-gnu, commit 7e01a1bf5c70, Release)\n', '4.28.0', true],
    ['Lean (version 4.29.0-rc1, arm64-apple-darwin23, commit 7e01a1bf5c70, Release)', '4.29.0-rc1', true],
    ['info: syncing\nLean (version 4.100.3, commit abc, Release)', '4.100.3', true],
    ['Lean (version 4.27.9, commit abc, Release)', '4.27.9', false],
    ['Lean (version 3.51.1, commit abc, Release)', '3.51.1', false],
    ['Lean (version 5.28.0, commit abc, Release)', '5.28.0', false],
  ])('are read from %j', (output, text, fit) => {
    const version = parseVersion(output);
    expect(version?.text).toBe(text);
    expect(isFit(version!)).toBe(fit);
  });

  it('are read from what lake prints', () => {
    expect(parseLakeVersion('Lake version 5.0.0-src+7e01a1b (Lean version 4.28.0)\n')?.text).toBe('4.28.0');
    expect(parseLakeVersion('Lake version 5.0.0-src+7e01a1b')).toBeNull();
  });

  it.each([
    '',
    'Lean',
    'lean 4.28.0',
    'Lean (version four)',
    'Lean (version 4.28)',
    `Lean (version ${'9'.repeat(99)}.0.0)`,
  ])('are not made up from %j', (output) => {
    expect(parseVersion(output)).toBeNull();
    expect(parseLakeVersion(output)).toBeNull();
  });
});
