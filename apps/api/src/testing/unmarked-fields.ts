import { allFieldsOf, type FieldDescriptor, type RecordDescriptor } from '@pellucid/platform/records';
import { canaryValue } from './canaries.js';
import type { Case, HiddenValues } from './two-worlds.js';

/**
 * Fields whose values are too common to be recognised in an answer, so that no canary can be put into them: choices, yes
 * or no, small numbers. Two worlds that differ in them show instead whether an answer depends on them.
 */
export function unmarkedFields(descriptor: RecordDescriptor): FieldDescriptor[] {
  return allFieldsOf(descriptor).filter(
    (f) => !f.readOnly && !f.references && !f.linksTo && f.key !== 'tags' && !canaryValue(f),
  );
}

/** Fields that no case hides, by object and field, and why. Fields of lines have cases of their own. */
export const NOT_GENERATED: Record<string, string> = {
  'lead.status': 'has a case of its own: which statuses there can be depends on the reason',
  'opportunity.rate': 'can be given only with a currency other than that of the company',
  'pipeline.isDefault': 'decides which pipeline new deals get, which everybody sees who sees the deal',
  'stage.category': 'a stage with deals keeps it, and moves into the stage are decided by it',
  'stage.requiredFields': 'whoever moves a deal is told what is missing',
  'stage.probability': 'a deal shows it as its own once it is in the stage',
  'stage.forecastCategory': 'a deal shows it as its own once it is in the stage',
  'sequence.objects': 'decides which records offer the sequence',
  'sequence.active': 'decides whether records offer the sequence',
  'sequence.stopsWhenClosed': 'decides whether runs end with their record, which they say',
  'sequence.steps.kind': 'the activity of the step shows it',
  'sequence.steps.priority': 'the activity of the step shows it as its own',
  'sequence.steps.wait': 'the activity of the step is due by it',
  'sequence.steps.waitUnit': 'the activity of the step is due by it',
  'sequence.steps.assignee': 'the activity of the step belongs to whom it names',
  'sequenceRun.state': 'follows from the activities of the run, which show theirs',
};

/** Returns two different values for each of three records. @param mayBeEmpty whether one of them may be none */
function pairsOf(f: FieldDescriptor, mayBeEmpty: boolean): HiddenValues {
  const [a, b] = valuesOf(f);
  const none = f.required || !mayBeEmpty ? a : f.traits.isList ? [] : null;
  return [
    [a, b],
    [none, b],
    [b, none],
  ];
}

function valuesOf(f: FieldDescriptor): [unknown, unknown] {
  const options = (f.options ?? []).map(({ value }) => value);
  // Currencies with different numbers of decimals, and exchange rates in the worlds.
  if (f.key === 'currency') return ['CHF', 'JPY'];
  if (options.length) return f.traits.isList ? [[options[0]], [options[1]]] : [options[0], options[1]];
  if (f.traits.family === 'boolean') return [true, false];
  const least = f.min ?? 0;
  return [least + 7, least + 11];
}

/** Returns cases in which the worlds differ in all unmarked fields of the objects. */
export function unmarkedCases(descriptors: RecordDescriptor[], objects: string[]): Case[] {
  const described = descriptors.filter(({ key }) => objects.includes(key));
  return (['hidden', 'mask'] as const).map((access) => ({
    name: `choices, yes or no and small numbers are ${access === 'mask' ? 'masked' : 'hidden'}`,
    focus: objects,
    access,
    everyRoute: access === 'hidden',
    hidden: Object.fromEntries(
      described.flatMap((descriptor) => {
        const fields = unmarkedFields(descriptor).filter(
          (f) => !f.line && !(`${descriptor.key}.${f.key}` in NOT_GENERATED),
        );
        const pairs = fields.map((f) => [f.key, pairsOf(f, access === 'hidden')] as const);
        return pairs.length ? [[descriptor.key, Object.fromEntries(pairs)]] : [];
      }),
    ),
  }));
}
