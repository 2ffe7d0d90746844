import { normalizeText } from '@pellucid/conditions';
import { ProblemError } from '@pellucid/platform/errors';
import { contextLanguage, inLanguage, type RecordService } from '@pellucid/platform/records';

/** An option of the lead that the record made of it does not offer. */
export interface OptionNotOffered {
  object: string;
  field: string;
  /** What the option is called. */
  value: string;
  /** Where the record says it instead; null where it does not, since the caller may not write there. */
  keptIn: 'description' | null;
}

/**
 * An option of a lead as the target offers it: the same value, else the one that is called the same. Where there is none, a
 * line for the description keeps it.
 */
export async function carriedOption(
  records: RecordService,
  field: string,
  value: unknown,
  object: string,
): Promise<{ value: string | null; note: string | null }> {
  if (typeof value !== 'string' || value === '') return { value: null, note: null };
  const { label, name, offered } = await describe(records, field, value, object);
  return offered === undefined ? { value: null, note: `${label}: ${name}` } : { value: offered, note: null };
}

/** What of a converted lead's option its target does not offer, and where the caller finds it. */
export async function optionsNotOffered(
  records: RecordService,
  lead: Record<string, unknown>,
  field: string,
  object: string,
  id: string,
): Promise<OptionNotOffered[]> {
  const value = lead[field];
  if (typeof value !== 'string' || value === '') return [];
  const { access, snapshot } = await records.reader.contextFor('lead');
  // What is masked is neither the option nor its name.
  if (!access.rules('lead', snapshot).canFilter(field)) return [];
  const { name, offered } = await describe(records, field, value, object);
  if (offered !== undefined) return [];
  const description = await descriptionOf(records, object, id);
  const isKept = typeof description === 'string' && description.includes(name);
  return [{ object, field, value: name, keptIn: isKept ? 'description' : null }];
}

/** The description as the caller sees it; undefined where they do not see the record. */
async function descriptionOf(records: RecordService, object: string, id: string): Promise<unknown> {
  try {
    return (await records.reader.get(object, id, { fields: ['description'] }))['description'];
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return undefined;
    throw error;
  }
}

async function describe(records: RecordService, field: string, value: string, object: string) {
  const [from, to] = await Promise.all(
    ['lead', object].map(async (key) =>
      inLanguage((await records.reader.contextFor(key)).descriptor, contextLanguage()).byKey.get(field),
    ),
  );
  const name = from?.options?.find((o) => o.value === value)?.label ?? value;
  const options = to?.options ?? [];
  const called = (label: string) => normalizeText(label) === normalizeText(name);
  const offered =
    options.find((o) => o.value === value) ?? options.find((o) => called(o.label) || called(o.value));
  return { label: to?.label ?? field, name, offered: offered?.value };
}
