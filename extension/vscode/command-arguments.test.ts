import { describe, expect, it } from 'vitest';
import type { VsCodeApi } from './api.ts';
import {
  certificateOfArgument,
  obligationOfArgument,
  structureOfArgument,
  targetOfArgument,
} from './command-arguments.ts';

class FakeUri {
  readonly scheme = 'file';
  constructor(readonly path: string) {}
  get fsPath(): string {
    return this.path;
  }
  static file(path: string): FakeUri {
    return new FakeUri(path);
  }
}
const api = { Uri: FakeUri } as unknown as VsCodeApi;
const nothing: readonly unknown[] = [
  undefined,
  null,
  7,
  'text',
  [],
  {},
  { target: 'x' },
  { obligation: { theorem: 1 } },
];

describe('what a command was called on', () => {
  it('is a project file, or the target of an item', () => {
    expect(targetOfArgument(api, new FakeUri('/p/pcm.strict.json'))).toEqual({
      folder: '/p',
      config: 'pcm.strict.json',
    });
    expect(targetOfArgument(api, new FakeUri('/p/data.json'))).toBeUndefined();
    const target = { folder: '/p', config: 'pcm.json', model: 'mace' };
    expect(targetOfArgument(api, { label: 'mace', target })).toEqual(target);
    expect(targetOfArgument(api, { target: { ...target, model: 7 } })).toEqual({ folder: '/p', config: 'pcm.json' });
  });

  it('is a certificate: its file, or its item', () => {
    expect(certificateOfArgument(api, new FakeUri('/p/m.pcm-cert.json'))?.fsPath).toBe('/p/m.pcm-cert.json');
    expect(certificateOfArgument(api, new FakeUri('/p/pcm.json'))).toBeUndefined();
    expect(certificateOfArgument(api, { kind: 'certificate', file: '/p/m.pcm-cert.json' })?.fsPath).toBe(
      '/p/m.pcm-cert.json',
    );
    expect(certificateOfArgument(api, { kind: 'obligation', file: '/p/m.pcm-cert.json' })).toBeUndefined();
  });

  it('is an obligation: itself, an item of the view, or one of the Test Explorer', () => {
    const ref = { certificate: '/p/m.pcm-cert.json', theorem: 'safe' };
    expect(obligationOfArgument(ref)).toEqual(ref);
    expect(obligationOfArgument({ label: 'safe', obligation: ref })).toEqual(ref);
    expect(obligationOfArgument({ id: 'safe', parent: { id: '/p/m.pcm-cert.json' } })).toEqual(ref);
    expect(obligationOfArgument({ id: '/p/m.pcm-cert.json', parent: undefined })).toBeUndefined();
  });

  it('is a structure, by its file and line', () => {
    const structure = { folder: '/p', file: 'a.xyz', line: 7, index: 1, detail: '' };
    expect(structureOfArgument({ structure })).toEqual({ folder: '/p', file: 'a.xyz', line: 7 });
    expect(structureOfArgument({ structure: { ...structure, line: 0.5 } })).toBeUndefined();
    expect(structureOfArgument({ structure: { ...structure, file: 3 } })).toBeUndefined();
  });

  it.each(nothing)('is nothing where it has another shape: %j', (argument) => {
    expect(targetOfArgument(api, argument)).toBeUndefined();
    expect(certificateOfArgument(api, argument)).toBeUndefined();
    expect(obligationOfArgument(argument)).toBeUndefined();
    expect(structureOfArgument(argument)).toBeUndefined();
  });
});
