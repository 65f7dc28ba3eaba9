import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Bytes of code that a window may wait for before it goes on. */
const LARGEST = 250_000;

describe('what is loaded when a window opens', () => {
  it('is little, and has no definitions of messages and no readers in it: they come with what needs them', async () => {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: ['extension/vscode/extension.ts'],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
      external: ['vscode'],
      plugins: [
        {
          name: 'loaded-later',
          setup(builder) {
            builder.onResolve({ filter: /./ }, ({ kind, path: name }) =>
              kind === 'dynamic-import' ? { path: name, external: true } : undefined,
            );
          },
        },
      ],
    });
    const [output] = Object.values(metafile.outputs);
    const files = Object.keys(output!.inputs);
    expect(files.filter((file) => /node_modules\/(?!jsonc-parser\/)|core\/(formats|generators)\//.test(file))).toEqual(
      [],
    );
    expect(output!.bytes).toBeLessThan(LARGEST);
  });
});
