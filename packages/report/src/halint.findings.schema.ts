const position = {
  type: 'object',
  properties: { line: { type: 'integer', minimum: 1 }, column: { type: 'integer', minimum: 1 } },
  required: ['line', 'column'],
};
const range = {
  type: 'object',
  description: 'Half-open; lines and columns from 1, columns in UTF-16 code units.',
  properties: { start: position, end: position },
  required: ['start', 'end'],
};
const place = { host: { type: 'string' }, file: { type: 'string' }, range };
const severity = { enum: ['error', 'warning', 'info'] };

/** JSON Schema of `--format json`. */
export const findingsSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'halint findings',
  type: 'object',
  required: ['version', 'summary', 'findings'],
  properties: {
    version: { const: 1 },
    summary: {
      type: 'object',
      required: ['errors', 'warnings', 'infos', 'hosts', 'files'],
      properties: Object.fromEntries(
        ['errors', 'warnings', 'infos', 'hosts', 'files', 'lackingFacts'].map((key) => [
          key,
          { type: 'integer', minimum: 0 },
        ]),
      ),
    },
    findings: {
      type: 'array',
      items: {
        type: 'object',
        required: [
          'rule',
          'severity',
          'rejects',
          'daemon',
          'message',
          'host',
          'file',
          'range',
          'related',
          'fingerprint',
          'url',
        ],
        properties: {
          rule: { type: 'string', pattern: '^[a-z]+/[a-z0-9-]+$' },
          severity,
          rejects: { type: 'boolean' },
          daemon: { enum: ['error', 'warning', 'none'] },
          message: { type: 'string' },
          help: { type: 'string' },
          missing: { type: 'string', description: 'The fact without which the claim is only an info.' },
          ...place,
          hosts: { type: 'array', items: { type: 'string' }, minItems: 2 },
          related: {
            type: 'array',
            items: {
              type: 'object',
              required: ['host', 'file', 'range', 'message'],
              properties: { ...place, message: { type: 'string' } },
            },
          },
          fix: {
            type: 'object',
            required: ['title', 'safety', 'edits'],
            properties: {
              title: { type: 'string' },
              safety: { enum: ['safe', 'unsafe', 'manual'] },
              edits: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['file', 'range', 'text'],
                  properties: { ...place, text: { type: 'string' } },
                },
              },
            },
          },
          fingerprint: { type: 'string' },
          url: { type: 'string' },
        },
      },
    },
  },
} as const;
