import { describe, expect, it } from 'vitest';
import { parseInvocation } from './arguments.ts';

describe('the command line', () => {
  it('understands certify with every option', () => {
    const words = [
      'certify',
      'dir',
      '--model',
      'm',
      '--config',
      'pcm.strict.json',
      '--out',
      'o',
      '--workers',
      '2',
      '--skip',
      'a',
      '--skip',
      'b',
      '--json',
      '--no-check',
    ];
    expect(parseInvocation(words)).toEqual({
      kind: 'certify',
      directory: 'dir',
      options: {
        json: true,
        config: 'pcm.strict.json',
        model: 'm',
        workers: 2,
        out: 'o',
        skip: ['a', 'b'],
        check: false,
      },
    });
  });

  it('understands which structure is meant', () => {
    expect(parseInvocation(['structure', 'c.json', '--structure', 'data/a#b.xyz#12'])).toEqual({
      kind: 'structure',
      certificate: 'c.json',
      options: { json: false, config: 'pcm.json', structure: { kind: 'place', file: 'data/a#b.xyz', index: 12 } },
    });
    expect(parseInvocation(['structure', 'c.json', '--structure', '0123456789abcdef'])).toMatchObject({
      options: { structure: { kind: 'id', id: '0123456789abcdef' } },
    });
    expect(parseInvocation(['structure', 'c.json', '--structure', 'a.xyz']).kind).toBe('misused');
    expect(parseInvocation(['structure', 'c.json']).kind).toBe('misused');
  });

  it('has the documented defaults', () => {
    expect(parseInvocation(['certify', 'dir'])).toEqual({
      kind: 'certify',
      directory: 'dir',
      options: {
        json: false,
        config: 'pcm.json',
        model: undefined,
        workers: undefined,
        out: 'certificates',
        skip: [],
        check: true,
      },
    });
    expect(parseInvocation(['check', 'c.json'])).toEqual({
      kind: 'check',
      certificate: 'c.json',
      options: { json: false, backend: undefined },
    });
  });

  it('understands the language server, also as editors start it', () => {
    expect(parseInvocation(['lean-server', '--stdio', '--clientProcessId=7'])).toEqual({
      kind: 'lean-server',
      options: { root: undefined, backend: 'auto', log: false },
    });
    expect(parseInvocation(['lean-server', '--stdio', '--root', 'd', '--backend', 'embedded', '--log'])).toEqual({
      kind: 'lean-server',
      options: { root: 'd', backend: 'embedded', log: true },
    });
  });

  it('reads what is to be swept', () => {
    expect(parseInvocation(['sweep', 'run', 'd', '--shard', '3/8'])).toMatchObject({
      kind: 'sweep',
      action: 'run',
      directory: 'd',
      options: { parts: [{ index: 3, count: 8 }] },
    });
    expect(parseInvocation(['sweep', 'merge', 'd', 'x', 'y'])).toMatchObject({ action: 'merge', folders: ['x', 'y'] });
  });

  it('suggests the command that was meant', () => {
    expect(parseInvocation(['certfy', 'dir'])).toMatchObject({
      kind: 'misused',
      message: expect.stringContaining('"certify"') as string,
    });
  });

  it.each([
    [['certify'], 'one project folder'],
    [['certify', 'a', 'b'], 'one project folder'],
    [['check'], 'one certificate file'],
    [['certify', 'a', '--workers', '0'], '--workers'],
    [['check', 'a', '--backend', 'coq'], '--backend'],
    [['physics'], 'one project folder'],
    [['physics', 'a', '--structures', '0'], '--structures'],
    [['validate'], 'one certificate file'],
    [['validate', 'a', '--top', '0'], '--top'],
    [['validate', 'a', '--reference', 'vasp'], '--reference'],
    [['sweep', 'mrege', 'd'], 'merge'],
    [['sweep', 'run'], 'one project folder'],
    [['sweep', 'run', 'd', 'e'], 'one project folder'],
    [['sweep', 'run', 'd', '--shard', '9/8'], '--shard'],
    [['sweep', 'merge', 'd', '--shard', '1/8'], '--shard'],
    [['sweep', 'run', 'd', '--engine', 'slurm'], '--engine belongs to pcm sweep submit'],
    [['sweep', 'submit', 'd', '--engine', 'pbs'], '--engine takes slurm or local'],
    [['sweep', 'submit', 'd', '--shards', '0'], '--shards'],
    [['lean-server'], '--stdio'],
    [['lean-server', '--stdio', 'dir'], '--stdio'],
    [['lean-server', '--stdio', '--backend', 'coq'], '--backend'],
    [['certify', 'a', '--bogus'], 'bogus'],
  ])('refuses %j and says why', (words, reason) => {
    expect(parseInvocation(words)).toMatchObject({
      kind: 'misused',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('understands what to validate, and with what', () => {
    expect(parseInvocation(['validate', 'a.json', '--top', '3', '--config', 'dft.json'])).toMatchObject({
      kind: 'validate',
      certificate: 'a.json',
      options: { reference: undefined, top: 3, config: 'dft.json' },
    });
    expect(parseInvocation(['validate', 'a.json', '--reference', 'ase'])).toMatchObject({
      options: { reference: 'ase' },
    });
  });

  it('understands which models to probe, and with how many structures', () => {
    expect(parseInvocation(['physics', 'm.onnx', '--structures', '3'])).toMatchObject({
      kind: 'physics',
      target: 'm.onnx',
      options: { structures: 3, json: false },
    });
    expect(parseInvocation(['physics', 'dir'])).toMatchObject({ kind: 'physics', options: { structures: undefined } });
  });

  it('helps when nothing was said', () => {
    expect(parseInvocation([]).kind).toBe('help');
    expect(parseInvocation(['certify', '--help']).kind).toBe('help');
    expect(parseInvocation(['--version']).kind).toBe('version');
  });
});
