import type { ModelEvent } from '../protocol/events.ts';
import type { AuditedModel } from '../sweep/model-file.ts';

/** What is said of a model that keeps the contract, before it is run. */
export function modelEvent(id: string, { contract, sha256 }: AuditedModel): ModelEvent {
  return {
    kind: 'model',
    model: id,
    sha256,
    description: {
      name: contract.name,
      cutoff: `${contract.cutoff} Å`,
      elements: String(contract.elements.length),
      ...contract.description,
    },
    threads: contract.lint.threads,
    lint: contract.lint.findings.map((finding) => finding.message),
  };
}
