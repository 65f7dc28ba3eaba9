import type { RunOptions } from './arguments.ts';

export type CompareInvocation = {
  readonly kind: 'compare';
  readonly directory: string;
  readonly options: RunOptions;
};

export const compareUsage = `  pcm compare DIR   hold the models of DIR/pcm.json against each other on its structures: failures, errors, risks`;
