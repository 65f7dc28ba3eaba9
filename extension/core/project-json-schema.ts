import * as z from 'zod';
import { featureById, featureIds } from './features.ts';
import { projectSchema } from './project.ts';

/**
 * The schema of `pcm.json` as JSON Schema, for completion, hover and validation in an editor. Made from `projectSchema`,
 * so that there is one schema; the names of the features, which that one leaves to `project-file.ts`, are added, and
 * unknown keys are left to that one alone, or an editor would mark them twice.
 *
 * @see https://json-schema.org/draft-07 the draft that VS Code knows best
 */
export function projectJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(projectSchema, {
    target: 'draft-7',
    io: 'input',
    // What JSON Schema cannot say is left to the reader of the file.
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // An unknown key is for the reader of the file to say: it knows what was meant, and so offers to mend it.
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      if (zodSchema === projectSchema.shape.features.unwrap()) {
        jsonSchema.items = {
          type: 'string',
          enum: [...featureIds],
          enumDescriptions: featureIds.map(featureHelp),
        };
        jsonSchema.uniqueItems = true;
      }
    },
  });
  return { title: 'Proof-Carrying Materials project', allowComments: true, allowTrailingCommas: true, ...schema };
}

/** What a feature is, with its unit where it has one. */
function featureHelp(id: string): string {
  const feature = featureById(id);
  if (feature === undefined) return '';
  return feature.unit === '1' ? feature.description : `${feature.description} Unit: ${feature.unit}.`;
}
