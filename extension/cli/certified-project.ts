import type { Certificate } from '../core/certificate.ts';
import type { Checked } from '../core/problem.ts';
import { modelSchema, type ProjectModel } from '../core/project-models.ts';
import { projectSchema } from '../core/project.ts';
import type { LoadedProject } from './load-project.ts';

/** A project as it was when a certificate was made: its criterion, reference, features and model, in today's folder. */
export interface CertifiedProject {
  readonly loaded: LoadedProject;
  readonly model: ProjectModel;
}

/** Reads the configuration that a certificate holds, so that changes of the project file since then change nothing. */
export function certifiedProject(
  { content }: Certificate,
  loaded: LoadedProject,
  certificate: string,
): Checked<CertifiedProject> {
  const rejected = (message: string, fix: string): Checked<never> => ({
    kind: 'rejected',
    problems: [{ kind: 'problem', severity: 'error', file: certificate, line: null, message, fix }],
  });
  const { resolved } = content.config;
  const { model: named, ...rest } =
    typeof resolved === 'object' && resolved !== null && !Array.isArray(resolved) ? resolved : {};
  const model = modelSchema.safeParse(named);
  const project = projectSchema.safeParse({ ...rest, models: [named] });
  if (!model.success || !project.success)
    return rejected('Its configuration is not one that this version knows.', 'Certify again with this version.');
  const features = content.features.map(({ id }) => id);
  return {
    kind: 'ok',
    value: { loaded: { ...loaded, project: { ...project.data, features }, models: [model.data] }, model: model.data },
    warnings: [],
  };
}
