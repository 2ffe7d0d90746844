import { Controller } from '@nestjs/common';
import { notFound } from '@pellucid/platform/errors';
import { Endpoint, Input, type ParsedInput } from '@pellucid/platform/http';
import { z } from 'zod';
import { catalogueFor, LOCALES } from '../catalogues/index.js';
import { localeSchema } from '../tenant-settings.schema.js';

const catalogueSchema = z
  .object({
    locale: z.string().meta({ description: 'The language found for the requested one' }),
    messages: z
      .record(z.string(), z.string())
      .meta({ description: 'Text by problem code; {name} is a parameter' }),
  })
  .meta({ id: 'Catalogue' });

/** Endpoint for the texts of problem codes, in the reader's language. */
@Controller()
export class CataloguesController {
  @Endpoint({
    method: 'get',
    path: '/catalogues/{locale}',
    summary: 'Get the messages of the API in a language',
    description: `Available: ${LOCALES.join(', ')}. A regional tag such as de-AT returns its language.`,
    tag: 'Settings',
    operationId: 'getCatalogue',
    access: 'public',
    params: z.strictObject({ locale: localeSchema }),
    responses: { 200: catalogueSchema },
    sample: () => ({ params: { locale: 'de' } }),
  })
  get(@Input() input: ParsedInput) {
    const found = catalogueFor(input.params.locale);
    if (!found) throw notFound(`A catalogue for "${input.params.locale}" (there are ${LOCALES.join(', ')})`);
    return found;
  }
}
