import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { commandIds, DASHBOARD_VIEW_TYPE } from './commands.ts';
import { settingDefaults } from './settings.ts';

const manifest = z
  .object({
    activationEvents: z.array(z.string()),
    icon: z.string(),
    contributes: z.object({
      commands: z.array(z.object({ command: z.string(), title: z.string().min(1), category: z.literal('PCM') })),
      menus: z.record(z.string(), z.array(z.object({ command: z.string() }))),
      walkthroughs: z.array(
        z.object({ steps: z.array(z.object({ id: z.string(), completionEvents: z.array(z.string()) })) }),
      ),
      languages: z.array(z.object({ configuration: z.string().optional() })),
      grammars: z.array(z.object({ path: z.string() })),
      keybindings: z.array(z.object({ command: z.string(), when: z.string() })),
      configuration: z.object({
        properties: z.record(
          z.string(),
          z.object({ default: z.unknown(), scope: z.string(), description: z.string().regex(/^%.+%$/) }),
        ),
      }),
    }),
  })
  .parse(JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8')));

describe('the manifest', () => {
  it('declares the commands that are registered, and no others', () => {
    expect(manifest.contributes.commands.map(({ command }) => command).sort()).toEqual([...commandIds].sort());
  });

  it('declares the settings that are read, with their defaults, and no others', () => {
    const declared = Object.entries(manifest.contributes.configuration.properties);
    expect(Object.fromEntries(declared.map(([id, property]) => [id, property.default]))).toEqual(
      Object.fromEntries(Object.entries(settingDefaults).map(([id, value]) => [`pcm.${id}`, value])),
    );
  });

  it('puts only declared commands into menus and under keys', () => {
    const { menus, keybindings } = manifest.contributes;
    const used = [...Object.values(menus).flat(), ...keybindings].map(({ command }) => command);
    expect(used.filter((command) => !commandIds.some((id) => id === command))).toEqual([]);
  });

  it('asks in its conditions only for what is set somewhere', () => {
    const manifestText = readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8');
    const conditions = [...manifestText.matchAll(/"(?:when|enablement)": "([^"]*)"|onContext:([\w.]+)/g)];
    const asked = conditions.flatMap(([, when, context]) => (context ?? when ?? '').match(/(?<![\w.])pcm\.\w+/g) ?? []);
    const sources = readdirSync(import.meta.dirname).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    );
    const set = sources.flatMap((name) =>
      [...readFileSync(path.join(import.meta.dirname, name), 'utf8').matchAll(/'setContext', '([\w.]+)'/g)].map(
        ([, key]) => key!,
      ),
    );
    const others = ['pcm.certificates', 'pcm.certificate', 'pcm.obligations'];
    expect([...new Set(asked)].filter((key) => !set.includes(key) && !others.includes(key))).toEqual([]);
    expect(set).toContain('pcm.hasCertificates');
  });

  it('finishes each step of the walkthrough by what it is about', () => {
    const steps = manifest.contributes.walkthroughs[0]!.steps;
    expect(Object.fromEntries(steps.map(({ id, completionEvents }) => [id, completionEvents]))).toEqual({
      sample: ['onContext:pcm.hasProject'],
      certify: ['onContext:pcm.hasCertificates'],
      failure: ['onCommand:pcm.nextFailure', 'onCommand:pcm.previousFailure'],
      lean: ['onLink:https://lean-lang.org/install/'],
    });
  });

  it('wakes the extension for a project and for a restored dashboard, never for everything', () => {
    expect(manifest.activationEvents).toContain('workspaceContains:pcm.json');
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${DASHBOARD_VIEW_TYPE}`);
    expect(manifest.activationEvents).not.toContain('*');
  });

  it('names files that exist', () => {
    const { languages, grammars } = manifest.contributes;
    const files = [
      manifest.icon,
      ...grammars.map((grammar) => grammar.path),
      ...languages.map((each) => each.configuration),
    ];
    for (const file of files.filter((each) => each !== undefined)) {
      expect(() => readFileSync(path.resolve(import.meta.dirname, '../..', file)), file).not.toThrow();
    }
  });
});
