import { z } from 'zod';

/** Formats that already say which texts are valid. zod repeats them as long patterns, which tools copy everywhere. */
const TELLING_FORMATS = new Set(['uuid', 'date', 'date-time', 'email', 'uri']);

/** Components of the document, each under its name. The same name must always mean the same thing. */
export class Components {
  private readonly known = new Map<string, { text: string; value: unknown }>();

  /** @param kind the key below `components`, such as "schemas" */
  constructor(private readonly kind: string) {}

  /**
   * Adds a component and returns a reference to it.
   * @throws Error if the name already means something else
   */
  add(name: string, value: unknown): { $ref: string } {
    const text = JSON.stringify(value);
    const before = this.known.get(name);
    if (before && before.text !== text)
      throw new Error(
        `Two different ${this.kind} of the API document are called "${name}". Give one of them another name.`,
      );
    if (!before) this.known.set(name, { text, value });
    return { $ref: reference(this.kind, name) };
  }

  /** Returns all components, sorted by name. */
  all(): Record<string, any> {
    return Object.fromEntries(
      [...this.known]
        .map(([name, { value }]) => [name, value] as const)
        .sort(([a], [b]) => a.localeCompare(b)),
    );
  }
}

/** Schemas that components have instead of their own, by name. */
export type ReplacedSchemas = ReadonlyMap<string, { schema: z.ZodType; io: 'input' | 'output' }>;

/** Converts zod schemas to JSON Schema 2020-12. Schemas with `.meta({id})` become components. */
export class SchemaComponents extends Components {
  private readonly written = new Map<string, unknown>();

  /** @param replaced what a tenant's own fields make of components of the product */
  constructor(private readonly replaced: ReplacedSchemas) {
    super('schemas');
  }

  override add(name: string, value: unknown): { $ref: string } {
    const own = this.replaced.get(name);
    if (!own) return super.add(name, value);
    if (!this.written.has(name)) {
      this.written.set(name, value);
      this.written.set(name, this.contentOf(name, own.schema, own.io));
    }
    return super.add(name, this.written.get(name));
  }

  /** Returns the content of a component. The components that it refers to are added. */
  private contentOf(name: string, schema: z.ZodType, io: 'input' | 'output'): unknown {
    const json: any = z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io,
      unrepresentable: 'any',
      reused: 'inline',
    });
    const { $defs = {}, $schema: _, ...own } = json;
    for (const [key, definition] of Object.entries($defs)) if (key !== name) this.add(key, tidy(definition));
    return tidy($defs[name] ?? own);
  }

  /** Returns the JSON Schema of a zod schema, or a reference to it if it has an id. */
  of(schema: z.ZodType, io: 'input' | 'output'): any {
    const json: any = z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io,
      unrepresentable: 'any',
      reused: 'inline',
    });
    const { $defs = {}, $schema: _, ...own } = json;
    for (const [name, definition] of Object.entries($defs)) this.add(name, tidy(definition));
    const result = tidy(own);
    const id = idOf(schema);
    // zod refers to a schema that has an id, unless it contains itself.
    if (!id || result.$ref === reference('schemas', id)) return result;
    return this.add(id, result);
  }
}

const reference = (kind: string, name: string) => `#/components/${kind}/${name}`;

/** Returns the id that a schema was given with `.meta({id})`. */
export function idOf(schema: z.ZodType): string | undefined {
  return (schema.meta() as { id?: string } | undefined)?.id;
}

/** Copies a schema with references to the document's components, without what zod adds and JSON implies. */
function tidy(node: any): any {
  if (Array.isArray(node)) return node.map(tidy);
  if (!node || typeof node !== 'object') return node;
  const copy: any = {};
  for (const [key, value] of Object.entries(node)) {
    if (isImplied(key, value, node)) continue;
    if (key === '$ref' && typeof value === 'string')
      copy.$ref = value.replace('#/$defs/', reference('schemas', ''));
    else copy[key] = tidy(value);
  }
  return withTypeList(copy);
}

function isImplied(key: string, value: unknown, node: any): boolean {
  if (key === 'id') return typeof value === 'string' && ('type' in node || '$ref' in node || 'anyOf' in node);
  if (key === 'pattern') return TELLING_FORMATS.has(node.format);
  if (key === 'minimum') return value === Number.MIN_SAFE_INTEGER;
  if (key === 'maximum') return value === Number.MAX_SAFE_INTEGER;
  // The keys of a JSON object are always texts.
  return key === 'propertyNames' && JSON.stringify(value) === '{"type":"string"}';
}

/** Turns `anyOf: [{type: 'string', …}, {type: 'null'}]` into `{type: ['string', 'null'], …}`. */
function withTypeList(schema: any): any {
  const { anyOf, ...rest } = schema;
  if (anyOf?.length !== 2 || Object.keys(anyOf[1]).join() !== 'type' || anyOf[1].type !== 'null')
    return schema;
  const [given] = anyOf;
  if (typeof given.type !== 'string' || 'enum' in given || 'const' in given) return schema;
  return { ...rest, ...given, type: [given.type, 'null'] };
}
