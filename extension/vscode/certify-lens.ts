import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { CodeLens } from 'vscode';
import { targetOf } from './project-choice.ts';
import type { FeatureHost } from './feature.ts';

/** A model of a project file, at the offset (UTF-16 units) where it begins. */
export interface ModelPlace {
  readonly id: string;
  readonly offset: number;
}

/** The models that the text of a project file names, in its order; those without an id are left out. */
export function modelPlaces(text: string): ModelPlace[] {
  const root = parseTree(text);
  const models = root && findNodeAtLocation(root, ['models']);
  return (models?.children ?? []).flatMap((node) => {
    const id: unknown = findNodeAtLocation(node, ['id'])?.value;
    return typeof id === 'string' ? [{ id, offset: node.offset }] : [];
  });
}

/** *Certify* and *Show Dashboard* above a project file, and *Certify* above each model where there are several. */
export function registerCertifyLens({ api, context }: FeatureHost): void {
  context.subscriptions.push(
    api.languages.registerCodeLensProvider(
      { scheme: 'file', pattern: '**/{pcm,pcm.*}.json' },
      {
        provideCodeLenses(document): CodeLens[] {
          const target = targetOf(document.uri);
          const top = new api.Range(0, 0, 0, 0);
          const models = modelPlaces(document.getText());
          return [
            new api.CodeLens(top, {
              title: `$(verified) ${api.l10n.t('Certify')}`,
              command: 'pcm.certify',
              arguments: [document.uri],
            }),
            new api.CodeLens(top, {
              title: `$(graph-line) ${api.l10n.t('Show Dashboard')}`,
              command: 'pcm.showDashboard',
            }),
            ...(models.length < 2 ? [] : models).map(({ id, offset }) => {
              const place = document.positionAt(offset);
              return new api.CodeLens(new api.Range(place, place), {
                title: `$(verified) ${api.l10n.t('Certify {0}', id)}`,
                command: 'pcm.certify',
                arguments: [{ target: { ...target, model: id } }],
              });
            }),
          ];
        },
      },
    ),
  );
}
