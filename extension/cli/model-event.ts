import type { ModelEvent } from '../protocol/events.ts';
import type { OracleSource } from '../sweep/oracles/oracle-source.ts';

/** What is said of a model before it is asked. */
export function modelEvent(id: string, { identity, predictions, threads, findings }: OracleSource): ModelEvent {
  const { name = id, ...described } = identity.description;
  const traits = predictions?.traits;
  return {
    kind: 'model',
    model: id,
    sha256: identity.sha256,
    description: {
      name,
      ...(traits === undefined || traits.cutoff === null ? {} : { cutoff: `${traits.cutoff} Å` }),
      ...(traits === undefined || traits.elements === null ? {} : { elements: String(traits.elements.length) }),
      ...described,
    },
    threads,
    lint: [...findings],
  };
}
