import { toJsonSchema } from '@valibot/to-json-schema';
import { configSchema } from '@halint/engine';
import { findingsSchema as schema } from '@halint/report';

/** JSON Schema of the findings (contract, section 4). */
export const findingsSchema: unknown = schema;

/** JSON Schema of halint.config.yaml. A date is a YAML timestamp: JSON has it as text. */
export const configJsonSchema: unknown = {
  title: 'halint.config.yaml',
  ...toJsonSchema(configSchema, { errorMode: 'ignore', typeMode: 'input' }),
};
