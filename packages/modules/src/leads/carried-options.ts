import { normalizeText } from '@pellucid/conditions';
import { ProblemError } from '@pellucid/platform/errors';
import { contextLanguage, inLanguage, type RecordService } from '@pellucid/platform/records';

/** An option of the lead that the resulting record does not offer. */
export interface OptionNotOffered {
  object: string;
  field: string;
  /** Label of the option. */
  value: string;
  /**
   * The field of the resulting record that says it instead; null if there is none, because the caller may not write it.
   */
  keptIn: 'description' | null;
}

/**
 * Returns the target's option for an option of the lead: the one with the same value, else with the same label. If
 * there is none, returns a line for the description that keeps it.
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

/** Returns the options of a converted lead that its target does not offer, and where the caller finds them. */
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
  // A masked value is neither an option nor its label.
  if (!access.rules('lead', snapshot).canFilter(field)) return [];
  const { name, offered } = await describe(records, field, value, object);
  if (offered !== undefined) return [];
  const description = await descriptionOf(records, object, id);
  const isKept = typeof description === 'string' && description.includes(name);
  return [{ object, field, value: name, keptIn: isKept ? 'description' : null }];
}

/** Returns the description as the caller sees it; undefined if they do not see the record. */
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
