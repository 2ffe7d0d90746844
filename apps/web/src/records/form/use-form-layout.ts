import { type Control, useWatch } from 'react-hook-form';
import { type Condition, fieldsOf as fieldsOfCondition } from '@pellucid/conditions';
import { useTranslation } from 'react-i18next';
import type { OwnLayout } from '../api/own-layouts';
import { toWireValue } from '../fields/wire-value';
import { conditionsOf, layoutFor, placedSections, typeFields } from '../layout/layout-model';
import { useConditionTest } from '../layout/use-condition-test';
import { UnreadText } from '@/lib/typed/unread-text';
import { type FieldDescription, fieldOf, type ObjectDescription } from '../object-description';
import { askedByRules, hasRules, ruleConditions, ruledField } from './field-rules';
import type { FieldSection } from './form-sections';

type Values = Record<string, unknown>;

/** What a form shows for what is being typed. */
export interface FormLayout {
  /** Undefined if no layout applies. Required fields that a layout leaves out come last: the form can't be saved without. */
  sections: FieldSection[] | undefined;
  /** The field as its rules want it with these values; undefined if the form leaves it out. */
  ruled(field: FieldDescription): FieldDescription | undefined;
}

/** Follows what is typed: which layout the form has, and what the rules of fields say. */
export function useFormLayout(
  object: ObjectDescription,
  control: Control<Values>,
  layouts: OwnLayout[] | undefined,
  isOffered: (field: FieldDescription) => boolean,
): FormLayout {
  const { t } = useTranslation('records');
  // Only what layouts and conditions ask for, so that other keystrokes don't draw the form again.
  const forms = (layouts ?? []).filter(({ kind }) => kind === 'form');
  const ruledFields = object.fields.filter(hasRules);
  const asked = [
    ...new Set([
      ...askedByRules(ruledFields),
      // Options that a record has are offered though they are retired.
      ...ruledFields.flatMap(({ key, options }) => (options ? key : [])),
      ...typeFields(layouts, 'form'),
      ...forms
        .flatMap(conditionsOf)
        .flatMap(fieldsOfCondition)
        .map((path) => path.join('.')),
    ]),
  ];
  const watched = useWatch({ control, name: asked });
  const read = (key: string) => {
    const field = fieldOf(object, key);
    const value = watched[asked.indexOf(key)];
    return field && !(value instanceof UnreadText) ? toWireValue(field, value) : undefined;
  };
  const layout = layoutFor(layouts, 'form', read);
  const hasConditions = conditionsOf(layout).length + ruleConditions(ruledFields).length > 0;
  const test = useConditionTest(object, hasConditions);
  const holds = (condition: Condition) => test?.(condition, read) ?? true;
  const ruled = (field: FieldDescription) => ruledField(field, read, holds);
  if (!layout) return { sections: undefined, ruled };
  const isShown = (field: FieldDescription) => isOffered(field) && ruled(field) !== undefined;
  const sections = placedSections(layout.sections, object, isShown, holds).map(
    ({ title, pieces, columns, isCollapsed }): FieldSection => {
      const fields = pieces.filter((piece) => typeof piece !== 'string');
      // What must be entered is never hidden behind a closed section.
      return {
        title,
        fields,
        columns,
        isCollapsed: isCollapsed && !fields.some((field) => ruled(field)?.required),
      };
    },
  );
  const shown = new Set(sections.flatMap(({ fields }) => fields));
  const missing = object.fields.filter(
    (field) => isOffered(field) && !shown.has(field) && ruled(field)?.required,
  );
  if (missing.length) sections.push({ title: t('form.requiredSection'), fields: missing });
  return { sections, ruled };
}
