import { CUSTOM_PREFIX } from '@pellucid/conditions';
import { type FieldProblem, pointer, unprocessable } from '../../errors/index.js';
import { type FieldRules, visibilityIn } from '../decide/index.js';
import {
  emptyOf,
  type FieldDescriptor,
  type LineCollection,
  linesIn,
  type RecordDescriptor,
  sameValue,
  unitedElements,
} from '../describe/index.js';
import { currencyKeyOf, type LoadedRecord } from '../read/index.js';

/** What becomes of a field when records are merged: the value of one of them, another value, or all values of a list. */
export type MergeChoice = { from: string } | { value: unknown } | { unite: true };

/** A record that is merged, with the rules by which the caller is shown it. */
export interface MergedRecord {
  record: LoadedRecord;
  rules: FieldRules;
}

/** The values that were chosen, as a write takes them. */
export interface ChosenValues {
  values: Record<string, unknown>;
  takenFrom: Record<string, string>;
}

/**
 * Returns the values that were chosen for the record that stays. They can be taken from fields that the caller sees in
 * clear in the record that they come from; whether the caller may write them is for the write to say.
 * @param all the records by id, first the one that stays
 * @throws ProblemError 422 that names each choice that can't be made
 */
export function chosenValues(
  descriptor: RecordDescriptor,
  all: ReadonlyMap<string, MergedRecord>,
  choices: Readonly<Record<string, MergeChoice>>,
): ChosenValues {
  return new Choosing(descriptor, all, choices).result();
}

class Choosing {
  private readonly chosen: ChosenValues = { values: {}, takenFrom: {} };
  private readonly errors: FieldProblem[] = [];
  private readonly stays: MergedRecord;

  constructor(
    private readonly descriptor: RecordDescriptor,
    private readonly all: ReadonlyMap<string, MergedRecord>,
    private readonly choices: Readonly<Record<string, MergeChoice>>,
  ) {
    this.stays = [...all.values()][0]!;
  }

  result(): ChosenValues {
    for (const [key, choice] of Object.entries(this.choices)) {
      const f = this.descriptor.byKey.get(key);
      const lines = this.descriptor.lines.find((each) => each.key === key);
      if (f) this.choose(f, choice);
      else if (lines) this.chooseLines(lines, choice);
      else this.refuse(key, 'unknownField', `There is no field "${key}". Remove it or correct its name.`);
    }
    if (this.errors.length) throw unprocessable(this.errors);
    return this.chosen;
  }

  private choose(f: FieldDescriptor, choice: MergeChoice): void {
    const { key } = f;
    if ('value' in choice) this.chosen.values[key] = choice.value;
    else if ('unite' in choice) {
      if (!f.traits.isList) {
        this.refuse(key, 'notAList', `"${f.label}" has one value. Choose a record.`);
        return;
      }
      const shown = this.shown([...this.all.keys()], f.key, f.label);
      if (!shown) return;
      const values = shown.flatMap(({ record }) => (record.state[key] ?? []) as unknown[]);
      this.chosen.values[key] = unitedElements(f, values);
    } else {
      const [source] = this.shown([choice.from], f.key, f.label) ?? [];
      if (!source || source === this.stays) return;
      if (source.record.state[key] !== null) this.checkCurrency(f, source, key);
      this.chosen.values[key] = source.record.state[key] ?? emptyOf(f);
      this.chosen.takenFrom[key] = choice.from;
    }
  }

  /** An amount means nothing without its currency: both come from one record, or the currencies are the same. */
  private checkCurrency(f: FieldDescriptor, { record, rules }: MergedRecord, at: string): void {
    const key = currencyKeyOf(f);
    if (key === undefined) return;
    const label = this.descriptor.byKey.get(key)?.label ?? key;
    const isTold = [this.stays, { record, rules }].every(
      (each) => visibilityIn(each.record, each.rules, key) === 'clear',
    );
    const choice = this.choices[key];
    if (choice && 'from' in choice && choice.from === record.id) return;
    const current = choice && 'value' in choice ? choice.value : this.stays.record.state[key];
    const other = choice && 'from' in choice ? this.all.get(choice.from)?.record.state[key] : current;
    if (isTold && sameValue(other ?? null, record.state[key] ?? null)) return;
    this.refuse(
      at,
      'currencyFromAnother',
      `Take "${label}" from the same record as "${f.label}": the amount is in that currency.`,
    );
  }

  private chooseLines(lines: LineCollection, choice: MergeChoice): void {
    if ('value' in choice) {
      this.chosen.values[lines.key] = choice.value;
      return;
    }
    const sources = 'unite' in choice ? [...this.all.keys()] : [choice.from];
    const shown = this.shown(sources, lines.key, lines.label);
    if (!shown) return;
    const given = lines.fields.filter((f) => !f.readOnly);
    if (!given.every((f) => this.shown(sources, f.key, f.label, lines.key))) return;
    for (const source of shown) {
      const amount = given.find((f) => currencyKeyOf(f) !== undefined);
      const hasLines = linesIn(source.record.state, lines).length > 0;
      if (amount && hasLines && source !== this.stays) this.checkCurrency(amount, source, lines.key);
    }
    this.chosen.values[lines.key] = shown.flatMap(({ record }) =>
      linesIn(record.state, lines).map((line) =>
        record === this.stays.record
          ? { id: line.id }
          : Object.fromEntries(given.map(({ line: of }) => [of!.name, line[of!.name] ?? null])),
      ),
    );
  }

  /** Returns the records if the field is shown in all of them, else refuses the choice. */
  private shown(ids: string[], key: string, label: string, at = key): MergedRecord[] | undefined {
    const found = ids.flatMap((id) => this.all.get(id) ?? []);
    if (found.length < ids.length)
      this.refuse(at, 'notMerged', `The value of "${label}" can only come from one of the merged records.`);
    else if (found.some(({ record, rules }) => visibilityIn(record, rules, key) !== 'clear'))
      this.refuse(at, 'fieldWithheld', `Your roles don't show you "${label}", so its value can't be chosen.`);
    else return found;
    return undefined;
  }

  private refuse(key: string, code: string, message: string): void {
    this.errors.push({ pointer: pointer('values', key), code, message });
  }
}

/** Returns the problems of a write as problems of the choices that it was made of: `/custom/size` is `/values/custom.size`. */
export function problemsOfChoices(problems: readonly FieldProblem[]): FieldProblem[] {
  return problems.map((problem) => {
    const [, first, second] = problem.pointer.split('/');
    if (!first) return problem;
    const key = first === 'custom' && second ? CUSTOM_PREFIX + second : first;
    return { ...problem, pointer: pointer('values', key) };
  });
}
