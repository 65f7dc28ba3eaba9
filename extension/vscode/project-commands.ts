import { addCommands, type FeatureHost } from './feature.ts';

/** The commands that bring a project into being. Loaded when first used. */
export function registerProjectCommands(host: FeatureHost): void {
  const { api, context } = host;
  addCommands(host, {
    'pcm.openSampleProject': async () => {
      const { openSampleProject } = await import('./sample-project.ts');
      await openSampleProject(api, context.asAbsolutePath('media/sample-project'));
    },
    'pcm.newProject': async (folder) => {
      const { newProject } = await import('./new-project.ts');
      await newProject(api, folder instanceof api.Uri ? folder : undefined);
    },
  });
}
